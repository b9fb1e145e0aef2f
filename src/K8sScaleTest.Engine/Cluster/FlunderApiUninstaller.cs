using System.Diagnostics;
using System.Text.Json;
using K8sScaleTest.Engine.Api;

namespace K8sScaleTest.Engine.Cluster;

/// <summary>Removes what <see cref="FlunderApiInstaller"/> installed, of either form, and nothing else.</summary>
/// <param name="client">The server; it stays the caller's.</param>
/// <param name="timeout">How long the removal may take.</param>
public sealed class FlunderApiUninstaller(ApiClient client, TimeSpan timeout)
{
    private const string Installer = "Uninstall-FlunderApi";
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    // What people put into namespaces by hand or by tools; what Kubernetes puts there by itself is told apart below.
    private static readonly ApiResource[] Contents =
    [
        new("", "v1", "configmaps", "ConfigMap", true), new("", "v1", "secrets", "Secret", true), new("", "v1", "services", "Service", true),
        new("", "v1", "serviceaccounts", "ServiceAccount", true), new("", "v1", "persistentvolumeclaims", "PersistentVolumeClaim", true), new("", "v1", "pods", "Pod", true),
        new("apps", "v1", "deployments", "Deployment", true), new("apps", "v1", "statefulsets", "StatefulSet", true), new("apps", "v1", "daemonsets", "DaemonSet", true),
        new("apps", "v1", "replicasets", "ReplicaSet", true), new("batch", "v1", "jobs", "Job", true),
    ];

    private readonly ClusterClient _cluster = new(client);

    /// <summary>Removes it, and waits until definition and registrations are gone.</summary>
    /// <param name="removed">Told of every object, at once.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>What stands where ours would, and is another's; null for nothing.</returns>
    /// <exception cref="ApiException">Rights are missing, or the removal takes too long.</exception>
    public async Task<string?> UninstallAsync(Action<AppliedObject> removed, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(removed);
        await AccessReview.RequireAsync(client, [.. Both("get"), .. Both("delete")], "uninstall the Flunder API", cancellationToken);
        string? foreign = null;
        var definition = FlunderDefinition.Build(Installer);
        var registrations = FlunderServer.RegistrationObjects(FlunderApi.DefaultNamespace, default, Installer);
        var ns = await NamespaceAsync(registrations, cancellationToken);
        if (ns is not null)
        {
            var workload = FlunderServer.WorkloadObjects(ns, "", "", Installer);
            var secret = FlunderServer.SecretObject(ns, new ServingCertificate(default, default, default), Installer);
            var space = FlunderServer.NamespaceObject(ns, Installer);
            var clusterWide = workload.Where(item => item.Resource.Plural == "clusterrolebindings").ToArray();
            ClusterObject[] all = [.. registrations, .. workload.Except(clusterWide).Reverse(), secret];
            await AccessReview.RequireAsync(client, all.Append(space).SelectMany(item => (AccessRight[])[new("get", item.Resource, item.Namespace), new("delete", item.Resource, item.Namespace)]), "uninstall the Flunder API", cancellationToken);
            foreach (var item in all) foreign = await RemoveAsync(item, removed, cancellationToken) ?? foreign;
            await RemoveNamespaceAsync(space, removed, cancellationToken);
            // Last: they tell a removal that was cut off in which namespace the rest is.
            foreach (var item in clusterWide) foreign = await RemoveAsync(item, removed, cancellationToken) ?? foreign;
        }
        else
        {
            foreach (var item in registrations) foreign = await WhoseAsync(item, cancellationToken) ?? foreign;
        }

        return await RemoveAsync(definition, removed, cancellationToken) ?? foreign;
    }

    private static IEnumerable<AccessRight> Both(string verb) => [new(verb, FlunderApi.Definitions, null), new(verb, FlunderApi.Services, null)];

    /// <summary>The namespace of an aggregated server of ours; null when there is none.</summary>
    private async Task<string?> NamespaceAsync(IReadOnlyList<ClusterObject> registrations, CancellationToken cancellationToken)
    {
        foreach (var item in registrations)
        {
            using var found = await _cluster.FindAsync(item.Path, cancellationToken);
            if (found is not null && Ownership.IsOurs(found.RootElement, FlunderApi.Name) && Ownership.Text(found.RootElement, "spec", "service", "namespace") is { } served) return served;
        }

        var binding = FlunderServer.WorkloadObjects(FlunderApi.DefaultNamespace, "", "", Installer).First(item => item.Resource.Plural == "clusterrolebindings");
        var right = new AccessRight("get", binding.Resource, null);
        if (await AccessReview.IsAllowedAsync(client, right, cancellationToken) == false) return null;
        using var document = await _cluster.FindAsync(binding.Path, cancellationToken);
        if (document is null || !Ownership.IsOurs(document.RootElement, FlunderApi.Name)) return null;
        return Ownership.Array(document.RootElement, "subjects").Select(subject => Ownership.Text(subject, "namespace")).FirstOrDefault(name => name is not null);
    }

    private async Task<string?> WhoseAsync(ClusterObject item, CancellationToken cancellationToken)
    {
        using var found = await _cluster.FindAsync(item.Path, cancellationToken);
        // What the API server made for our own definition goes with it.
        return found is null || Ownership.IsOurs(found.RootElement, FlunderApi.Name) || Ownership.IsAutomatic(found.RootElement) ? null : $"{item.Description} ({Ownership.Describe(found.RootElement)})";
    }

    private async Task<string?> RemoveAsync(ClusterObject item, Action<AppliedObject> removed, CancellationToken cancellationToken)
    {
        using var found = await _cluster.FindAsync(item.Path, cancellationToken);
        if (found is null) return null;
        if (!Ownership.IsOurs(found.RootElement, FlunderApi.Name)) return $"{item.Description} ({Ownership.Describe(found.RootElement)})";
        await _cluster.DeleteAsync(item.Path, found.RootElement, cancellationToken);
        var gone = await IsGoneAsync(item, found.RootElement, cancellationToken);
        removed(new AppliedObject(gone ? ObjectAction.Deleted : ObjectAction.Deleting, item.Resource, item.Namespace, item.Name));
        return null;
    }

    /// <summary>Waits for what must be gone before it could be made anew. What the cluster's controllers remove is not waited for.</summary>
    private async Task<bool> IsGoneAsync(ClusterObject item, JsonElement deleted, CancellationToken cancellationToken)
    {
        var mustGo = item.Resource.Group == FlunderApi.Definitions.Group || item.Resource.Group == FlunderApi.Services.Group;
        var started = Stopwatch.GetTimestamp();
        while (true)
        {
            using var found = await _cluster.FindAsync(item.Path, cancellationToken);
            if (found is null || ClusterClient.Uid(found.RootElement) != ClusterClient.Uid(deleted)) return true;
            if (!mustGo) return false;
            if (Stopwatch.GetElapsedTime(started) >= timeout)
                throw new ApiException(ApiReasons.NotServedInTime, $"{item.Description} was deleted, and is still there after {timeout.TotalSeconds:0.#} s: its Flunders are being deleted one by one, or a finalizer holds it. Run the command again to wait on.");
            await Task.Delay(Pause, cancellationToken);
        }
    }

    private async Task RemoveNamespaceAsync(ClusterObject item, Action<AppliedObject> removed, CancellationToken cancellationToken)
    {
        using var found = await _cluster.FindAsync(item.Path, cancellationToken);
        if (found is null || !Ownership.IsOurs(found.RootElement, FlunderApi.Name)) return;
        if (await IsUsedByOthersAsync(item.Name, cancellationToken))
        {
            removed(new AppliedObject(ObjectAction.Kept, item.Resource, null, item.Name));
            return;
        }

        await RemoveAsync(item, removed, cancellationToken);
    }

    /// <summary>Whether anything in a namespace is neither ours nor Kubernetes' own; true too where this user may not look.</summary>
    private async Task<bool> IsUsedByOthersAsync(string ns, CancellationToken cancellationToken)
    {
        foreach (var resource in Contents)
        {
            var response = await client.SendAsync(HttpMethod.Get, resource.CollectionPath(ns), cancellationToken: cancellationToken);
            if (response.StatusCode == 404) continue;
            if (!response.IsSuccess) return true;
            using var list = JsonDocument.Parse(response.Body);
            if (Ownership.Array(list.RootElement, "items").Any(item => !Ownership.IsOurs(item, FlunderApi.Name) && !IsKubernetesOwn(item))) return true;
        }

        return false;
    }

    private static bool IsKubernetesOwn(JsonElement item) =>
        Ownership.Array(item.GetProperty("metadata"), "ownerReferences").Any()
        || Ownership.Text(item, "metadata", "name") is "kube-root-ca.crt" or "openshift-service-ca.crt" or "default"
        || Ownership.Text(item, "type") == "kubernetes.io/service-account-token";
}
