namespace K8sScaleTest.LocalApi.Http;

/// <summary>The path of a resource request, taken apart.</summary>
internal readonly record struct ResourcePath(string Group, string Version, string Namespace, string Resource, string Name, string Subresource)
{
    /// <summary>The old form of a watch: /api/v1/watch/namespaces/x/configmaps.</summary>
    public bool IsWatch { get; private init; }

    /// <summary>False for a path that names no resource: discovery, health and so on.</summary>
    public static bool TryParse(string path, out ResourcePath result)
    {
        result = default;
        Span<Range> parts = stackalloc Range[10];
        var text = path.AsSpan();
        if (text.StartsWith("/api/", StringComparison.Ordinal)) text = text[5..];
        else if (text.StartsWith("/apis/", StringComparison.Ordinal)) text = text[6..];
        else return false;
        var isCore = path.Length > 4 && path[4] == '/';
        var count = text.Split(parts, '/');
        if (count == parts.Length) return false;
        var group = "";
        var at = 0;
        if (!isCore) group = text[parts[at++]].ToString();
        if (at >= count) return false;
        var version = text[parts[at++]].ToString();
        var rest = count - at;
        if (rest == 0 || text[parts[at]].IsEmpty) return false;
        var isWatch = rest > 1 && text[parts[at]].SequenceEqual("watch");
        if (isWatch)
        {
            at++;
            rest--;
        }
        var ns = "";
        // namespaces/x is the namespace itself; namespaces/x/something is a resource in it.
        if (rest >= 3 && text[parts[at]].SequenceEqual("namespaces") && !(rest == 3 && text[parts[at + 2]] is "status" or "finalize"))
        {
            ns = text[parts[at + 1]].ToString();
            at += 2;
            rest -= 2;
        }
        if (rest > 3) return false;
        var resource = text[parts[at]].ToString();
        var name = rest > 1 ? text[parts[at + 1]].ToString() : "";
        var sub = rest > 2 ? text[parts[at + 2]].ToString() : "";
        result = new ResourcePath(group, version, ns, resource, name, sub) { IsWatch = isWatch };
        return true;
    }
}
