using K8sScaleTest.LocalApi.Http;

namespace K8sScaleTest.LocalApi.Access;

/// <summary>Acting as somebody else by the Impersonate headers, for those who may (apiserver/pkg/endpoints/filters/impersonation).</summary>
internal static class Impersonation
{
    private const string Prefix = "Impersonate-";
    private const string ExtraPrefix = "Impersonate-Extra-";
    private const string AuthenticationGroup = "authentication.k8s.io";
    private const string ServiceAccountPrefix = "system:serviceaccount:";

    /// <summary>Whether a request asks for it; most do not, and shall not pay.</summary>
    public static bool IsWanted(IHeaderDictionary headers)
    {
        foreach (var header in headers)
        {
            if (header.Key.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase)) return true;
        }
        return false;
    }

    /// <summary>Whom the request is to be served as; 403 when <paramref name="user"/> may not act as that one, 500 when the headers name no user.</summary>
    public static User Apply(HttpContext http, User user)
    {
        var headers = http.Request.Headers;
        var name = headers["Impersonate-User"].FirstOrDefault() ?? "";
        var groups = headers["Impersonate-Group"].Select(g => g ?? "").ToList();
        var uid = headers["Impersonate-Uid"].FirstOrDefault() ?? "";
        var extra = headers.Where(h => h.Key.StartsWith(ExtraPrefix, StringComparison.OrdinalIgnoreCase))
            .Select(h => new KeyValuePair<string, IReadOnlyList<string>>(Uri.UnescapeDataString(h.Key[ExtraPrefix.Length..]).ToLowerInvariant(), [.. h.Value.Select(v => v ?? "")]))
            .OrderBy(e => e.Key, StringComparer.Ordinal).ToList();
        if (name.Length == 0)
        {
            if (groups.Count + extra.Count == 0 && uid.Length == 0) return user;
            throw new PlainTextException(500, $"Internal Server Error: {Go.Quote(http.Request.Path + http.Request.QueryString)}: requested [{string.Join(' ', Named(groups, extra, uid))}] without impersonating a user\n");
        }
        var account = name.StartsWith(ServiceAccountPrefix, StringComparison.Ordinal) ? name[ServiceAccountPrefix.Length..].Split(':') : [];
        if (account is [{ Length: > 0 } ns, { Length: > 0 } accountName])
        {
            Check(http, user, new RequestAttributes { Verb = "impersonate", Version = "v1", Resource = "serviceaccounts", Namespace = ns, Name = accountName });
            if (groups.Count == 0) groups = ["system:serviceaccounts", "system:serviceaccounts:" + ns];
            else foreach (var group in groups) CheckGroup(http, user, group);
        }
        else
        {
            Check(http, user, new RequestAttributes { Verb = "impersonate", Version = "v1", Resource = "users", Name = name });
            foreach (var group in groups) CheckGroup(http, user, group);
        }
        foreach (var (key, values) in extra)
        {
            foreach (var value in values) Check(http, user, new RequestAttributes { Verb = "impersonate", Group = AuthenticationGroup, Version = "v1", Resource = "userextras", Subresource = key, Name = value });
        }
        if (uid.Length > 0) Check(http, user, new RequestAttributes { Verb = "impersonate", Group = AuthenticationGroup, Version = "v1", Resource = "uids", Name = uid });
        var everyone = name == "system:anonymous" ? "system:unauthenticated" : User.Authenticated;
        if (!groups.Contains(User.Authenticated) && !groups.Contains("system:unauthenticated")) groups.Add(everyone);
        return new User(name, uid, groups) { Extra = extra };
    }

    private static void CheckGroup(HttpContext http, User user, string group) =>
        Check(http, user, new RequestAttributes { Verb = "impersonate", Version = "v1", Resource = "groups", Name = group });

    private static void Check(HttpContext http, User user, RequestAttributes wanted)
    {
        if (Authorizer.Decide(user, wanted).Allowed) return;
        http.Response.Headers.XContentTypeOptions = "nosniff";
        throw new ApiException(wanted.Forbidden(user));
    }

    /// <summary>The object references that Go prints.</summary>
    private static IEnumerable<string> Named(IEnumerable<string> groups, IEnumerable<KeyValuePair<string, IReadOnlyList<string>>> extra, string uid)
    {
        foreach (var group in groups) yield return $"{{Group  {group}    }}";
        foreach (var (key, values) in extra)
        {
            foreach (var value in values) yield return $"{{UserExtra  {value}  {AuthenticationGroup}/v1  {key}}}";
        }
        if (uid.Length > 0) yield return $"{{UID  {uid}  {AuthenticationGroup}/v1  }}";
    }
}
