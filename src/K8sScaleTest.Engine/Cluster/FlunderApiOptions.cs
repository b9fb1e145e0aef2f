namespace K8sScaleTest.Engine.Cluster;

/// <summary>How a cluster shall serve Flunders.</summary>
public sealed record FlunderApiOptions
{
    /// <summary>Through the sample-apiserver, instead of as a custom resource.</summary>
    public bool Aggregated { get; init; }

    /// <summary>The namespace of the aggregated server.</summary>
    public string Namespace { get; init; } = FlunderApi.DefaultNamespace;

    /// <summary>The image of the aggregated server.</summary>
    public string ServerImage { get; init; } = FlunderServer.DefaultServerImage;

    /// <summary>The image of its etcd.</summary>
    public string EtcdImage { get; init; } = FlunderServer.DefaultEtcdImage;

    /// <summary>Who installs it, for the annotation of every object.</summary>
    public required string Installer { get; init; }

    /// <summary>How long it may take until Flunders are served.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(3);
}
