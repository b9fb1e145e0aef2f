namespace K8sScaleTest.Engine.Api;

/// <summary>A kubeconfig's credential plugin.</summary>
internal sealed class KubeconfigExec
{
    public required string Command { get; init; }

    public required string ApiVersion { get; init; }

    public IReadOnlyList<string> Arguments { get; init; } = [];

    public IReadOnlyList<KeyValuePair<string, string>> Variables { get; init; } = [];

    public string? InstallHint { get; init; }

    public bool ProvideClusterInfo { get; init; }

    public string? InteractiveMode { get; init; }
}
