namespace K8sScaleTest;

/// <summary>A local API server that this session started. Its Kubeconfig binds by property name: <c>Start-LocalApiServer | Start-ConfigMapDriver</c>.</summary>
public sealed class LocalApiServer
{
    /// <summary>The number by which Stop-LocalApiServer knows it: its process ID.</summary>
    public required int Id { get; init; }

    /// <summary>Where it listens, such as https://127.0.0.1:40123.</summary>
    public required string Url { get; init; }

    /// <summary>The kubeconfig that leads to it, readable by its owner alone; it is deleted when the server ends.</summary>
    public required string Kubeconfig { get; init; }

    /// <summary>A kubeconfig of the same administrator with a client certificate in place of a token.</summary>
    public required string KubeconfigCertificate { get; init; }

    /// <summary>A kubeconfig of a user who may read everything and write nothing.</summary>
    public required string KubeconfigReadOnly { get; init; }

    /// <summary>A kubeconfig of a user without rights: discovery answers it, everything else is 403.</summary>
    public required string KubeconfigNoRights { get; init; }

    /// <summary>The version of Kubernetes that it emulates, such as v1.36.0.</summary>
    public required string Version { get; init; }

    /// <summary>When it began to answer (UTC).</summary>
    public required DateTime Started { get; init; }

    /// <summary>What is added to every answer.</summary>
    public required TimeSpan Latency { get; init; }

    /// <summary>Requests that are served at once, the others queue; 0 for any number.</summary>
    public required int Concurrency { get; init; }

    /// <summary>How long each request keeps its place; with Concurrency it makes a known capacity: Concurrency / ServiceTime requests a second.</summary>
    public required TimeSpan ServiceTime { get; init; }

    /// <summary>Streams that one HTTP/2 connection may have open at once.</summary>
    public required int MaxStreams { get; init; }

    /// <summary>The process ID again, under the name that processes have elsewhere.</summary>
    public int ProcessId => Id;

    /// <summary>The URL.</summary>
    public override string ToString() => Url;
}
