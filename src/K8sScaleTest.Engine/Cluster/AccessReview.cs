using System.Text.Json;
using System.Text.Json.Nodes;
using K8sScaleTest.Engine.Api;

namespace K8sScaleTest.Engine.Cluster;

/// <summary>Asks a server what its user may do, before anything is done by half.</summary>
public static class AccessReview
{
    private const string Path = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews";

    /// <summary>Refuses a user who lacks rights, with all that are missing.</summary>
    /// <param name="client">The server.</param>
    /// <param name="rights">The rights that will be needed.</param>
    /// <param name="purpose">What for, in the message: <c>install the Flunder API</c>.</param>
    /// <param name="cancellationToken">Cancels the requests.</param>
    /// <exception cref="ApiException">At least one right is missing (<see cref="ApiReasons.Forbidden"/>), or no response came.</exception>
    public static async Task RequireAsync(ApiClient client, IEnumerable<AccessRight> rights, string purpose, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(client);
        var missing = new List<AccessRight>();
        foreach (var right in rights.Distinct())
        {
            if (await IsMissingAsync(client, right, cancellationToken)) missing.Add(right);
        }

        if (missing.Count == 0) return;
        throw new ApiException(ApiReasons.Forbidden,
            $"The user of {client.Target.Source} may not {purpose}; these rights are missing: {string.Join("; ", missing)}. Nothing was changed. Grant them, or choose another -Context.", 403);
    }

    /// <summary>Whether the user has neither a right nor what will do instead.</summary>
    private static async Task<bool> IsMissingAsync(ApiClient client, AccessRight right, CancellationToken cancellationToken)
    {
        if (await IsAllowedAsync(client, right, cancellationToken) != false) return false;
        foreach (var other in right.Or)
        {
            if (await IsMissingAsync(client, other, cancellationToken)) return true;
        }

        return right.Or.Count == 0;
    }

    /// <summary>Whether the server's user has a right; null where the server does not answer such questions.</summary>
    /// <param name="client">The server.</param>
    /// <param name="right">The right.</param>
    /// <param name="cancellationToken">Cancels the request.</param>
    /// <exception cref="ApiException">No response came, or the server failed.</exception>
    public static async Task<bool?> IsAllowedAsync(ApiClient client, AccessRight right, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(right);
        var attributes = new JsonObject { ["verb"] = right.Verb, ["group"] = right.Resource.Group, ["resource"] = right.Resource.Plural };
        if (right.Namespace is not null) attributes["namespace"] = right.Namespace;
        if (right.Name is not null) attributes["name"] = right.Name;
        var review = new JsonObject
        {
            ["apiVersion"] = "authorization.k8s.io/v1",
            ["kind"] = "SelfSubjectAccessReview",
            ["spec"] = new JsonObject { ["resourceAttributes"] = attributes },
        };
        var response = await client.SendAsync(HttpMethod.Post, Path, JsonSerializer.SerializeToUtf8Bytes(review), cancellationToken: cancellationToken);
        // A server without the group, or that lets nobody ask: the requests themselves will tell.
        if (response.StatusCode is 403 or 404 or 405) return null;
        if (!response.IsSuccess) throw client.Failure(HttpMethod.Post, Path, response);
        using var document = JsonDocument.Parse(response.Body);
        return document.RootElement.TryGetProperty("status", out var status) && status.TryGetProperty("allowed", out var allowed) && allowed.ValueKind == JsonValueKind.True;
    }
}
