using System.Text.Json;
using K8sScaleTest.Engine.Api;

namespace K8sScaleTest.Engine.Cluster;

/// <summary>
/// Makes a cluster serve Flunders. It looks at rights and at what is there first, and changes nothing where something is in the way; what is there from an
/// earlier time is brought up to date.
/// </summary>
/// <param name="client">The server; it stays the caller's.</param>
/// <param name="options">How they shall be served.</param>
public sealed class FlunderApiInstaller(ApiClient client, FlunderApiOptions options)
{
    private static readonly string[] Verbs = ["get", "create", "patch"];
    private readonly ClusterClient _cluster = new(client);

    /// <summary>The objects that will be made, with a certificate made for the occasion; for plans, and for trying them.</summary>
    public IReadOnlyList<ClusterObject> Plan() => options.Aggregated ? Aggregated(NewCertificate()) : [FlunderDefinition.Build(options.Installer)];

    /// <summary>Installs, and waits until Flunders are served.</summary>
    /// <param name="applied">Told of every object, at once.</param>
    /// <param name="cancellationToken">Stops it; what was made stays.</param>
    /// <exception cref="ApiException">Rights are missing, something of others is in the way, or Flunders are not served in time.</exception>
    public async Task InstallAsync(Action<AppliedObject> applied, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(applied);
        var plan = Plan();
        await RequireAsync(plan, cancellationToken);
        await RefuseOtherFormAsync(cancellationToken);
        var existing = new Dictionary<string, JsonDocument>();
        try
        {
            await ReadAsync(plan, existing, cancellationToken);
            await RefuseServedByOtherMeansAsync(existing, cancellationToken);
            if (options.Aggregated && existing.Values.Select(Kept).FirstOrDefault(kept => kept is not null) is { } certificate) plan = Aggregated(certificate);
            foreach (var item in plan)
            {
                var found = existing.TryGetValue(item.Path, out var document) ? document.RootElement : (JsonElement?)null;
                // A namespace that others made is used as it is.
                var action = found is { } theirs && !Ownership.IsOurs(theirs, FlunderApi.Name) ? ObjectAction.Kept : await _cluster.ApplyAsync(item, found, cancellationToken);
                applied(new AppliedObject(action, item.Resource, item.Namespace, item.Name));
            }
        }
        finally
        {
            foreach (var document in existing.Values) document.Dispose();
        }

        await new FlunderApiWait(client, options).UntilServedAsync(cancellationToken);
    }

    private ServingCertificate NewCertificate() => ServingCertificate.ForService(FlunderApi.Name, options.Namespace, DateTimeOffset.UtcNow);

    private ClusterObject[] Aggregated(ServingCertificate certificate) =>
    [
        FlunderServer.NamespaceObject(options.Namespace, options.Installer),
        FlunderServer.SecretObject(options.Namespace, certificate, options.Installer),
        .. FlunderServer.WorkloadObjects(options.Namespace, options.ServerImage, options.EtcdImage, options.Installer),
        .. FlunderServer.RegistrationObjects(options.Namespace, certificate.AuthorityPem, options.Installer),
    ];

    /// <summary>The certificate of an earlier time: the server has it mounted, and clients trust its authority.</summary>
    private ServingCertificate? Kept(JsonDocument found) =>
        Ownership.Text(found.RootElement, "type") == "kubernetes.io/tls" ? ServingCertificate.FromSecret(found.RootElement, FlunderApi.Name, options.Namespace, DateTimeOffset.UtcNow) : null;

    private Task RequireAsync(IReadOnlyList<ClusterObject> plan, CancellationToken cancellationToken)
    {
        IEnumerable<AccessRight> rights = [
            .. plan.SelectMany(item => Verbs.Select(verb => new AccessRight(verb, item.Resource, item.Namespace))),
            new AccessRight("get", FlunderApi.Definitions, null),
            new AccessRight("get", FlunderApi.Services, null),
            .. options.Aggregated ? FlunderServer.Grants : [],
        ];
        return AccessReview.RequireAsync(client, rights, "install the Flunder API", cancellationToken);
    }

    /// <summary>Both forms have the same group: one of them must go before the other comes.</summary>
    private async Task RefuseOtherFormAsync(CancellationToken cancellationToken)
    {
        if (options.Aggregated)
        {
            using var definition = await _cluster.FindAsync($"{FlunderApi.Definitions.CollectionPath(null)}/{FlunderApi.DefinitionName}", cancellationToken);
            if (definition is null) return;
            throw Ownership.IsOurs(definition.RootElement, FlunderApi.Name)
                ? Installed("as a custom resource")
                : Foreign(ClusterObject.Describe(FlunderApi.Definitions, null, FlunderApi.DefinitionName), definition.RootElement);
        }

        foreach (var version in FlunderApi.Versions)
        {
            var name = $"{version}.{FlunderApi.Group}";
            using var service = await _cluster.FindAsync($"{FlunderApi.Services.CollectionPath(null)}/{name}", cancellationToken);
            if (service is null || Ownership.Text(service.RootElement, "spec", "service", "name") is null) continue;
            throw Ownership.IsOurs(service.RootElement, FlunderApi.Name) ? Installed("aggregated") : Foreign(ClusterObject.Describe(FlunderApi.Services, null, name), service.RootElement);
        }
    }

    /// <summary>A server that has the group built in, or lets nobody see by what it has it.</summary>
    private async Task RefuseServedByOtherMeansAsync(Dictionary<string, JsonDocument> existing, CancellationToken cancellationToken)
    {
        if (existing.Values.Any(found => Ownership.Text(found.RootElement, "spec", "group") == FlunderApi.Group)) return;
        var resource = new ApiResource(FlunderApi.Group, FlunderApi.Versions[0], FlunderApi.Plural, "Flunder", true);
        using var served = await _cluster.FindAsync(resource.VersionPath, cancellationToken);
        if (served is null || Ownership.Array(served.RootElement, "resources").All(each => Ownership.Text(each, "name") != FlunderApi.Plural)) return;
        throw new ApiException(ApiReasons.ForeignObject,
            $"{client.Target.Url} serves {FlunderApi.DefinitionName} already, by neither a custom resource nor an APIService of this module. Nothing was changed; the drivers use it as it is.", 409);
    }

    /// <summary>Reads what is there of the plan; refuses what is another's. A namespace may be anybody's: it is used as it is, and left.</summary>
    private async Task ReadAsync(IReadOnlyList<ClusterObject> plan, Dictionary<string, JsonDocument> existing, CancellationToken cancellationToken)
    {
        foreach (var item in plan)
        {
            var found = await _cluster.FindAsync(item.Path, cancellationToken);
            if (found is null) continue;
            existing.Add(item.Path, found);
            if (item.Resource.Plural == "namespaces") continue;
            if (!Ownership.IsOurs(found.RootElement, FlunderApi.Name)) throw Foreign(item.Description, found.RootElement);
        }
    }

    private static ApiException Installed(string form) => new(ApiReasons.AlreadyInstalled,
        $"This module installed the Flunder API {form} already, and a cluster can serve it in one form alone. Uninstall-FlunderApi removes it, with all Flunders.", 409);

    private static ApiException Foreign(string description, JsonElement item) => new(ApiReasons.ForeignObject,
        $"{description} is there already, and this module did not install it ({Ownership.Describe(item)}). It is left alone, and nothing was changed. If it serves Flunders, the drivers use it as it is; else remove it first.", 409);
}
