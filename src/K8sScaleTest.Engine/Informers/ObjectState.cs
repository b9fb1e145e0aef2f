namespace K8sScaleTest.Engine.Informers;

/// <summary>One version of an object as the store keeps it: what a logger needs, and nothing of what the object holds.</summary>
public sealed class ObjectState
{
    /// <summary>Namespace and name.</summary>
    public required string Key { get; init; }

    /// <summary>The uid; empty where the server gives none.</summary>
    public Guid Uid { get; init; }

    /// <summary>The resourceVersion.</summary>
    public ulong ResourceVersion { get; init; }

    /// <summary>The creationTimestamp in seconds since 1970 (UTC); 0 where there is none.</summary>
    public long CreationUnixSeconds { get; init; }

    /// <summary>When it was created, by the writer's clock.</summary>
    public WriterTime Created { get; init; }

    /// <summary>When it was last updated, by the writer's clock.</summary>
    public WriterTime Updated { get; init; }

    /// <summary>The hash of its content; 0 when contents are not compared.</summary>
    public ulong ContentHash { get; init; }
}
