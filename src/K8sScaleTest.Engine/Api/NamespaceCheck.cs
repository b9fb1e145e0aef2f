using System.Text.Json;
using System.Text.Json.Nodes;
using K8sScaleTest.Engine.Objects;

namespace K8sScaleTest.Engine.Api;

/// <summary>Sees to it that a run's namespace exists.</summary>
public static class NamespaceCheck
{
    /// <summary>Looks for a namespace, and makes it when asked to.</summary>
    /// <param name="client">The server.</param>
    /// <param name="ns">The namespace's name.</param>
    /// <param name="create">Make it where it is missing.</param>
    /// <param name="cancellationToken">Cancels the requests.</param>
    /// <exception cref="ApiException">It does not exist, is being deleted, or may not be made.</exception>
    public static async Task<NamespaceState> EnsureAsync(ApiClient client, string ns, bool create, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentException.ThrowIfNullOrEmpty(ns);
        var path = "/api/v1/namespaces/" + Uri.EscapeDataString(ns);
        var response = await client.SendAsync(HttpMethod.Get, path, cancellationToken: cancellationToken);
        if (response.IsSuccess) return IsTerminating(response) ? throw Terminating(ns) : NamespaceState.Exists;
        var status = response.ToStatus();
        switch (response.StatusCode)
        {
            // An aggregated server knows no namespaces and answers with a 404 of another kind.
            case 404 when status is { IsStatus: true, Kind: "namespaces" }:
                return create ? await CreateAsync(client, ns, mustSucceed: true, cancellationToken) : throw Missing(client, ns);
            case 403:
                return create ? await CreateAsync(client, ns, mustSucceed: false, cancellationToken) : NamespaceState.Unknown;
            case 404:
                return NamespaceState.Unknown;
            default:
                throw client.Failure(HttpMethod.Get, path, response);
        }
    }

    /// <summary>The names of the server's namespaces, the first 500; for completion.</summary>
    /// <param name="client">The server.</param>
    /// <param name="cancellationToken">Cancels the request.</param>
    /// <exception cref="ApiException">The server cannot be reached, or will not list them.</exception>
    public static async Task<IReadOnlyList<string>> ListAsync(ApiClient client, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(client);
        using var list = await client.GetAsync("/api/v1/namespaces?limit=500", cancellationToken);
        return list.RootElement.TryGetProperty("items", out var items)
            ? [.. items.EnumerateArray().Select(item => item.GetProperty("metadata").GetProperty("name").GetString()!)]
            : [];
    }

    /// <summary>The message for a namespace that is not there, for those who learn of it from a refused create.</summary>
    /// <param name="client">The server.</param>
    /// <param name="ns">The namespace's name.</param>
    public static ApiException Missing(ApiClient client, string ns)
    {
        ArgumentNullException.ThrowIfNull(client);
        return new(ApiReasons.NamespaceNotFound,
            $"The namespace '{ns}' does not exist at {client.Target.Url}: create it (kubectl create namespace {ns}), give -CreateNamespace, or choose another with -Namespace.", 404);
    }

    private static async Task<NamespaceState> CreateAsync(ApiClient client, string ns, bool mustSucceed, CancellationToken cancellationToken)
    {
        const string Path = "/api/v1/namespaces";
        var manifest = new JsonObject
        {
            ["apiVersion"] = "v1",
            ["kind"] = "Namespace",
            ["metadata"] = new JsonObject { ["name"] = ns, ["labels"] = new JsonObject { [RunIdentity.PurposeLabel] = RunIdentity.Purpose } },
        };
        var response = await client.SendAsync(HttpMethod.Post, Path, JsonSerializer.SerializeToUtf8Bytes(manifest), cancellationToken: cancellationToken);
        return response.StatusCode switch
        {
            >= 200 and < 300 => NamespaceState.Created,
            409 => NamespaceState.Exists,
            403 when !mustSucceed => NamespaceState.Unknown,
            _ => throw client.Failure(HttpMethod.Post, Path, response),
        };
    }

    private static bool IsTerminating(ApiResponse response)
    {
        try
        {
            using var document = JsonDocument.Parse(response.Body);
            return document.RootElement.TryGetProperty("status", out var status) && status.TryGetProperty("phase", out var phase) && phase.ValueEquals("Terminating");
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static ApiException Terminating(string ns) => new(ApiReasons.NamespaceTerminating,
        $"The namespace '{ns}' is being deleted, and takes no new objects: wait until it is gone, or choose another with -Namespace.", 409);
}
