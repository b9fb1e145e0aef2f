namespace K8sScaleTest.Engine.Api;

/// <summary>A target in words.</summary>
/// <param name="Url">The server's URL, without a slash at its end.</param>
/// <param name="Context">The context; null in a cluster, and without a kubeconfig.</param>
/// <param name="Namespace">The context's namespace.</param>
/// <param name="Source">Files and context that it comes from.</param>
public sealed record TargetDescription(string Url, string? Context, string Namespace, string Source);
