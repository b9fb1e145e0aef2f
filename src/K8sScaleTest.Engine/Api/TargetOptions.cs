namespace K8sScaleTest.Engine.Api;

/// <summary>What a user says about the API server to talk to; everything left out comes from the kubeconfig.</summary>
public sealed record TargetOptions
{
    /// <summary>A kubeconfig file. Without it: <c>$KUBECONFIG</c> (a list), <c>~/.kube/config</c>, the in-cluster account.</summary>
    public string? Kubeconfig { get; init; }

    /// <summary>The context to use instead of the kubeconfig's current one.</summary>
    public string? Context { get; init; }

    /// <summary>A server URL to use instead of the kubeconfig's, with the same credentials: one API server of several, or an aggregated server itself.</summary>
    public string? Server { get; init; }

    /// <summary>Accept any server certificate.</summary>
    public bool InsecureSkipTlsVerify { get; init; }

    /// <summary>Where variables, the home folder and the service account are looked up; this process's own unless a test says otherwise.</summary>
    public TargetEnvironment Environment { get; init; } = TargetEnvironment.Process;
}
