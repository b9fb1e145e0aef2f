using k8s.Models;
using K8sScaleTest.Engine.Api;

namespace K8sScaleTest.Engine.Cluster;

/// <summary>What all forms of the Flunder API have in common.</summary>
public static class FlunderApi
{
    /// <summary>The group: today's, which needs nobody's approval.</summary>
    public const string Group = "wardle.example.com";

    /// <summary>The plural name.</summary>
    public const string Plural = "flunders";

    /// <summary>The name of what is installed for it, and the value of <see cref="Ownership.NameLabel"/> on all of it.</summary>
    public const string Name = "flunder-api";

    /// <summary>The namespace of an aggregated server, as in the sample-apiserver's own example.</summary>
    public const string DefaultNamespace = "wardle";

    /// <summary>The versions, as the sample-apiserver serves them.</summary>
    public static IReadOnlyList<string> Versions { get; } = ["v1alpha1", "v1beta1"];

    /// <summary>Flunders, in the version that discovery prefers.</summary>
    public static ApiResource Resource { get; } = new(Group, "v1beta1", Plural, "Flunder", true);

    /// <summary>The resource that defines custom resources.</summary>
    public static ApiResource Definitions { get; } = new("apiextensions.k8s.io", "v1", "customresourcedefinitions", "CustomResourceDefinition", false);

    /// <summary>The resource by which groups are served by other servers.</summary>
    public static ApiResource Services { get; } = new("apiregistration.k8s.io", "v1", "apiservices", "APIService", false);

    /// <summary>The name of the definition.</summary>
    public const string DefinitionName = $"{Plural}.{Group}";

    /// <summary>The metadata of an object of it: name, labels and annotation that mark it as ours.</summary>
    internal static V1ObjectMeta Metadata(string name, string? ns, string installer) => new()
    {
        Name = name,
        NamespaceProperty = ns,
        Labels = new Dictionary<string, string> { [Ownership.ManagedByLabel] = Ownership.ManagedBy, [Ownership.NameLabel] = Name },
        Annotations = new Dictionary<string, string> { [Ownership.InstalledByAnnotation] = installer },
    };
}
