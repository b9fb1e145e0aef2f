using System.Diagnostics;
using System.Text.Json;
using K8sScaleTest.Engine.Api;

namespace K8sScaleTest.Engine.Cluster;

/// <summary>Waits until a cluster serves Flunders: its own word on them first, then whether they can be discovered and listed.</summary>
internal sealed class FlunderApiWait(ApiClient client, FlunderApiOptions options)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);
    private readonly ClusterClient _cluster = new(client);

    /// <exception cref="ApiException">They are not served in time, or never will be.</exception>
    public async Task UntilServedAsync(CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        while (await ObstacleAsync(cancellationToken) is { } obstacle)
        {
            if (Stopwatch.GetElapsedTime(started) >= options.Timeout)
            {
                throw new ApiException(ApiReasons.NotServedInTime,
                    $"After {options.Timeout.TotalSeconds:0.#} s Flunders are not served yet: {obstacle}. What was installed stays; run the command again to wait on, with a longer -Timeout, or remove it with Uninstall-FlunderApi.");
            }

            await Task.Delay(Pause, cancellationToken);
        }
    }

    /// <summary>Why Flunders are not served yet; null when they are.</summary>
    private async Task<string?> ObstacleAsync(CancellationToken cancellationToken)
    {
        if (!options.Aggregated)
        {
            var path = $"{FlunderApi.Definitions.CollectionPath(null)}/{FlunderApi.DefinitionName}";
            if (await ConditionAsync(path, "Established", cancellationToken) is { } obstacle) return obstacle;
        }

        foreach (var version in FlunderApi.Versions)
        {
            var name = $"{version}.{FlunderApi.Group}";
            if (options.Aggregated && await ConditionAsync($"{FlunderApi.Services.CollectionPath(null)}/{name}", "Available", cancellationToken) is { } obstacle) return obstacle;
            var resource = new ApiResource(FlunderApi.Group, version, FlunderApi.Plural, "Flunder", true);
            var list = await client.SendAsync(HttpMethod.Get, resource.CollectionPath(null) + "?limit=1", cancellationToken: cancellationToken);
            // A user who may not list them still gets this answer from a server that has them.
            if (!list.IsSuccess && list.StatusCode != 403) return $"{resource.CollectionPath(null)} answers {list.StatusCode} {list.ToStatus().Message}".TrimEnd();
        }

        using var groups = await client.GetAsync("/apis", cancellationToken);
        var served = Ownership.Array(groups.RootElement, "groups").Where(group => Ownership.Text(group, "name") == FlunderApi.Group)
            .SelectMany(group => Ownership.Array(group, "versions")).Select(version => Ownership.Text(version, "version")).ToHashSet();
        return FlunderApi.Versions.All(served.Contains) ? null : $"discovery does not name all versions of {FlunderApi.Group} yet";
    }

    private async Task<string?> ConditionAsync(string path, string type, CancellationToken cancellationToken)
    {
        using var document = await _cluster.FindAsync(path, cancellationToken);
        if (document is null) return $"{path} has gone";
        var conditions = document.RootElement.TryGetProperty("status", out var status) ? Ownership.Array(status, "conditions").ToArray() : [];
        if (Find(conditions, "NamesAccepted") is { } names && Ownership.Text(names, "status") == "False")
            throw new ApiException(ApiReasons.NotServedInTime, $"The server does not accept the names of {FlunderApi.DefinitionName}: {Ownership.Text(names, "message")}. Another definition has them; Uninstall-FlunderApi removes ours.");
        var condition = Find(conditions, type);
        if (condition is { } found && Ownership.Text(found, "status") == "True") return null;
        var said = condition is { } known ? $"{Ownership.Text(known, "reason")}, {Ownership.Text(known, "message")}" : "the server has not said anything about it";
        return $"{path[(path.LastIndexOf('/') + 1)..]} is not {type} ({said})";
    }

    private static JsonElement? Find(JsonElement[] conditions, string type)
    {
        foreach (var condition in conditions)
        {
            if (Ownership.Text(condition, "type") == type) return condition;
        }

        return null;
    }
}
