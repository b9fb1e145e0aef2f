namespace K8sScaleTest.Engine.Api;

/// <summary>A target as kubeconfig, options and environment describe it, before any credential is fetched. Follows client-go's clientcmd.</summary>
internal sealed class TargetPlan
{
    public required Uri Server { get; init; }

    public string? Context { get; init; }

    public string Namespace { get; init; } = "default";

    public required string Source { get; init; }

    public required ServerTrust Trust { get; init; }

    public string? TlsServerName { get; init; }

    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];

    /// <summary>What never changes; its parts win over <see cref="Credentials"/>.</summary>
    public Credential Fixed { get; init; } = new();

    public CredentialSource? Credentials { get; init; }

    /// <exception cref="ApiException">The description is incomplete or wrong.</exception>
    public static async Task<TargetPlan> MakeAsync(TargetOptions options, CancellationToken cancellationToken)
    {
        var config = await Kubeconfig.LoadAsync(options, cancellationToken);
        var explicitly = options.Kubeconfig is { Length: > 0 } || options.Context is { Length: > 0 };
        TargetPlan plan;
        if (config is not null && (explicitly || !config.IsEmpty)) plan = await FromKubeconfigAsync(config, options, cancellationToken);
        else if (!explicitly && InClusterAccount.IsPresent(options.Environment)) plan = await InClusterAccount.PlanAsync(options, cancellationToken);
        else if (!explicitly && options.Server is { Length: > 0 }) plan = Anonymous(options);
        else throw NothingFound(options);
        ProxyGuard.Check(plan.Server, plan.ProxyUrl, options.Environment);
        return plan;
    }

    /// <summary>The cluster's <c>proxy-url</c>.</summary>
    public string? ProxyUrl { get; init; }

    /// <summary>Parses a server's URL; <c>https</c> is meant where no scheme is given.</summary>
    /// <exception cref="ApiException">It is none.</exception>
    public static Uri ParseServer(string text, string source)
    {
        var url = text.Contains("://", StringComparison.Ordinal) ? text : "https://" + text;
        if (Uri.TryCreate(url, UriKind.Absolute, out var server) && (server.Scheme == Uri.UriSchemeHttps || server.Scheme == Uri.UriSchemeHttp)
            && server.Host.Length > 0 && server.Query.Length == 0 && server.Fragment.Length == 0 && server.UserInfo.Length == 0)
        {
            return server;
        }

        throw new ApiException(ApiReasons.ServerInvalid, $"The server of {source} is not a URL such as https://10.0.0.1:6443.");
    }

    private static async Task<TargetPlan> FromKubeconfigAsync(Kubeconfig config, TargetOptions options, CancellationToken cancellationToken)
    {
        var context = FindContext(config, options);
        var cluster = Find(config.Clusters, context.Cluster, "cluster", context);
        var user = context.User is null ? new KubeconfigUser { Name = "" } : Find(config.Users, context.User, "user", context);
        var source = $"context '{context.Name}' of {context.File}";
        var server = options.Server is { Length: > 0 } other
            ? ParseServer(other, "-Server")
            : ParseServer(cluster.Server ?? throw new ApiException(ApiReasons.KubeconfigInvalid, $"The kubeconfig's cluster '{cluster.Name}' has no server ({source})."), source);
        var secure = server.Scheme == Uri.UriSchemeHttps;
        var headers = Impersonation.Headers(user);
        if (!secure && headers.Count > 0)
            throw new ApiException(ApiReasons.KubeconfigInvalid, $"The user '{user.Name}' impersonates ('as'), which needs credentials, and none are sent to {server}, which is not https.");
        var pem = cluster.CertificateAuthorityData is { } data ? PemFile.Decode(data, $"certificate-authority-data of cluster '{cluster.Name}'")
            : cluster.CertificateAuthority is { } file ? await PemFile.ReadAsync(file, "certificate-authority", cancellationToken) : null;
        var trust = new ServerTrust(
            pem, cluster.CertificateAuthorityData is null ? cluster.CertificateAuthority : null,
            pem is null ? "the system's authorities" : $"the certificate-authority of cluster '{cluster.Name}'", options.InsecureSkipTlsVerify || cluster.InsecureSkipTlsVerify);
        return new TargetPlan
        {
            Server = server,
            Context = context.Name,
            Namespace = context.Namespace ?? "default",
            Source = source,
            ProxyUrl = cluster.ProxyUrl,
            Trust = trust,
            TlsServerName = cluster.TlsServerName,
            Headers = headers,
            Fixed = secure ? await UserCredentials.FixedAsync(user, cancellationToken) : new Credential(),
            Credentials = secure ? UserCredentials.Renewable(user, cluster, server, pem, options.Environment) : null,
        };
    }

    private static KubeconfigContext FindContext(Kubeconfig config, TargetOptions options)
    {
        var name = options.Context is { Length: > 0 } chosen ? chosen : config.CurrentContext;
        if (name is not null && config.Contexts.TryGetValue(name, out var context)) return context;
        if (config.Contexts.Count == 0) throw new ApiException(ApiReasons.ContextNotFound, $"The kubeconfig {config.Source} has no contexts{(config.IsEmpty ? ": it is empty" : "")}. Check -Kubeconfig, or try Start-LocalApiServer, whose output binds to it.");
        var known = "it has " + string.Join(", ", config.Contexts.Keys.Order(StringComparer.Ordinal).Select(each => $"'{each}'"));
        throw new ApiException(ApiReasons.ContextNotFound, name is null
            ? $"The kubeconfig {config.Source} has no current-context: choose one with -Context ({known})."
            : $"The context '{name}' is not in the kubeconfig {config.Source}: {known}.");
    }

    private static T Find<T>(IReadOnlyDictionary<string, T> entries, string? name, string kind, KubeconfigContext context)
        where T : class =>
        name is not null && entries.TryGetValue(name, out var entry) ? entry : throw new ApiException(ApiReasons.KubeconfigInvalid, name is null
            ? $"The context '{context.Name}' of {context.File} names no {kind}."
            : $"The context '{context.Name}' of {context.File} names the {kind} '{name}', which the kubeconfig does not have.");

    private static TargetPlan Anonymous(TargetOptions options) => new()
    {
        Server = ParseServer(options.Server!, "-Server"),
        Source = "-Server, without a kubeconfig",
        Trust = new ServerTrust(null, null, "the system's authorities", options.InsecureSkipTlsVerify),
    };

    private static ApiException NothingFound(TargetOptions options)
    {
        var looked = Kubeconfig.Candidates(options.Environment);
        var where = looked.Count == 0 ? "KUBECONFIG is not set, and there is no home folder" : string.Join(", ", looked);
        return new ApiException(ApiReasons.KubeconfigNotFound,
            $"There is no kubeconfig ({where}) and no in-cluster account. Give -Kubeconfig, set KUBECONFIG, or try Start-LocalApiServer, whose output binds to -Kubeconfig.");
    }
}
