using K8sScaleTest.LocalApi.Access;
using K8sScaleTest.LocalApi.Metrics;
using K8sScaleTest.LocalApi.Schema;
using K8sScaleTest.LocalApi.Storage;

namespace K8sScaleTest.LocalApi.Resources;

/// <summary>A resource as it is served: names, versions, rules, and where its objects are.</summary>
internal sealed class ResourceType
{
    public required string Group { get; init; }

    public required string Plural { get; init; }

    public required string Kind { get; init; }

    /// <summary>In aggregated discovery; kube-apiserver has given it since 1.27.</summary>
    public required string Singular { get; init; }

    public string[] ShortNames { get; init; } = [];

    public string[] Categories { get; init; } = [];

    public bool Namespaced { get; init; } = true;

    /// <summary>The first is the one that objects are kept in.</summary>
    public required ServedVersion[] Versions { get; init; }

    public required ObjectStore Store { get; init; }

    /// <summary>Rewrites a stored body between versions (indices into <see cref="Versions"/>); null where all bodies are alike.</summary>
    public VersionConverter? Convert { get; init; }

    /// <summary>Defaults, conversion into the stored version and validation, before an object is written.</summary>
    public IObjectRules Rules { get; init; } = DefaultRules.Instance;

    /// <summary>What <c>kubectl get</c> shows.</summary>
    public TableColumn[] Columns { get; init; } = TableColumn.NameAndAge;

    /// <summary>What a field selector may name beside metadata.name and metadata.namespace.</summary>
    public string[] SelectableFields { get; init; } = [];

    /// <summary>A successful delete answers with the object, not with a Status.</summary>
    public bool DeleteReturnsObject { get; init; }

    public bool SupportsDeleteCollection { get; init; } = true;

    /// <summary>No strategic merge patch: the server has no Go type for it.</summary>
    public bool IsCustom { get; init; }

    /// <summary>Whether a server of its own serves it, to which the API server passes requests on.</summary>
    public bool IsAggregated => !IsCustom && Group == ResourceRegistry.WardleGroup;

    /// <summary>Stored bodies, too, are seen through the schema of today.</summary>
    public bool ConvertsStored { get; init; }

    /// <summary>Its definition is being deleted: nothing new is taken.</summary>
    public bool IsTerminating { get; init; }

    /// <summary>What else happens to an object that begins to be deleted; its kind has a finalizer of its own. Null for most.</summary>
    public Action<DecodedObject>? MarkDeleting { get; init; }

    /// <summary>Told of every write, before it is answered: the state before, and the one after.</summary>
    public Action<StoredObject?, StoredObject?>? Changed { get; set; }

    /// <summary>Answers a create instead of storing the object; null for what is stored. No other verb is known then.</summary>
    public Review? Review { get; init; }

    /// <summary>The Go type behind it, as messages print it.</summary>
    public string InternalName => IsCustom ? "*unstructured.Unstructured" : Group.Length == 0 ? "*core." + Kind : $"*{Group[..Group.IndexOf('.', StringComparison.Ordinal)]}.{Kind}";

    /// <summary>Watches that were cut off because their clients did not keep up.</summary>
    public Tally WatchersCutOff { get; } = new();

    public string QualifiedPlural => Group.Length == 0 ? Plural : Plural + "." + Group;

    public int VersionIndex(string version) => Array.FindIndex(Versions, v => v.IsServed && v.Version == version);

    public byte[] BodyOf(StoredObject item, int version) => Convert is null || (version == 0 && !ConvertsStored) ? item.Body : item.BodyIn(Versions[version], version, Convert);
}
