using System.Globalization;

namespace K8sScaleTest.Engine.Api;

/// <summary>The service account that Kubernetes gives a pod.</summary>
internal static class InClusterAccount
{
    public static bool IsPresent(TargetEnvironment environment) =>
        environment.Variable("KUBERNETES_SERVICE_HOST") is { Length: > 0 } && environment.Variable("KUBERNETES_SERVICE_PORT") is { Length: > 0 }
        && File.Exists(TokenPath(environment));

    /// <exception cref="ApiException">The account's files cannot be read.</exception>
    public static async Task<TargetPlan> PlanAsync(TargetOptions options, CancellationToken cancellationToken)
    {
        var environment = options.Environment;
        var authority = Path.Combine(environment.ServiceAccountFolder, "ca.crt");
        var pem = File.Exists(authority) ? await PemFile.ReadAsync(authority, "in-cluster authority", cancellationToken) : null;
        var server = TargetPlan.ParseServer(options.Server is { Length: > 0 } other ? other : Url(environment), options.Server is { Length: > 0 } ? "-Server" : "KUBERNETES_SERVICE_HOST");
        return new TargetPlan
        {
            Server = server,
            Namespace = await NamespaceAsync(environment, cancellationToken),
            Source = $"the in-cluster account in {environment.ServiceAccountFolder}",
            Trust = new ServerTrust(pem, pem is null ? null : authority, pem is null ? "the system's authorities" : $"the authority in {authority}", options.InsecureSkipTlsVerify),
            Credentials = server.Scheme == Uri.UriSchemeHttps ? new TokenFileSource(TokenPath(environment), environment.TokenFilePeriod) : null,
        };
    }

    private static string Url(TargetEnvironment environment)
    {
        var host = environment.Variable("KUBERNETES_SERVICE_HOST")!;
        var port = environment.Variable("KUBERNETES_SERVICE_PORT")!;
        return host.Contains(':', StringComparison.Ordinal)
            ? string.Create(CultureInfo.InvariantCulture, $"https://[{host}]:{port}")
            : string.Create(CultureInfo.InvariantCulture, $"https://{host}:{port}");
    }

    private static async Task<string> NamespaceAsync(TargetEnvironment environment, CancellationToken cancellationToken)
    {
        var file = Path.Combine(environment.ServiceAccountFolder, "namespace");
        if (!File.Exists(file)) return "default";
        var text = (await PemFile.ReadAsync(file, "in-cluster namespace", cancellationToken)).Trim();
        return text.Length == 0 ? "default" : text;
    }

    private static string TokenPath(TargetEnvironment environment) => Path.Combine(environment.ServiceAccountFolder, "token");
}
