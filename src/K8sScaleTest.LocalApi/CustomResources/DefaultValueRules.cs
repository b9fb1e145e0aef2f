using System.Text.Json;
using K8sScaleTest.LocalApi.Http;
using K8sScaleTest.LocalApi.Json;
using K8sScaleTest.LocalApi.Schema;

namespace K8sScaleTest.LocalApi.CustomResources;

/// <summary>Defaults in a schema fit the schema, and say nothing that it would prune.</summary>
internal static class DefaultValueRules
{
    public static void Validate(JsonElement schema, string path, List<Cause> causes)
    {
        if (schema.ValueKind != JsonValueKind.Object) return;
        if (SchemaRules.Has(schema, "default")) Default(schema, path + ".default", causes);
        Validate(Definition.Member(schema, "items"), path + ".items", causes);
        foreach (var property in SchemaRules.Members(schema, "properties")) Validate(property.Value, $"{path}.properties[{property.Name}]", causes);
    }

    private static void Default(JsonElement schema, string path, List<Cause> causes)
    {
        var value = schema.GetProperty("default");
        var structural = StructuralSchema.Parse(schema);
        var unknown = new List<string>();
        Prune(value, structural, unknown);
        if (unknown.Count > 0) causes.Add(Cause.InvalidJson(path, SchemaValidator.Json(value), "must not have unknown fields"));
        var inner = new List<Cause>();
        EmbeddedResources.Validate(value, structural, "", inner);
        if (inner.Count == 0) SchemaValidator.Validate(value, default, structural, "", inner);
        causes.AddRange(inner.Select(c => c with { Field = c.Field is "" or "<nil>" ? path : path + "." + c.Field }));
    }

    private static void Prune(JsonElement value, StructuralSchema schema, List<string> unknown)
    {
        if (value.ValueKind != JsonValueKind.Object) return;
        var text = AnyValue.Canonical(value);
        var members = new List<Member>();
        JsonText.Members(text, new Slice(0, text.Length), members);
        var to = JsonBuffer.Rent();
        new StructuralWriter(unknown).Members(to, text, members, schema);
        to.Return();
    }
}
