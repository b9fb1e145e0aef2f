namespace K8sScaleTest.Engine.Records;

/// <summary>What one API write does.</summary>
public enum OperationKind : byte
{
    /// <summary>A POST of a new object.</summary>
    Create,

    /// <summary>A PATCH of an object of this run.</summary>
    Update,

    /// <summary>A DELETE of an object of this run.</summary>
    Delete,
}
