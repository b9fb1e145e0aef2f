using System.Text.Json;
using K8sScaleTest.LocalApi.Http;

namespace K8sScaleTest.LocalApi.CustomResources;

/// <summary>What a schema in a definition must be (apiextensions-apiserver/pkg/apis/apiextensions/validation).</summary>
internal static class SchemaRules
{
    private const string AllowedWithStatus = "[Description Type Format Title Maximum ExclusiveMaximum Minimum ExclusiveMinimum MaxLength MinLength Pattern MaxItems MinItems UniqueItems MultipleOf Required Items Properties ExternalDocs Example XPreserveUnknownFields XValidations]";
    private static readonly string[] Types = ["array", "boolean", "integer", "number", "object", "string"];
    private static readonly string[] RootFieldsWithStatus =
    [
        "description", "type", "format", "title", "maximum", "exclusiveMaximum", "minimum", "exclusiveMinimum", "maxLength", "minLength", "pattern", "maxItems", "minItems", "uniqueItems",
        "multipleOf", "required", "items", "properties", "externalDocs", "example", "x-kubernetes-preserve-unknown-fields", "x-kubernetes-validations",
    ];

    /// <param name="schema">openAPIV3Schema.</param>
    /// <param name="hasStatus">The version has the status subresource.</param>
    /// <param name="path">Of the schema.</param>
    /// <param name="causes">Gets what is wrong.</param>
    public static void Validate(JsonElement schema, bool hasStatus, string path, List<Cause> causes)
    {
        var before = causes.Count;
        if (hasStatus) WithStatus(schema, path, causes);
        if (Flag(schema, "nullable")) causes.Add(Cause.Forbidden(path + ".nullable", "nullable cannot be true at the root"));
        var structural = new List<Cause>();
        StructuralRules.Validate(schema, path, structural);
        if (structural.Count > 0) causes.AddRange(structural.OrderBy(c => c.Text, StringComparer.Ordinal));
        else if (causes.Count == before) DefaultValueRules.Validate(schema, path, causes);
        Standard(schema, path, causes, root: true, insideMeta: false, noDefaults: null);
    }

    /// <summary>What a client is told of a schema that is valid all the same.</summary>
    public static void Warn(JsonElement schema, List<string> warnings)
    {
        Visit(schema, s =>
        {
            var format = Definition.Text(s, "format");
            if (format.Length > 0 && !Formats.IsKnown(Definition.Text(s, "type"), format)) warnings.Add($"unrecognized format {Go.Quote(format)}");
        });
        Visit(schema, s =>
        {
            var type = Definition.Text(Definition.Member(s, "items"), "type");
            if (Definition.Text(s, "x-kubernetes-list-type") != "set" || type is not ("object" or "array")) return;
            var text = $"x-kubernetes-list-type: set for items of type {Go.Quote(type)} is not supported by server-side apply or CEL validation rules";
            if (!warnings.Contains(text)) warnings.Add(text);
        });
    }

    internal static bool Flag(JsonElement schema, string name) => Definition.Member(schema, name).ValueKind == JsonValueKind.True;

    internal static bool Has(JsonElement schema, string name) => Definition.Member(schema, name).ValueKind is not (JsonValueKind.Undefined or JsonValueKind.Null);

    internal static IEnumerable<JsonProperty> Members(JsonElement schema, string name) =>
        Definition.Member(schema, name) is { ValueKind: JsonValueKind.Object } map ? map.EnumerateObject().OrderBy(p => p.Name, StringComparer.Ordinal) : [];

    private static void Visit(JsonElement schema, Action<JsonElement> see)
    {
        if (schema.ValueKind != JsonValueKind.Object) return;
        see(schema);
        foreach (var name in new[] { "items", "not", "additionalProperties" }) Visit(Definition.Member(schema, name), see);
        foreach (var name in new[] { "allOf", "anyOf", "oneOf" })
        {
            foreach (var part in Definition.Elements(schema, name)) Visit(part, see);
        }
        foreach (var property in Members(schema, "properties")) Visit(property.Value, see);
    }

    private static void WithStatus(JsonElement schema, string path, List<Cause> causes)
    {
        foreach (var member in schema.EnumerateObject())
        {
            if (member.Name == "type")
            {
                if (member.Value.GetString() is "object") continue;
                causes.Add(Cause.Invalid(path + ".type", member.Value.GetString()!, "only \"object\" is allowed as the type at the root of the schema if the status subresource is enabled"));
                return;
            }
            if (RootFieldsWithStatus.Contains(member.Name)) continue;
            causes.Add(Cause.InvalidJson(path, SchemaValidator.Json(schema), $"only {AllowedWithStatus} fields are allowed at the root of the schema if the status subresource is enabled"));
            return;
        }
    }

    private static void Standard(JsonElement schema, string path, List<Cause> causes, bool root, bool insideMeta, string? noDefaults)
    {
        if (schema.ValueKind != JsonValueKind.Object) return;
        Unsupported(schema, path, causes, insideMeta, noDefaults);
        if (Flag(schema, "uniqueItems")) causes.Add(Cause.Forbidden(path + ".uniqueItems", "uniqueItems cannot be set to true since the runtime complexity becomes quadratic"));
        var additional = Definition.Member(schema, "additionalProperties");
        if (additional.ValueKind is JsonValueKind.Object or JsonValueKind.False && Members(schema, "properties").Any()) causes.Add(Cause.Forbidden(path + ".additionalProperties", "additionalProperties and properties are mutual exclusive"));
        Standard(additional, path + ".additionalProperties", causes, false, insideMeta, insideMeta ? "inside additionalProperties applying to object metadata" : noDefaults);
        foreach (var property in Members(schema, "properties"))
        {
            var meta = (root || Flag(schema, "x-kubernetes-embedded-resource")) && property.Name is "metadata" or "kind" or "apiVersion" && (root || Flag(schema, "x-kubernetes-embedded-resource"));
            Standard(property.Value, $"{path}.properties[{property.Name}]", causes, false, insideMeta || meta, meta && root ? "in top-level " + property.Name : noDefaults);
        }
        Standard(Definition.Member(schema, "not"), path + ".not", causes, false, insideMeta, noDefaults);
        foreach (var name in new[] { "allOf", "oneOf", "anyOf" })
        {
            var index = 0;
            foreach (var part in Definition.Elements(schema, name)) Standard(part, $"{path}.{name}[{index++}]", causes, false, insideMeta, noDefaults);
        }
        Standard(Definition.Member(schema, "items"), path + ".items", causes, false, insideMeta, noDefaults);
        ListRules.Validate(schema, path, causes);
        Rules(schema, path, causes);
    }

    private static void Unsupported(JsonElement schema, string path, List<Cause> causes, bool insideMeta, string? noDefaults)
    {
        var type = Definition.Text(schema, "type");
        if (type.Length > 0 && !Types.Contains(type)) causes.Add(Cause.NotSupported(path + ".type", Go.Quote(type), Types));
        if (Has(schema, "default") && noDefaults is not null) causes.Add(Cause.Forbidden(path + ".default", "must not be set " + noDefaults));
        foreach (var name in new[] { "id", "additionalItems", "patternProperties", "definitions", "dependencies", "$ref" })
        {
            if (Has(schema, name)) causes.Add(Cause.Forbidden($"{path}.{name}", name + " is not supported"));
        }
        if (type == "null") causes.Add(Cause.Forbidden(path + ".type", "type cannot be set to null, use nullable as an alternative"));
        if (Definition.Member(schema, "items").ValueKind == JsonValueKind.Array) causes.Add(Cause.Forbidden(path + ".items", "items must be a schema object and not an array"));
        if (insideMeta && Flag(schema, "x-kubernetes-embedded-resource")) causes.Add(Cause.Forbidden(path + ".x-kubernetes-embedded-resource", "must not be used inside of resource meta"));
    }

    /// <summary>CEL rules are kept and shown, but not evaluated here; what needs no evaluation is checked.</summary>
    private static void Rules(JsonElement schema, string path, List<Cause> causes)
    {
        var index = 0;
        foreach (var rule in Definition.Elements(schema, "x-kubernetes-validations"))
        {
            var at = $"{path}.x-kubernetes-validations[{index++}]";
            var (text, message, expression) = (Definition.Text(rule, "rule"), Definition.Text(rule, "message"), Definition.Text(rule, "messageExpression"));
            if (string.IsNullOrWhiteSpace(text)) causes.Add(Cause.Required(at + ".rule", "rule is not specified"));
            else if (message.Length > 0 && string.IsNullOrWhiteSpace(message)) causes.Add(Cause.Invalid(at + ".message", message, "must be non-empty if specified"));
            else if (message.Trim().AsSpan().ContainsAny('\n', '\r')) causes.Add(Cause.Invalid(at + ".message", message, "must not contain line breaks"));
            else if (text.Trim().AsSpan().ContainsAny('\n', '\r') && message.Trim().Length == 0) causes.Add(Cause.Required(at + ".message", "message must be specified if rule contains line breaks"));
            if (expression.Length > 0 && string.IsNullOrWhiteSpace(expression)) causes.Add(Cause.Required(at + ".messageExpression", "messageExpression must be non-empty if specified"));
            var reason = Definition.Text(rule, "reason");
            if (reason is not ("" or "FieldValueRequired" or "FieldValueForbidden" or "FieldValueInvalid" or "FieldValueDuplicate"))
            {
                causes.Add(Cause.NotSupported(at + ".reason", Go.Quote(reason), "FieldValueDuplicate", "FieldValueForbidden", "FieldValueInvalid", "FieldValueRequired"));
            }
        }
    }
}
