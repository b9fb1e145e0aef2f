using System.Text.Json;

namespace K8sScaleTest.Engine.Api;

/// <summary>Finds out what a server serves.</summary>
public static class ApiDiscovery
{
    /// <summary>The groups that Flunders have been in: today's, and the one of long ago.</summary>
    public static IReadOnlyList<string> FlunderGroups { get; } = ["wardle.example.com", "wardle.k8s.io"];

    /// <summary>Finds a resource by the name that kubectl takes: <c>configmaps</c>, <c>flunders</c>, <c>flunders.wardle.example.com</c>, <c>secrets</c>.</summary>
    /// <param name="client">The server.</param>
    /// <param name="name">The plural name, with the group where it is not the core group; Flunders are found without.</param>
    /// <param name="apiVersion">A version to use instead of the preferred one, such as <c>v1alpha1</c> or <c>wardle.example.com/v1alpha1</c>.</param>
    /// <param name="cancellationToken">Cancels the requests.</param>
    /// <exception cref="ApiException">The server does not serve it; the message names what it serves by that singular, short name or kind, or in another group.</exception>
    public static async Task<ApiResource> FindByNameAsync(ApiClient client, string name, string? apiVersion = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentException.ThrowIfNullOrEmpty(name);
        name = name.ToLowerInvariant();
        var dot = name.IndexOf('.', StringComparison.Ordinal);
        var plural = dot < 0 ? name : name[..dot];
        try
        {
            if (name == ApiResource.ConfigMaps.Plural && apiVersion is null) return ApiResource.ConfigMaps;
            if (name == "flunders") return await FindAsync(client, name, FlunderGroups, apiVersion, cancellationToken);
            return dot < 0 && apiVersion?.Contains('/', StringComparison.Ordinal) != true
                ? await FindResourceAsync(client, name, "", apiVersion ?? "v1", cancellationToken)
                : await FindAsync(client, plural, [name[(dot + 1)..]], apiVersion, cancellationToken);
        }
        catch (ApiException e) when (apiVersion is null && name != "flunders" && e.Reason is ApiReasons.ResourceNotServed or ApiReasons.GroupNotServed)
        {
            var like = await FindLikeAsync(client, plural, cancellationToken);
            if (like.Count == 0) throw;
            throw new ApiException(e.Reason, $"{e.Message} It serves {string.Join(" and ", like)}.", e.StatusCode);
        }
    }

    /// <summary>Finds a resource in the first of some groups that the server serves, in the version that it prefers.</summary>
    /// <param name="client">The server.</param>
    /// <param name="plural">The resource's name in paths, such as <c>flunders</c>.</param>
    /// <param name="groups">The groups it may be in, the likeliest first.</param>
    /// <param name="apiVersion">A version to use instead, <c>v1alpha1</c> or <c>wardle.example.com/v1alpha1</c>.</param>
    /// <param name="cancellationToken">Cancels the requests.</param>
    /// <exception cref="ApiException">The group, the version or the resource is not served, or the aggregated server behind it is down.</exception>
    public static async Task<ApiResource> FindAsync(
        ApiClient client, string plural, IReadOnlyList<string> groups, string? apiVersion = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(groups);
        var (wantedGroup, wantedVersion) = Split(apiVersion);
        if (wantedGroup is not null) groups = [wantedGroup];
        using var served = await client.GetAsync("/apis", cancellationToken);
        var group = FindGroup(served.RootElement, groups) ?? throw await NotServedAsync(client, plural, groups, cancellationToken);
        var name = Text(group, "name")!;
        var versions = Array(group, "versions").Select(version => Text(version, "version")).OfType<string>().ToArray();
        var preferred = group.TryGetProperty("preferredVersion", out var choice) ? Text(choice, "version") : null;
        if (wantedVersion is not null && !versions.Contains(wantedVersion, StringComparer.Ordinal))
        {
            throw new ApiException(ApiReasons.ResourceNotServed,
                $"{client.Target.Url} serves {name} in {string.Join(", ", versions)}, not in '{wantedVersion}': choose one of these with -ApiVersion, or leave it out.");
        }

        return await FindResourceAsync(client, plural, name, wantedVersion ?? preferred ?? versions[0], cancellationToken);
    }

    /// <summary>The server's own version, such as <c>v1.36.2</c>; null when it does not tell.</summary>
    /// <param name="client">The server.</param>
    /// <param name="cancellationToken">Cancels the request.</param>
    /// <exception cref="ApiException">No response came.</exception>
    public static async Task<string?> ServerVersionAsync(ApiClient client, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(client);
        var response = await client.SendAsync(HttpMethod.Get, "/version", cancellationToken: cancellationToken);
        if (!response.IsSuccess) return null;
        try
        {
            using var document = JsonDocument.Parse(response.Body);
            return Text(document.RootElement, "gitVersion");
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>What a server serves, in any group, by a plural, singular, short name or kind.</summary>
    private static async Task<IReadOnlyList<string>> FindLikeAsync(ApiClient client, string name, CancellationToken cancellationToken)
    {
        var served = await client.SendAsync(HttpMethod.Get, "/apis", cancellationToken: cancellationToken);
        if (!served.IsSuccess || served.ContentType != "application/json") return [];
        using var groups = JsonDocument.Parse(served.Body);
        var places = Array(groups.RootElement, "groups")
            .Select(group => (Suffix: "." + Text(group, "name"), Path: "/apis/" + (group.TryGetProperty("preferredVersion", out var preferred) ? Text(preferred, "groupVersion") : null)))
            .Prepend((Suffix: "", Path: "/api/v1"));
        var found = await Task.WhenAll(places.Select(async place =>
        {
            var response = await client.SendAsync(HttpMethod.Get, place.Path, cancellationToken: cancellationToken);
            if (!response.IsSuccess || response.ContentType != "application/json") return [];
            using var document = JsonDocument.Parse(response.Body);
            return Array(document.RootElement, "resources").Where(IsLike).Select(resource => Text(resource, "name") + place.Suffix).ToArray();
        }));
        return [.. found.SelectMany(each => each)];

        bool IsLike(JsonElement resource) =>
            Text(resource, "name") is { } plural && !plural.Contains('/', StringComparison.Ordinal)
            && (plural == name || Text(resource, "singularName") == name || name.Equals(Text(resource, "kind"), StringComparison.OrdinalIgnoreCase)
                || Array(resource, "shortNames").Any(each => each.ValueKind == JsonValueKind.String && each.GetString() == name));
    }

    private static (string? Group, string? Version) Split(string? apiVersion)
    {
        if (string.IsNullOrEmpty(apiVersion)) return (null, null);
        var slash = apiVersion.IndexOf('/', StringComparison.Ordinal);
        return slash < 0 ? (null, apiVersion) : (apiVersion[..slash], apiVersion[(slash + 1)..]);
    }

    private static JsonElement? FindGroup(JsonElement list, IReadOnlyList<string> groups)
    {
        foreach (var wanted in groups)
        {
            foreach (var group in Array(list, "groups"))
            {
                if (Text(group, "name") == wanted && Array(group, "versions").Any()) return group;
            }
        }

        return null;
    }

    private static async Task<ApiResource> FindResourceAsync(ApiClient client, string plural, string group, string version, CancellationToken cancellationToken)
    {
        var path = new ApiResource(group, version, plural, "", true).VersionPath;
        var groupVersion = path[(path.IndexOf('/', 1) + 1)..];
        var response = await client.SendAsync(HttpMethod.Get, path, cancellationToken: cancellationToken);
        if (response.StatusCode is 502 or 503 or 504) throw Unavailable(client, groupVersion, response.ToStatus().Message);
        if (!response.IsSuccess) throw client.Failure(HttpMethod.Get, path, response);
        using var document = JsonDocument.Parse(response.Body);
        foreach (var resource in Array(document.RootElement, "resources"))
        {
            if (Text(resource, "name") != plural) continue;
            var namespaced = resource.TryGetProperty("namespaced", out var flag) && flag.ValueKind == JsonValueKind.True;
            return new ApiResource(group, version, plural, Text(resource, "kind") ?? plural, namespaced);
        }

        throw new ApiException(ApiReasons.ResourceNotServed, $"{client.Target.Url} serves {groupVersion}, but no '{plural}' in it: check the name (a plural, with its group where that is not the core group) and the version.");
    }

    /// <summary>A group that is missing may still be registered: an aggregator hides what it could not reach since its start.</summary>
    private static async Task<ApiException> NotServedAsync(ApiClient client, string plural, IReadOnlyList<string> groups, CancellationToken cancellationToken)
    {
        const string Registrations = "/apis/apiregistration.k8s.io/v1/apiservices";
        var response = await client.SendAsync(HttpMethod.Get, Registrations, cancellationToken: cancellationToken);
        if (response.IsSuccess && response.ContentType == "application/json")
        {
            using var document = JsonDocument.Parse(response.Body);
            foreach (var service in Array(document.RootElement, "items"))
            {
                if (!service.TryGetProperty("spec", out var spec) || Text(spec, "group") is not { } group || !groups.Contains(group, StringComparer.Ordinal)) continue;
                return Unavailable(client, $"{group}/{Text(spec, "version")}", Condition(service));
            }
        }

        var flunders = plural == "flunders" || groups.Intersect(FlunderGroups, StringComparer.Ordinal).Any()
            ? " Flunders are served by the sample-apiserver behind an APIService, or by a CRD of that group: Install-FlunderApi installs either. Start-LocalApiServer serves them at once."
            : "";
        return new ApiException(ApiReasons.GroupNotServed, $"{client.Target.Url} serves no {plural}: it has no API group {string.Join(" or ", groups)}.{flunders}");
    }

    private static string? Condition(JsonElement service) =>
        service.TryGetProperty("status", out var status)
            ? Array(status, "conditions").Where(condition => Text(condition, "type") == "Available").Select(condition => Text(condition, "message")).FirstOrDefault()
            : null;

    private static ApiException Unavailable(ApiClient client, string groupVersion, string? detail) =>
        new(ApiReasons.GroupUnavailable,
            $"{groupVersion} is registered at {client.Target.Url}, but the aggregated server behind its APIService does not answer{(detail is null ? "." : $": {detail.TrimEnd('.')}.")} "
            + "See 'kubectl get apiservices' and the logs of the sample-apiserver.", 503);

    /// <summary>The items of a list; none where there is no list.</summary>
    private static JsonElement.ArrayEnumerator Array(JsonElement parent, string name) =>
        parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(name, out var list) && list.ValueKind == JsonValueKind.Array ? list.EnumerateArray() : default;

    private static string? Text(JsonElement parent, string name) =>
        parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
