using System.Text.Json;
using K8sScaleTest.LocalApi.Http;
using K8sScaleTest.LocalApi.Schema;

namespace K8sScaleTest.LocalApi.CustomResources;

/// <summary>What makes a schema structural (apiextensions-apiserver/pkg/apiserver/schema/validation.go and complete.go).</summary>
internal static class StructuralRules
{
    private const string Structural = "to be structural";

    private enum Level
    {
        Root,
        Item,
        Field,
    }

    public static void Validate(JsonElement schema, string path, List<Cause> causes)
    {
        Invariants(schema, Level.Root, path, causes);
        Completeness(schema, path, causes);
    }

    private static void Invariants(JsonElement schema, Level level, string path, List<Cause> causes)
    {
        if (schema.ValueKind != JsonValueKind.Object) return;
        var type = Definition.Text(schema, "type");
        var items = Definition.Member(schema, "items");
        if (type == "array" && items.ValueKind != JsonValueKind.Object) causes.Add(Cause.Required(path + ".items", "must be specified"));
        Invariants(items, Level.Item, path + ".items", causes);
        foreach (var property in SchemaRules.Members(schema, "properties")) Invariants(property.Value, Level.Field, $"{path}.properties[{property.Name}]", causes);
        if (SchemaRules.Has(schema, "additionalProperties"))
        {
            if (level == Level.Root) causes.Add(Cause.Forbidden(path + ".additionalProperties", "must not be used at the root"));
            Invariants(Definition.Member(schema, "additionalProperties"), Level.Field, path + ".additionalProperties", causes);
        }
        var (intOrString, preserve, embedded) = (SchemaRules.Flag(schema, "x-kubernetes-int-or-string"), SchemaRules.Flag(schema, "x-kubernetes-preserve-unknown-fields"), SchemaRules.Flag(schema, "x-kubernetes-embedded-resource"));
        if (intOrString && preserve) causes.Add(Cause.InvalidJson(path + ".x-kubernetes-preserve-unknown-fields", "true", "must be false if x-kubernetes-int-or-string is true"));
        if (intOrString && embedded) causes.Add(Cause.InvalidJson(path + ".x-kubernetes-embedded-resource", "true", "must be false if x-kubernetes-int-or-string is true"));
        Values(schema, path, causes);
        if (embedded && type != "object")
        {
            causes.Add(type.Length == 0 ? Cause.Required(path + ".type", "must be object if x-kubernetes-embedded-resource is true") : Cause.Invalid(path + ".type", type, "must be object if x-kubernetes-embedded-resource is true"));
        }
        else if (type.Length == 0 && !intOrString && !preserve)
        {
            causes.Add(Cause.Required(path + ".type", level switch { Level.Root => "must not be empty at the root", Level.Item => "must not be empty for specified array items", _ => "must not be empty for specified object fields" }));
        }
        if (embedded && SchemaRules.Has(schema, "additionalProperties")) causes.Add(Cause.Forbidden(path + ".additionalProperties", "must not be used if x-kubernetes-embedded-resource is set"));
        if (level == Level.Root && type is not ("" or "object")) causes.Add(Cause.Invalid(path + ".type", type, "must be object at the root"));
        Metadata(schema, level, embedded, path, causes);
        if (embedded && !preserve && !SchemaRules.Members(schema, "properties").Any()) causes.Add(Cause.Required(path + ".properties", "must not be empty if x-kubernetes-embedded-resource is true without x-kubernetes-preserve-unknown-fields"));
    }

    private static void Metadata(JsonElement schema, Level level, bool embedded, string path, List<Cause> causes)
    {
        var check = level == Level.Root || embedded;
        foreach (var (name, value) in SchemaRules.Members(schema, "properties").Select(p => (p.Name, p.Value)))
        {
            var at = $"{path}.properties[{name}]";
            var type = Definition.Text(value, "type");
            if (name is "kind" or "apiVersion" && check && type != "string") causes.Add(Cause.Invalid(at + ".type", type, "must be string"));
            if (name != "metadata") continue;
            if (check && type != "object") causes.Add(Cause.Invalid(at + ".type", type, "must be object"));
            if (level != Level.Root) continue;
            var properties = SchemaRules.Members(value, "properties").Select(p => p.Name).ToArray();
            var allowed = properties.All(p => p is "name" or "generateName") && value.EnumerateObject().All(m => m.Name is "type" or "properties" or "description" or "default");
            if (!allowed || SchemaRules.Has(value, "description")) causes.Add(Cause.Forbidden(at, "must not specify anything other than name and generateName, but metadata is implicitly specified"));
        }
    }

    private static void Values(JsonElement schema, string path, List<Cause> causes, bool nested = false)
    {
        var skip = !nested && IsIntOrString(Definition.Member(schema, "anyOf"));
        foreach (var name in new[] { "anyOf", "allOf", "oneOf" })
        {
            if (name == "anyOf" && skip) continue;
            var index = 0;
            foreach (var part in Definition.Elements(schema, name))
            {
                var first = name == "allOf" && index == 0 && IsIntOrString(Definition.Member(part, "anyOf"));
                Nested(part, $"{path}.{name}[{index++}]", causes, skipAnyOf: first);
            }
        }
        Nested(Definition.Member(schema, "not"), path + ".not", causes, skipAnyOf: false);
        var pattern = Definition.Text(schema, "pattern");
        if (pattern.Length > 0 && GoPattern.TryCompile(pattern) is null) causes.Add(Cause.Invalid(path + ".pattern", pattern, $"must be a valid regular expression, but isn't: error parsing regexp: {pattern}"));
    }

    /// <summary>The one form that an int-or-string may say twice: anyOf integer, string.</summary>
    private static bool IsIntOrString(JsonElement anyOf) =>
        anyOf.ValueKind == JsonValueKind.Array && anyOf.GetArrayLength() == 2 && anyOf.EnumerateArray().Select(p => p.EnumerateObject().Count() == 1 ? Definition.Text(p, "type") : "").SequenceEqual(["integer", "string"]);

    private static void Nested(JsonElement schema, string path, List<Cause> causes, bool skipAnyOf)
    {
        if (schema.ValueKind != JsonValueKind.Object) return;
        if (!skipAnyOf) Values(schema, path, causes, nested: true);
        Nested(Definition.Member(schema, "items"), path + ".items", causes, false);
        foreach (var property in SchemaRules.Members(schema, "properties")) Nested(property.Value, $"{path}.properties[{property.Name}]", causes, false);
        void No(string name, string what, bool found)
        {
            if (found) causes.Add(Cause.Forbidden($"{path}.{name}", $"{what} {Structural}"));
        }
        No("type", "must be empty", SchemaRules.Has(schema, "type"));
        No("additionalProperties", "must be undefined", SchemaRules.Has(schema, "additionalProperties"));
        No("default", "must be undefined", SchemaRules.Has(schema, "default"));
        No("title", "must be empty", SchemaRules.Has(schema, "title"));
        No("description", "must be empty", SchemaRules.Has(schema, "description"));
        No("nullable", "must be false", SchemaRules.Flag(schema, "nullable"));
        No("x-kubernetes-preserve-unknown-fields", "must be false", SchemaRules.Flag(schema, "x-kubernetes-preserve-unknown-fields"));
        No("x-kubernetes-embedded-resource", "must be false", SchemaRules.Flag(schema, "x-kubernetes-embedded-resource"));
        No("x-kubernetes-int-or-string", "must be false", SchemaRules.Flag(schema, "x-kubernetes-int-or-string"));
        No("x-kubernetes-list-map-keys", "must be empty", SchemaRules.Has(schema, "x-kubernetes-list-map-keys"));
        No("x-kubernetes-list-type", "must be undefined", SchemaRules.Has(schema, "x-kubernetes-list-type"));
        No("x-kubernetes-map-type", "must be undefined", SchemaRules.Has(schema, "x-kubernetes-map-type"));
        No("x-kubernetes-validations", "must be empty", SchemaRules.Has(schema, "x-kubernetes-validations"));
        if (SchemaRules.Members(schema, "properties").Any(p => p.Name == "metadata")) causes.Add(Cause.Forbidden(path + ".properties[metadata]", "must not be specified in a nested context"));
    }

    /// <summary>What alternatives speak of stands outside of them too.</summary>
    private static void Completeness(JsonElement schema, string path, List<Cause> causes)
    {
        if (schema.ValueKind != JsonValueKind.Object) return;
        Complete(schema, schema, path, path, causes);
        Completeness(Definition.Member(schema, "items"), path + ".items", causes);
        foreach (var property in SchemaRules.Members(schema, "properties")) Completeness(property.Value, $"{path}.properties[{property.Name}]", causes);
        Completeness(Definition.Member(schema, "additionalProperties"), path + ".additionalProperties", causes);
    }

    private static void Complete(JsonElement values, JsonElement schema, string path, string at, List<Cause> causes)
    {
        foreach (var name in new[] { "not", "allOf", "anyOf", "oneOf" })
        {
            if (name == "not")
            {
                CompleteNested(Definition.Member(values, name), schema, path, at + ".not", causes);
                continue;
            }
            var index = 0;
            foreach (var part in Definition.Elements(values, name)) CompleteNested(part, schema, path, $"{at}.{name}[{index++}]", causes);
        }
    }

    private static void CompleteNested(JsonElement nested, JsonElement schema, string path, string at, List<Cause> causes)
    {
        if (nested.ValueKind != JsonValueKind.Object) return;
        Complete(nested, schema, path, at, causes);
        void Step(JsonElement inner, JsonElement outer, string name)
        {
            if (inner.ValueKind != JsonValueKind.Object) return;
            if (outer.ValueKind != JsonValueKind.Object) causes.Add(Cause.Required(path + name, $"because it is defined in {at}{name}"));
            else CompleteNested(inner, outer, path + name, at + name, causes);
        }
        Step(Definition.Member(nested, "items"), Definition.Member(schema, "items"), ".items");
        foreach (var property in SchemaRules.Members(nested, "properties")) Step(property.Value, Definition.Member(Definition.Member(schema, "properties"), property.Name), $".properties[{property.Name}]");
    }
}
