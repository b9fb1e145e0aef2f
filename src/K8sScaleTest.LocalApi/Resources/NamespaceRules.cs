using K8sScaleTest.LocalApi.Http;
using K8sScaleTest.LocalApi.Json;
using K8sScaleTest.LocalApi.Schema;

namespace K8sScaleTest.LocalApi.Resources;

/// <summary>Namespaces: named by a label of their own, Active until they are deleted.</summary>
internal sealed class NamespaceRules : IObjectRules
{
    private const int Spec = 0;
    private const int Status = 1;
    private static readonly byte[] Finalizers = "{\"finalizers\":[\"kubernetes\"]}"u8.ToArray();
    private static readonly byte[] Active = "{\"phase\":\"Active\"}"u8.ToArray();
    private static readonly byte[] Terminating = "{\"phase\":\"Terminating\"}"u8.ToArray();

    public void Prepare(DecodedObject value, int version, DecodedObject? existing)
    {
        switch (value.Subresource)
        {
            case "status":
                value.Overrides[Spec] = Kept(existing!, Spec);
                break;
            case "finalize":
                value.Overrides[Status] = Kept(existing!, Status);
                break;
            default:
                value.Overrides[Spec] = existing is null ? Finalizers : Kept(existing, Spec);
                value.Overrides[Status] = value.DeletionTimestamp.Length > 0 ? Terminating : existing is null ? Active : Kept(existing, Status);
                break;
        }
        NameLabel(value);
    }

    public void Validate(DecodedObject value, DecodedObject? existing, List<Cause> causes) => MetaValidation.Validate(value, NameRule.Label, causes);

    /// <summary>A part that this endpoint does not write stays as it was.</summary>
    private static byte[] Kept(DecodedObject existing, int field) => existing.Values[field].Value.IsNone ? [] : existing.Values[field].Value.Of(existing.Text.Span).ToArray();

    /// <summary>The label kubernetes.io/metadata.name, which every namespace has had since 1.21.</summary>
    private static void NameLabel(DecodedObject value)
    {
        const string Label = "kubernetes.io/metadata.name";
        var labels = new SortedDictionary<string, string>(StringComparer.Ordinal);
        var json = value.Text.Span;
        if (!value.Labels.Value.IsNone)
        {
            var members = new List<Member>();
            JsonText.Members(json, value.Labels.Value, members);
            foreach (var member in members)
            {
                if (member.Token != System.Text.Json.JsonTokenType.String) throw new GoTypeException(member.Token, "ObjectMeta.metadata.labels", "string");
                labels[JsonText.UnescapeToString(member.Name.Of(json))] = JsonText.UnescapeToString(member.Value.Text(json));
            }
        }
        labels[Label] = value.Name;
        var to = JsonBuffer.Rent();
        to.Byte((byte)'{');
        foreach (var (key, text) in labels)
        {
            to.NameString(key);
            to.String(text);
        }
        to.Byte((byte)'}');
        value.LabelsOverride = to.ToArray();
        to.Return();
    }
}
