using System.Text.Json;
using K8sScaleTest.LocalApi.Http;
using K8sScaleTest.LocalApi.Json;
using K8sScaleTest.LocalApi.Schema;

namespace K8sScaleTest.LocalApi.Resources;

/// <summary>
/// Flunders as the sample-apiserver treats them (pkg/apis/wardle there): v1alpha1 has one reference with a type, v1beta1 one reference for
/// each type. They are kept as v1alpha1, as there.
/// </summary>
internal sealed class FlunderRules : IObjectRules
{
    public const int V1Alpha1 = 0;
    private const int Spec = 0;

    private sealed record Reference(string Flunder, string Fischer, string Type);

    public void Prepare(DecodedObject value, int version, DecodedObject? existing)
    {
        var reference = Read(value, version);
        value.State = reference;
        value.Overrides[Spec] = Write(reference, V1Alpha1);
    }

    public void Validate(DecodedObject value, DecodedObject? existing, List<Cause> causes)
    {
        // Its strategy checks what is created, not what is changed.
        if (existing is null) Validate((Reference)value.State!, causes);
        // No more of the metadata than every kind: the sample-apiserver asks only for a name that can stand in a path.
        if (causes.Count == 0) MetaValidation.Validate(value, NameRule.PathSegment, causes);
    }

    private static void Validate(Reference reference, List<Cause> causes)
    {
        var (flunder, fischer, type) = reference;
        if (flunder.Length > 0 && fischer.Length > 0) causes.Add(Cause.Invalid("spec.fischerReference", fischer, "cannot be set with flunderReference at the same time"));
        else if (flunder.Length > 0 && type != "Flunder") causes.Add(Cause.Invalid("spec.flunderReference", flunder, "cannot be set if referenceType is not Flunder"));
        else if (fischer.Length > 0 && type != "Fischer") causes.Add(Cause.Invalid("spec.fischerReference", fischer, "cannot be set if referenceType is not Fischer"));
        else if (flunder.Length == 0 && type == "Flunder") causes.Add(Cause.Invalid("spec.flunderReference", flunder, "cannot be empty if referenceType is Flunder"));
        else if (fischer.Length == 0 && type == "Fischer") causes.Add(Cause.Invalid("spec.fischerReference", fischer, "cannot be empty if referenceType is Fischer"));
        if (type is not ("" or "Flunder" or "Fischer")) causes.Add(Cause.Invalid("spec.referenceType", type, "must be Flunder or Fischer"));
    }

    /// <summary>A stored body, which is v1alpha1, as v1beta1.</summary>
    public static byte[] Convert(byte[] body, int metadataEnd, int version)
    {
        if (version == V1Alpha1) return body;
        // The stored tail is canonical: ,"spec":{...},"status":{}}
        var start = metadataEnd + ",\"spec\":"u8.Length;
        var reader = new Utf8JsonReader(body.AsSpan(start));
        reader.Read();
        reader.Skip();
        var length = (int)reader.BytesConsumed;
        var spec = Write(FromV1Alpha1(Strings(body, new Slice(start, length))), version);
        var result = new byte[body.Length - length + spec.Length];
        body.AsSpan(0, start).CopyTo(result);
        spec.CopyTo(result.AsSpan(start));
        body.AsSpan(start + length).CopyTo(result.AsSpan(start + spec.Length));
        return result;
    }

    private static Reference Read(DecodedObject value, int version)
    {
        var member = value.Values[Spec];
        if (member.Token is JsonTokenType.None or JsonTokenType.Null) return new Reference("", "", "");
        var to = JsonBuffer.Rent();
        CanonicalWriter.Value(to, value.Text.Span, member, value.Type.Fields[Spec].Type, new FieldPath(value.Type.ShortName, "spec"), value.UnknownFields);
        var fields = Strings(to.Written, new Slice(0, to.Length));
        to.Return();
        if (version != V1Alpha1) return new Reference(fields.GetValueOrDefault("flunderReference", ""), fields.GetValueOrDefault("fischerReference", ""), fields.GetValueOrDefault("referenceType", ""));
        // The default of v1alpha1.
        if (fields.GetValueOrDefault("referenceType", "").Length == 0 && fields.ContainsKey("reference")) fields["referenceType"] = "Flunder";
        return FromV1Alpha1(fields);
    }

    /// <summary>A type that is neither Flunder nor Fischer loses the reference, here as in the original's conversion.</summary>
    private static Reference FromV1Alpha1(Dictionary<string, string> fields)
    {
        var reference = fields.GetValueOrDefault("reference", "");
        return fields.GetValueOrDefault("referenceType", "") switch
        {
            "Flunder" => new Reference(reference, "", "Flunder"),
            "Fischer" => new Reference("", reference, "Fischer"),
            _ => new Reference("", "", ""),
        };
    }

    private static byte[] Write(Reference reference, int version)
    {
        // What v1alpha1 has no form for is lost in it.
        if (version == V1Alpha1 && reference.Type is not ("Flunder" or "Fischer")) return "{}"u8.ToArray();
        if (reference == new Reference("", "", "")) return "{}"u8.ToArray();
        var to = JsonBuffer.Rent();
        to.Byte((byte)'{');
        if (version == V1Alpha1)
        {
            var name = reference.Type == "Fischer" ? reference.Fischer : reference.Flunder;
            if (name.Length > 0) to.Property("reference"u8, name);
        }
        else
        {
            if (reference.Flunder.Length > 0) to.Property("flunderReference"u8, reference.Flunder);
            if (reference.Fischer.Length > 0) to.Property("fischerReference"u8, reference.Fischer);
        }
        if (reference.Type.Length > 0) to.Property("referenceType"u8, reference.Type);
        to.Byte((byte)'}');
        var result = to.ToArray();
        to.Return();
        return result;
    }

    private static Dictionary<string, string> Strings(ReadOnlySpan<byte> json, Slice value)
    {
        var result = new Dictionary<string, string>(StringComparer.Ordinal);
        var members = new List<Member>();
        JsonText.Members(json, value, members);
        foreach (var member in members) result[JsonText.UnescapeToString(member.Name.Of(json))] = JsonText.UnescapeToString(member.Value.Text(json));
        return result;
    }
}
