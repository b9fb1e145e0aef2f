using System.Text;
using K8sScaleTest.LocalApi.Metrics;
using K8sScaleTest.LocalApi.Schema;

namespace K8sScaleTest.LocalApi.Resources;

/// <summary>One version of a resource, with the bytes that begin its answers.</summary>
internal sealed class ServedVersion
{
    public ServedVersion(string group, string version, string kind, ObjectType type, bool itemsHaveKind)
    {
        Version = version;
        Type = type;
        ApiVersion = group.Length == 0 ? version : group + "/" + version;
        ObjectPrefix = Encoding.UTF8.GetBytes($"{{\"kind\":\"{kind}\",\"apiVersion\":\"{ApiVersion}\",");
        UnstructuredPrefix = Encoding.UTF8.GetBytes($"{{\"apiVersion\":\"{ApiVersion}\",\"kind\":\"{kind}\",");
        ItemPrefix = itemsHaveKind ? UnstructuredPrefix : "{"u8.ToArray();
        if (itemsHaveKind) ObjectPrefix = UnstructuredPrefix;
        ListPrefix = Encoding.UTF8.GetBytes($"{{\"kind\":\"{kind}List\",\"apiVersion\":\"{ApiVersion}\",\"metadata\":{{");
    }

    public string Version { get; }

    public string ApiVersion { get; }

    public ObjectType Type { get; }

    /// <summary>Before a body in the answer to a get, and in a watch event.</summary>
    public byte[] ObjectPrefix { get; }

    /// <summary>Before a body in a list: a typed Go list leaves out kind and apiVersion.</summary>
    public byte[] ItemPrefix { get; }

    public byte[] ListPrefix { get; }

    public byte[] UnstructuredPrefix { get; }

    /// <summary>Events sent to all its watches.</summary>
    public Tally EventsSent { get; } = new();

    /// <summary>The text of a deprecation warning, sent with every answer; null for a version that is not deprecated.</summary>
    public string? Deprecation { get; init; }
}
