namespace K8sScaleTest.LocalApi.Schema;

/// <summary>What a field holds.</summary>
internal enum Shape
{
    /// <summary>A string.</summary>
    String,

    /// <summary>A whole number.</summary>
    Integer,

    /// <summary>A number that need not be whole.</summary>
    Number,

    /// <summary>A boolean.</summary>
    Boolean,

    /// <summary>RFC 3339, whole seconds.</summary>
    Time,

    /// <summary>RFC 3339, microseconds.</summary>
    MicroTime,

    /// <summary>Base64.</summary>
    Bytes,

    /// <summary>A number or a string.</summary>
    IntOrString,

    /// <summary>Anything: kept, with the keys of its objects sorted, as Go keeps what it has no type for.</summary>
    Any,

    /// <summary>An object with known fields.</summary>
    Object,

    /// <summary>An object with known fields, or a boolean in its place.</summary>
    ObjectOrBoolean,

    /// <summary>A list.</summary>
    List,

    /// <summary>An object with any keys.</summary>
    Map,
}
