using System.Text.RegularExpressions;
using K8sScaleTest.Engine.Api;

namespace K8sScaleTest.Engine.Cluster.Manifests;

/// <summary>Asks a cluster whether it would take the objects of a manifest.</summary>
public static partial class ManifestCheck
{
    /// <summary>Compares versions, and has the server try every object without making it.</summary>
    /// <param name="client">The server.</param>
    /// <param name="options">What the manifest was made of.</param>
    /// <param name="objects">The manifest.</param>
    /// <param name="cancellationToken">Cancels the requests.</param>
    /// <exception cref="ApiException">The cluster is too old, its namespace does not exist, it refuses an object, or has a Job of that name.</exception>
    public static async Task RunAsync(ApiClient client, ManifestOptions options, IReadOnlyList<ClusterObject> objects, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(objects);
        var version = await ApiDiscovery.ServerVersionAsync(client, cancellationToken);
        if (version is not null && MajorMinor().Match(version) is { Success: true } match && Version.Parse(match.Value[1..]) < options.NeededVersion)
        {
            throw new ApiException(ApiReasons.ServerTooOld,
                $"{client.Target.Url} is Kubernetes {version}, and these manifests need {options.NeededVersion}{(options.Workers > 1 ? ": more than one worker is an Indexed Job. With -Workers 1 an older one will do" : "")}.");
        }

        var path = "/api/v1/namespaces/" + Uri.EscapeDataString(options.Namespace);
        var ns = await client.SendAsync(HttpMethod.Get, path, cancellationToken: cancellationToken);
        foreach (var item in objects)
        {
            // Nothing can be tried in a namespace that the same manifest would make.
            if (item.Namespace is not null && ns.StatusCode == 404)
            {
                if (objects.All(each => each.Resource.Plural != "namespaces")) throw NamespaceCheck.Missing(client, options.Namespace);
                continue;
            }

            var target = $"{item.CollectionPath}?dryRun=All";
            var response = await client.SendAsync(HttpMethod.Post, target, item.ToJson(), cancellationToken: cancellationToken);
            if (response.StatusCode == 409)
            {
                if (item.Resource.Plural == "jobs") throw Ran(item);
                continue;
            }

            if (response.StatusCode == 404) throw new ApiException(ApiReasons.ServerTooOld, $"{client.Target.Url} (Kubernetes {version ?? "of unknown version"}) does not serve {item.Resource.QualifiedName} as {item.Resource.ApiVersion}: it is too old for {item.Description}.", 404);
            if (!response.IsSuccess) throw client.Failure(HttpMethod.Post, item.CollectionPath, response);
        }
    }

    /// <summary>What else is there is brought up to date. The pods of a Job cannot be changed, and an apply of the same Job runs nothing again.</summary>
    private static ApiException Ran(ClusterObject job) => new(ApiReasons.AlreadyInstalled,
        $"{job.Description} is there already, from an earlier run: its pods cannot be changed, and nothing would run again. Delete it first, when that run has ended: kubectl delete job {job.Name} -n {job.Namespace}", 409);

    [GeneratedRegex(@"\Av[0-9]+\.[0-9]+", RegexOptions.CultureInvariant)]
    private static partial Regex MajorMinor();
}
