namespace K8sScaleTest.LocalApi.Access;

/// <summary>One rule of a role: what may be done with which resources, or with which other paths.</summary>
/// <param name="Verbs">"*" for all.</param>
/// <param name="Groups">API groups; "*" for all.</param>
/// <param name="Resources">Plurals; "*" for all.</param>
/// <param name="Paths">Paths that are no resources; one that ends in "*" covers what begins so.</param>
internal sealed record AccessRule(string[] Verbs, string[] Groups, string[] Resources, string[] Paths)
{
    public static AccessRule ForResources(string[] verbs, string[] groups, string[] resources) => new(verbs, groups, resources, []);

    public static AccessRule ForPaths(string[] verbs, params string[] paths) => new(verbs, [], [], paths);

    public bool Covers(RequestAttributes wanted)
    {
        if (!Has(Verbs, wanted.Verb)) return false;
        if (!wanted.IsResource) return Paths.Any(p => p == "*" || p == wanted.Path || (p.EndsWith('*') && wanted.Path.StartsWith(p[..^1], StringComparison.Ordinal)));
        return Has(Groups, wanted.Group) && Has(Resources, wanted.Subresource.Length > 0 ? wanted.Resource + "/" + wanted.Subresource : wanted.Resource);
    }

    private static bool Has(string[] all, string one) => Array.IndexOf(all, "*") >= 0 || Array.IndexOf(all, one) >= 0;
}
