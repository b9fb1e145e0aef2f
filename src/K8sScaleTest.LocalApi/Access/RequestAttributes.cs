using K8sScaleTest.LocalApi.Http;

namespace K8sScaleTest.LocalApi.Access;

/// <summary>What a request wants to do, in the words of authorization. The path alone decides: the resource need not exist.</summary>
internal sealed record RequestAttributes
{
    /// <summary>Such as get, list, deletecollection; for a path that names no resource the method in lower case.</summary>
    public required string Verb { get; init; }

    /// <summary>The path, for what is no resource; empty for a resource.</summary>
    public string Path { get; init; } = "";

    public string Group { get; init; } = "";

    public string Version { get; init; } = "";

    public string Resource { get; init; } = "";

    public string Subresource { get; init; } = "";

    public string Namespace { get; init; } = "";

    public string Name { get; init; } = "";

    public bool IsResource => Resource.Length > 0;

    /// <summary>The 403 of who may not do it.</summary>
    public ApiStatus Forbidden(User user)
    {
        var message = $"User {Go.Quote(user.Name)} cannot {Verb} ";
        if (!IsResource) message += "path " + Go.Quote(Path);
        else message += $"resource {Go.Quote(Subresource.Length > 0 ? Resource + "/" + Subresource : Resource)} in API group {Go.Quote(Group)} " + (Namespace.Length > 0 ? "in the namespace " + Go.Quote(Namespace) : "at the cluster scope");
        return ApiStatus.Forbidden(Group, Resource, Name, Sanitized(message));
    }

    /// <summary>As RequestInfoFactory reads a request (apiserver/pkg/endpoints/request/requestinfo.go).</summary>
    public static RequestAttributes Of(HttpRequest request)
    {
        var path = request.Path.Value ?? "/";
        var parts = path.Split('/', StringSplitOptions.RemoveEmptyEntries).AsSpan();
        var isCore = parts.Length >= 3 && parts[0] == "api";
        if (!isCore && !(parts.Length >= 4 && parts[0] == "apis")) return new RequestAttributes { Verb = request.Method.ToLowerInvariant(), Path = path };
        var group = isCore ? "" : parts[1];
        var version = parts[isCore ? 1 : 2];
        parts = parts[(isCore ? 2 : 3)..];
        var verb = request.Method switch
        {
            "POST" => "create",
            "GET" or "HEAD" => "get",
            "PUT" => "update",
            "PATCH" => "patch",
            "DELETE" => "delete",
            _ => "",
        };
        var isLegacyWatch = parts.Length > 1 && parts[0] == "watch";
        if (isLegacyWatch)
        {
            verb = "watch";
            parts = parts[1..];
        }
        var ns = "";
        if (parts[0] == "namespaces" && parts.Length > 1)
        {
            ns = parts[1];
            if (parts.Length > 2 && parts[2] is not ("status" or "finalize")) parts = parts[2..];
        }
        var name = parts.Length > 1 ? parts[1] : "";
        if (name.Length == 0 && verb == "get")
        {
            var query = QueryOptions.Parse(request.QueryString.Value);
            verb = query.Flag("watch") ? "watch" : "list";
            // A list of one name is one of that name: rights may be given for single names.
            if (query["fieldSelector"] is { } selector && selector.StartsWith("metadata.name=", StringComparison.Ordinal) && !selector.Contains(',', StringComparison.Ordinal))
            {
                name = selector["metadata.name=".Length..].TrimStart('=');
            }
        }
        if (parts.Length < 2 && verb == "delete") verb = "deletecollection";
        return new RequestAttributes { Verb = verb, Group = group, Version = version, Resource = parts[0], Name = name, Subresource = parts.Length > 2 ? parts[2] : "", Namespace = ns };
    }

    /// <summary>The message may be shown by a browser.</summary>
    private static string Sanitized(string message) =>
        message.Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal).Replace(">", "&gt;", StringComparison.Ordinal);
}
