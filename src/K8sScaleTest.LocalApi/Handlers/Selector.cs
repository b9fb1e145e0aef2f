using K8sScaleTest.LocalApi.Http;
using K8sScaleTest.LocalApi.Storage;

namespace K8sScaleTest.LocalApi.Handlers;

/// <summary>Which objects a list or watch is about: those of a namespace, with these labels and fields.</summary>
internal sealed class Selector
{
    private readonly LabelSelector _labels;
    private readonly FieldSelector _fields;

    private Selector(LabelSelector labels, FieldSelector fields, string prefix)
    {
        _labels = labels;
        _fields = fields;
        Prefix = prefix;
    }

    /// <summary>What the keys begin with.</summary>
    public string Prefix { get; }

    /// <summary>Whether the namespace alone decides.</summary>
    public bool IsEverything => _labels.IsEverything && _fields.IsEverything;

    public static Selector Of(ApiRequest request)
    {
        var labels = LabelSelector.Parse(request.Query["labelSelector"] ?? "");
        var fields = FieldSelector.Parse(request.Query["fieldSelector"] ?? "", request);
        if (request.Name.Length > 0) fields = fields.AndName(request.Name);
        return new Selector(labels, fields, request.Namespace.Length > 0 ? request.Namespace + "/" : "");
    }

    public bool Matches(StoredObject item) =>
        (Prefix.Length == 0 || item.Key.StartsWith(Prefix, StringComparison.Ordinal)) && _labels.Matches(item.Labels) && _fields.Matches(item);
}
