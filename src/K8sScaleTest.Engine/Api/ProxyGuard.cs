namespace K8sScaleTest.Engine.Api;

/// <summary>Refuses a target that kubectl would reach through a proxy.</summary>
internal static class ProxyGuard
{
    /// <exception cref="ApiException">A proxy applies. The message holds no proxy URL: it may hold a password.</exception>
    public static void Check(Uri server, string? proxyUrl, TargetEnvironment environment)
    {
        var cause = proxyUrl is not null ? "the cluster's proxy-url" : ProxyRules.VariableFor(server, environment);
        if (cause is null) return;
        var remedy = proxyUrl is not null
            ? "Remove proxy-url from a copy of the kubeconfig where the server can be reached directly, or run inside the cluster."
            : $"Where the server can be reached directly, add '{server.IdnHost}' to NO_PROXY; else run inside the cluster.";
        throw new ApiException(ApiReasons.ProxyNotSupported,
            $"A proxy applies to {server} ({cause}), and this module uses none: it would be measured together with the API server. {remedy}");
    }
}
