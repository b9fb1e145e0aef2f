namespace K8sScaleTest.LocalApi.Access;

/// <summary>Who may do what: the roles that every cluster gives to all its users, and those of this server's own users.</summary>
internal static class Authorizer
{
    private static readonly AccessRule Everything = AccessRule.ForResources(["*"], ["*"], ["*"]);
    private static readonly AccessRule EveryPath = AccessRule.ForPaths(["*"], "*");

    private static readonly RoleBinding[] Bindings =
    [
        new("reader", "reader", null, [AccessRule.ForResources(["get", "list", "watch"], ["*"], ["*"]), AccessRule.ForPaths(["get"], "*")]),
        new("system:basic-user", null, User.Authenticated, [
            AccessRule.ForResources(["create"], ["authorization.k8s.io"], ["selfsubjectaccessreviews", "selfsubjectrulesreviews"]),
            AccessRule.ForResources(["create"], ["authentication.k8s.io"], ["selfsubjectreviews"])]),
        new("system:discovery", null, User.Authenticated, [
            AccessRule.ForPaths(["get"], "/api", "/api/*", "/apis", "/apis/*", "/healthz", "/livez", "/openapi", "/openapi/*", "/readyz", "/version", "/version/")]),
        new("system:public-info-viewer", null, User.Authenticated, [AccessRule.ForPaths(["get"], "/healthz", "/livez", "/readyz", "/version", "/version/")]),
    ];

    /// <summary>Whether it is allowed, and the reason that a review gives.</summary>
    public static (bool Allowed, string Reason) Decide(User user, RequestAttributes wanted)
    {
        if (user.IsMaster) return (true, "");
        foreach (var binding in Bindings)
        {
            if (binding.Binds(user) && binding.Rules.Any(r => r.Covers(wanted))) return (true, binding.Reason);
        }
        return (false, "");
    }

    /// <summary>All rules that hold for a user.</summary>
    public static IEnumerable<AccessRule> RulesOf(User user) =>
        (user.IsMaster ? [Everything, EveryPath] : Array.Empty<AccessRule>()).Concat(Bindings.Where(b => b.Binds(user)).SelectMany(b => b.Rules));
}
