using K8sScaleTest.LocalApi.Access;
using K8sScaleTest.LocalApi.CustomResources;
using K8sScaleTest.LocalApi.Ledgers;
using K8sScaleTest.LocalApi.Storage;

namespace K8sScaleTest.LocalApi.Resources;

/// <summary>All resources that are served, by group, version and plural.</summary>
internal sealed class ResourceRegistry
{
    public const string WardleGroup = "wardle.example.com";
    private readonly Lock _changing = new();
    private volatile ResourceType[] _all = [];

    /// <param name="history">Events kept for each resource.</param>
    /// <param name="ledger">Where changes are entered; null for nowhere.</param>
    /// <param name="wardle">Whether the aggregated group is served.</param>
    public ResourceRegistry(int history, Ledger? ledger = null, bool wardle = true)
    {
        // A cluster is not new when its first user comes: client code that takes 1 for "no version" should meet something else.
        Core = new RevisionCounter(100, ledger);
        Wardle = new RevisionCounter(7, ledger);
        Namespaces = new ResourceType
        {
            Group = "",
            Plural = "namespaces",
            Singular = "namespace",
            Kind = "Namespace",
            ShortNames = ["ns"],
            Namespaced = false,
            DeleteReturnsObject = true,
            SupportsDeleteCollection = false,
            Versions = [new ServedVersion("", "v1", "Namespace", CoreTypes.Namespace, itemsHaveKind: false) { HasStatus = true, HasFinalize = true }],
            Store = new ObjectStore(Core, history),
            Rules = new NamespaceRules(),
            SelectableFields = ["status.phase"],
            Columns = [TableColumn.NameColumn, new("Status", "string", "", "The status of the namespace", 0, static (item, _) => TableColumn.Text(item, "status", "phase")), TableColumn.Age],
        };
        Fischers = new ResourceType
        {
            Group = WardleGroup,
            Plural = "fischers",
            Singular = "fischer",
            Kind = "Fischer",
            Namespaced = false,
            Versions = [new ServedVersion(WardleGroup, "v1alpha1", "Fischer", CoreTypes.FischerV1Alpha1, itemsHaveKind: false) { Deprecation = Deprecated("Fischer") }],
            Store = new ObjectStore(Wardle, history),
            Columns = TableColumn.NameAndCreation,
        };
        Definitions = new ResourceType
        {
            Group = "apiextensions.k8s.io",
            Plural = "customresourcedefinitions",
            Singular = "customresourcedefinition",
            Kind = "CustomResourceDefinition",
            ShortNames = ["crd", "crds"],
            Categories = ["api-extensions"],
            Namespaced = false,
            Versions = [new ServedVersion("apiextensions.k8s.io", "v1", "CustomResourceDefinition", DefinitionType.Definition, itemsHaveKind: false) { HasStatus = true }],
            Store = new ObjectStore(Core, history),
            Rules = new DefinitionRules(),
            MarkDeleting = DefinitionRules.MarkDeleting,
            Columns = TableColumn.NameAndCreation,
        };
        Add(Namespaces);
        Add(Definitions);
        foreach (var type in CoreResources.All(Core, history)) Add(type);
        foreach (var type in AccessReviews.All(Core)) Add(type);
        if (!wardle) return;
        Add(new ResourceType
        {
            Group = WardleGroup,
            Plural = "flunders",
            Singular = "flunder",
            Kind = "Flunder",
            Versions = [
                new ServedVersion(WardleGroup, "v1alpha1", "Flunder", CoreTypes.FlunderV1Alpha1, itemsHaveKind: false) { Deprecation = Deprecated("Flunder") },
                new ServedVersion(WardleGroup, "v1beta1", "Flunder", CoreTypes.FlunderV1Beta1, itemsHaveKind: false)],
            Store = new ObjectStore(Wardle, history),
            Convert = FlunderRules.Convert,
            Rules = new FlunderRules(),
            Columns = TableColumn.NameAndCreation,
        });
        Add(Fischers);
    }

    public RevisionCounter Core { get; }

    /// <summary>The aggregated group has an etcd of its own.</summary>
    public RevisionCounter Wardle { get; }

    public ResourceType Namespaces { get; }

    public ResourceType Definitions { get; }

    public ResourceType Fischers { get; }

    public IReadOnlyList<ResourceType> All => _all;

    /// <summary>sample-apiserver/pkg/apis/wardle/v1alpha1/zz_generated.prerelease-lifecycle.go: introduced in 1.0, deprecated in 1.3, removed in 1.10.</summary>
    private static string Deprecated(string kind) => $"{WardleGroup}/v1alpha1 {kind} is deprecated in v1.3+, unavailable in v1.10+";

    /// <summary>Told of resources that come later.</summary>
    public event Action<ResourceType>? Added;

    public void Add(ResourceType type)
    {
        lock (_changing) _all = [.. _all, type];
        Added?.Invoke(type);
    }

    public void Replace(ResourceType old, ResourceType type)
    {
        lock (_changing) _all = [.. _all.Select(t => t == old ? type : t)];
        Added?.Invoke(type);
    }

    public void Remove(ResourceType type)
    {
        lock (_changing) _all = [.. _all.Where(t => t != type)];
    }

    public ResourceType? Find(ReadOnlySpan<char> group, ReadOnlySpan<char> version, ReadOnlySpan<char> plural, out int versionIndex)
    {
        foreach (var type in _all)
        {
            if (!plural.SequenceEqual(type.Plural) || !group.SequenceEqual(type.Group)) continue;
            for (versionIndex = 0; versionIndex < type.Versions.Length; versionIndex++)
            {
                if (type.Versions[versionIndex].IsServed && version.SequenceEqual(type.Versions[versionIndex].Version)) return type;
            }
        }
        versionIndex = -1;
        return null;
    }
}
