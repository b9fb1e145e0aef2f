namespace K8sScaleTest.LocalApi.ManagedFields;

/// <summary>How a value is owned.</summary>
internal enum MergeKind
{
    /// <summary>As a whole: plain values, and what is marked atomic.</summary>
    Leaf,

    /// <summary>Member by member.</summary>
    Object,

    /// <summary>A list whose elements have keys.</summary>
    Map,

    /// <summary>A list of different plain values.</summary>
    Set,

    /// <summary>Of no known type: objects member by member, all else as a whole.</summary>
    Deduced,
}
