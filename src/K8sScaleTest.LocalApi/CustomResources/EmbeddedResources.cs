using System.Text;
using System.Text.Json;
using K8sScaleTest.LocalApi.Http;
using K8sScaleTest.LocalApi.Resources;
using K8sScaleTest.LocalApi.Schema;

namespace K8sScaleTest.LocalApi.CustomResources;

/// <summary>Resources inside of resources have a kind, an apiVersion and valid metadata (apiextensions-apiserver/pkg/apiserver/schema/objectmeta).</summary>
internal static class EmbeddedResources
{
    private static readonly ObjectType Metadata = new("", "v1.ObjectMeta", "");

    public static void Validate(JsonElement value, StructuralSchema schema, string path, List<Cause> causes)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                if (schema.EmbeddedResource) Resource(value, path, causes);
                foreach (var member in value.EnumerateObject())
                {
                    if (schema.Child(member.Name) is not { } child) continue;
                    var regular = schema.Properties?.ContainsKey(member.Name) == true;
                    Validate(member.Value, child, regular ? path.Length == 0 ? member.Name : path + "." + member.Name : $"{path}[{member.Name}]", causes);
                }
                break;
            case JsonValueKind.Array when schema.Items is { } items:
                var index = 0;
                foreach (var element in value.EnumerateArray()) Validate(element, items, $"{path}[{index++}]", causes);
                break;
            default:
                break;
        }
    }

    private static void Resource(JsonElement value, string path, List<Cause> causes)
    {
        foreach (var name in new[] { "apiVersion", "kind" })
        {
            var field = path + "." + name;
            if (!value.TryGetProperty(name, out var found)) causes.Add(Cause.Required(field, ""));
            else if (found.ValueKind != JsonValueKind.String) causes.Add(Cause.InvalidJson(field, SchemaValidator.Json(found), "must be a string"));
            else if (found.GetString()!.Length == 0) causes.Add(Cause.Invalid(field, "", "must not be empty"));
            else if (name == "apiVersion" && found.GetString()!.Split('/').Length > 2) causes.Add(Cause.Invalid(field, found.GetString()!, "unexpected GroupVersion string: " + found.GetString()));
            else if (name == "kind")
            {
                foreach (var problem in NameRule.Service(found.GetString()!.ToLowerInvariant())) causes.Add(Cause.Invalid(field, found.GetString()!, "may have mixed case, but should otherwise match: " + problem));
            }
        }
        if (!value.TryGetProperty("metadata", out var metadata) || metadata.ValueKind != JsonValueKind.Object) return;
        var decoded = DecodedObject.Read(Encoding.UTF8.GetBytes("{\"metadata\":" + metadata.GetRawText() + "}"), Metadata);
        if (decoded.Name.Length == 0) decoded.Name = "fakename";
        var inner = new List<Cause>();
        MetaValidation.Validate(decoded, NameRule.PathSegment, inner);
        causes.AddRange(inner.Select(c => c with { Field = path + "." + c.Field }));
    }
}
