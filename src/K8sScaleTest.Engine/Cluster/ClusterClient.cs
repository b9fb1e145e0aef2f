using System.Text.Json;
using System.Text.Json.Nodes;
using K8sScaleTest.Engine.Api;

namespace K8sScaleTest.Engine.Cluster;

/// <summary>Reads, makes, changes and deletes single objects of a cluster.</summary>
internal sealed class ClusterClient(ApiClient client)
{
    /// <summary>An object as the server has it; null where it is not there, nor its resource.</summary>
    public async Task<JsonDocument?> FindAsync(string path, CancellationToken cancellationToken)
    {
        var response = await client.SendAsync(HttpMethod.Get, path, cancellationToken: cancellationToken);
        if (response.StatusCode == 404) return null;
        return response.IsSuccess ? JsonDocument.Parse(response.Body) : throw client.Failure(HttpMethod.Get, path, response);
    }

    /// <summary>Makes an object, or changes the one that is there into it.</summary>
    public async Task<ObjectAction> ApplyAsync(ClusterObject item, JsonElement? existing, CancellationToken cancellationToken)
    {
        if (existing is null)
        {
            var created = await client.SendAsync(HttpMethod.Post, item.CollectionPath, item.ToJson(), cancellationToken: cancellationToken);
            return created.IsSuccess ? ObjectAction.Created : throw client.Failure(HttpMethod.Post, item.CollectionPath, created);
        }

        // A patch that changes nothing leaves the resourceVersion as it was.
        var patched = await client.SendAsync(HttpMethod.Patch, item.Path, item.ToJson(), "application/merge-patch+json", cancellationToken);
        if (!patched.IsSuccess) throw client.Failure(HttpMethod.Patch, item.Path, patched);
        using var document = JsonDocument.Parse(patched.Body);
        return Version(document.RootElement) == Version(existing.Value) ? ObjectAction.Unchanged : ObjectAction.Updated;
    }

    /// <summary>Deletes the very object that was read, not one made anew under its name. False when it is gone already.</summary>
    public async Task<bool> DeleteAsync(string path, JsonElement existing, CancellationToken cancellationToken)
    {
        var options = new JsonObject
        {
            ["apiVersion"] = "v1",
            ["kind"] = "DeleteOptions",
            ["propagationPolicy"] = "Background",
            ["preconditions"] = new JsonObject { ["uid"] = Uid(existing) },
        };
        var response = await client.SendAsync(HttpMethod.Delete, path, JsonSerializer.SerializeToUtf8Bytes(options), cancellationToken: cancellationToken);
        if (response.StatusCode is 404 or 409) return false;
        return response.IsSuccess ? true : throw client.Failure(HttpMethod.Delete, path, response);
    }

    public static string? Uid(JsonElement item) => Ownership.Text(item, "metadata", "uid");

    private static string? Version(JsonElement item) => Ownership.Text(item, "metadata", "resourceVersion");
}
