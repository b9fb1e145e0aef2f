namespace K8sScaleTest.Engine.Cluster.Manifests;

/// <summary>A part of a scale test that runs in a cluster.</summary>
public enum ManifestPart
{
    /// <summary>The namespace of everything.</summary>
    Namespace,

    /// <summary>A driver, as a Job.</summary>
    Driver,

    /// <summary>Loggers, as a ReplicaSet.</summary>
    Logger,

    /// <summary>Watches, as a ReplicaSet.</summary>
    Watch,

    /// <summary>The headless Service by which Prometheus finds them.</summary>
    Metrics,
}
