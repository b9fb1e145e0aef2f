namespace K8sScaleTest.Engine.Api;

/// <summary>A kubeconfig's context.</summary>
internal sealed class KubeconfigContext
{
    public required string Name { get; init; }

    /// <summary>The file that defines it.</summary>
    public required string File { get; init; }

    public string? Cluster { get; init; }

    public string? User { get; init; }

    public string? Namespace { get; init; }
}
