namespace K8sScaleTest.Engine.Api;

/// <summary>A resource as a server serves it.</summary>
/// <param name="Group">The API group; empty for the core group.</param>
/// <param name="Version">The version, such as <c>v1</c>.</param>
/// <param name="Plural">The name in paths, such as <c>configmaps</c>.</param>
/// <param name="Kind">The kind of its objects, such as <c>ConfigMap</c>.</param>
/// <param name="Namespaced">Whether its objects live in namespaces.</param>
public sealed record ApiResource(string Group, string Version, string Plural, string Kind, bool Namespaced)
{
    /// <summary>ConfigMaps, which every server serves.</summary>
    public static ApiResource ConfigMaps { get; } = new("", "v1", "configmaps", "ConfigMap", true);

    /// <summary>What an object of it says in <c>apiVersion</c>: <c>v1</c>, <c>wardle.example.com/v1alpha1</c>.</summary>
    public string ApiVersion => Group.Length == 0 ? Version : $"{Group}/{Version}";

    /// <summary>The name as kubectl takes it: <c>configmaps</c>, <c>flunders.wardle.example.com</c>.</summary>
    public string QualifiedName => Group.Length == 0 ? Plural : $"{Plural}.{Group}";

    /// <summary>The path of the group and version: <c>/api/v1</c>, <c>/apis/wardle.example.com/v1alpha1</c>.</summary>
    public string VersionPath => Group.Length == 0 ? $"/api/{Version}" : $"/apis/{Group}/{Version}";

    /// <summary>The path of the collection.</summary>
    /// <param name="ns">The namespace; null for all of them, and for resources that are not namespaced.</param>
    public string CollectionPath(string? ns) =>
        Namespaced && ns is not null ? $"{VersionPath}/namespaces/{Uri.EscapeDataString(ns)}/{Plural}" : $"{VersionPath}/{Plural}";
}
