using System.Text;
using K8sScaleTest.LocalApi.CustomResources;
using K8sScaleTest.LocalApi.ManagedFields;
using K8sScaleTest.LocalApi.Metrics;
using K8sScaleTest.LocalApi.Schema;

namespace K8sScaleTest.LocalApi.Resources;

/// <summary>One version of a resource, with the bytes that begin its answers.</summary>
internal sealed class ServedVersion
{
    public ServedVersion(string group, string version, string kind, ObjectType type, bool itemsHaveKind, string? listKind = null)
    {
        Version = version;
        ListKind = listKind ?? kind + "List";
        Type = type;
        ApiVersion = group.Length == 0 ? version : group + "/" + version;
        ObjectPrefix = Encoding.UTF8.GetBytes($"{{\"kind\":\"{kind}\",\"apiVersion\":\"{ApiVersion}\",");
        UnstructuredPrefix = Encoding.UTF8.GetBytes($"{{\"apiVersion\":\"{ApiVersion}\",\"kind\":\"{kind}\",");
        ItemPrefix = itemsHaveKind ? UnstructuredPrefix : "{"u8.ToArray();
        if (itemsHaveKind) ObjectPrefix = UnstructuredPrefix;
        ListPrefix = Encoding.UTF8.GetBytes($"{{\"kind\":\"{listKind ?? kind + "List"}\",\"apiVersion\":\"{ApiVersion}\",\"metadata\":{{");
    }

    public string Version { get; }

    public string ListKind { get; }

    /// <summary>False for a version that objects are kept in and no client can reach.</summary>
    public bool IsServed { get; init; } = true;

    /// <summary>The status has an endpoint of its own.</summary>
    public bool HasStatus { get; init; }

    /// <summary>Where an autoscaler finds its numbers; null where there is no scale subresource.</summary>
    public ScalePaths? Scale { get; init; }

    /// <summary>What <c>kubectl get</c> shows of this version, where that is not what it shows of all.</summary>
    public TableColumn[]? Columns { get; init; }

    /// <summary>What a field selector may name in this version beside what it may in all.</summary>
    public string[] SelectableFields { get; init; } = [];

    public string ApiVersion { get; }

    public ObjectType Type { get; }

    /// <summary>What server-side apply knows of the type.</summary>
    public MergeType MergeType => field ??= MergeType.OfKind(Type);

    /// <summary>An object of this kind before anything is written to it: what is there then belongs to no one.</summary>
    public System.Text.Json.JsonElement Nothing
    {
        get
        {
            if (field.ValueKind != System.Text.Json.JsonValueKind.Undefined) return field;
            var to = Json.JsonBuffer.Rent();
            to.Byte((byte)'{');
            if (Type.Structural is null) to.Raw("\"metadata\":{}"u8);
            CanonicalWriter.EmptyFields(to, Type);
            to.Byte((byte)'}');
            using var document = System.Text.Json.JsonDocument.Parse(to.ToArray());
            to.Return();
            return field = document.RootElement.Clone();
        }
    }

    /// <summary>Before a body in the answer to a get, and in a watch event.</summary>
    public byte[] ObjectPrefix { get; }

    /// <summary>Before a body in a list: a typed Go list leaves out kind and apiVersion.</summary>
    public byte[] ItemPrefix { get; }

    public byte[] ListPrefix { get; }

    public byte[] UnstructuredPrefix { get; }

    /// <summary>PUT of namespaces/x/finalize.</summary>
    public bool HasFinalize { get; init; }

    /// <summary>Whether there is such a part; every object has the empty one.</summary>
    public bool Has(string subresource) => subresource switch
    {
        "" => true,
        "status" => HasStatus,
        "scale" => Scale is not null,
        "finalize" => HasFinalize,
        _ => false,
    };

    /// <summary>Events sent to all its watches.</summary>
    public Tally EventsSent { get; } = new();

    /// <summary>The text of a deprecation warning, sent with every answer; null for a version that is not deprecated.</summary>
    public string? Deprecation { get; init; }
}
