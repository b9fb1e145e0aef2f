using System.Text.Json;
using K8sScaleTest.LocalApi.Http;
using K8sScaleTest.LocalApi.Resources;

namespace K8sScaleTest.LocalApi.CustomResources;

/// <summary>What a definition must be, apart from its schemas (apiextensions-apiserver/pkg/apis/apiextensions/validation).</summary>
internal static class DefinitionValidation
{
    private const string Approval = "api-approved.kubernetes.io";
    private const string Enhancement = "see https://github.com/kubernetes/enhancements/pull/1111";
    private static readonly string[] ColumnTypes = ["boolean", "date", "integer", "number", "string"];
    private static readonly string[] ColumnFormats = ["byte", "date", "date-time", "double", "float", "int32", "int64", "password"];

    public static void Validate(Definition definition, Definition? old, List<Cause> causes)
    {
        Spec(definition, causes);
        if (old is not null) Immutable(definition, old, causes);
        Names(definition.AcceptedNames, "status.acceptedNames", causes);
        StoredVersions(definition, causes);
        ApiApproval(definition, old, causes);
        if (definition.PreserveUnknownFields && old?.PreserveUnknownFields != true)
        {
            causes.Add(Cause.InvalidJson("spec.preserveUnknownFields", "true", "cannot set to true, set x-kubernetes-preserve-unknown-fields to true in spec.versions[*].schema instead"));
        }
    }

    private static void Spec(Definition definition, List<Cause> causes)
    {
        if (definition.Group.Length == 0) causes.Add(Cause.Required("spec.group", ""));
        else if (NameRule.Subdomain(definition.Group).ToArray() is { Length: > 0 } problems) causes.Add(Cause.Invalid("spec.group", definition.Group, string.Join(",", problems)));
        else if (!definition.Group.Contains('.', StringComparison.Ordinal)) causes.Add(Cause.Invalid("spec.group", definition.Group, "should be a domain with at least one dot"));
        if (definition.Scope.Length == 0) causes.Add(Cause.Required("spec.scope", ""));
        else if (definition.Scope is not ("Cluster" or "Namespaced")) causes.Add(Cause.NotSupported("spec.scope", Go.Quote(definition.Scope), "Cluster", "Namespaced"));
        for (var i = 0; i < definition.Versions.Count; i++)
        {
            if (definition.Versions[i].Schema.ValueKind != JsonValueKind.Object) causes.Add(Cause.Required($"spec.versions[{i}].schema.openAPIV3Schema", ""));
        }
        // Go moves what all versions have alike to the top, and names it there.
        var (sameSchema, sameParts, sameColumns) = (definition.AllHave("schema"), definition.AllHave("subresources"), definition.AllHave("additionalPrinterColumns"));
        for (var i = 0; i < definition.Versions.Count; i++)
        {
            var (version, path) = (definition.Versions[i], $"spec.versions[{i}]");
            Version(version, path, causes);
            if (!sameSchema) Schema(version, version.HasStatus, path + ".schema", causes);
            if (!sameParts) Parts(version, path + ".subresources", causes);
            if (!sameColumns) Columns(version, path + ".additionalPrinterColumns", causes);
            Selectables(version, path + ".selectableFields", causes);
        }
        if (definition.Versions.Select(v => v.Name).Distinct().Count() != definition.Versions.Count) causes.Add(Cause.InvalidJson("spec.versions", Versions(definition), "must contain unique version names"));
        if (definition.Versions.Count(v => v.Storage) != 1) causes.Add(Cause.InvalidJson("spec.versions", Versions(definition), "must have exactly one version marked as storage version"));
        if (definition.Versions.Count > 0 && NameRule.Service(definition.Versions[0].Name).ToArray() is { Length: > 0 } wrong) causes.Add(Cause.Invalid("spec.version", definition.Versions[0].Name, string.Join(",", wrong)));
        var names = definition.Names;
        foreach (var (field, value) in new[] { ("plural", names.Plural), ("singular", names.Singular), ("kind", names.Kind), ("listKind", names.ListKind) })
        {
            if (value.Length == 0) causes.Add(Cause.Required("spec.names." + field, ""));
        }
        Names(names, "spec.names", causes);
        if (sameSchema) Schema(definition.Versions[0], definition.Versions.Any(v => v.HasStatus), "spec.validation", causes);
        if (sameParts) Parts(definition.Versions[0], "spec.subresources", causes);
        if (sameColumns) Columns(definition.Versions[0], "spec.additionalPrinterColumns", causes);
        Conversion(definition, causes);
    }

    /// <summary>The versions as the API server keeps them inside: under the names of Go, and without what all of them have alike, which has moved to the spec.</summary>
    private static string Versions(Definition definition)
    {
        var given = definition.Spec.GetProperty("versions");
        if (given.ValueKind != JsonValueKind.Array) return "null";
        var versions = given.EnumerateArray().ToArray();
        string Given(JsonElement version, string name) => version.ValueKind == JsonValueKind.Object && version.TryGetProperty(name, out var value) ? SchemaValidator.Json(value) : "null";
        string Own(JsonElement version, string name) => versions.All(v => Given(v, name) == Given(version, name)) ? "null" : Given(version, name);
        string Flag(JsonElement version, string name) => Given(version, name) == "true" ? "true" : "false";
        return "[" + string.Join(',', versions.Select(v =>
            $"{{\"Name\":{Given(v, "name")},\"Served\":{Flag(v, "served")},\"Storage\":{Flag(v, "storage")},\"Deprecated\":{Flag(v, "deprecated")},\"DeprecationWarning\":{Given(v, "deprecationWarning")},"
            + $"\"Schema\":{Own(v, "schema")},\"Subresources\":{Own(v, "subresources")},\"AdditionalPrinterColumns\":{Own(v, "additionalPrinterColumns")},\"SelectableFields\":{Own(v, "selectableFields")}}}")) + "]";
    }

    private static void Version(DefinitionVersion version, string path, List<Cause> causes)
    {
        if (NameRule.Service(version.Name).ToArray() is { Length: > 0 } problems) causes.Add(Cause.Invalid(path + ".name", version.Name, string.Join(",", problems)));
        if (version.DeprecationWarning is { } warning)
        {
            if (!version.Deprecated) causes.Add(Cause.Invalid(path + ".deprecationWarning", warning, "can only be set for deprecated versions"));
            else if (warning.Length > 256) causes.Add(Cause.Invalid(path + ".deprecationWarning", warning, "must be <= 256 characters long"));
            else if (warning.Length == 0) causes.Add(Cause.Invalid(path + ".deprecationWarning", warning, "must not be an empty string"));
        }
    }

    private static void Schema(DefinitionVersion version, bool hasStatus, string path, List<Cause> causes)
    {
        if (version.Schema.ValueKind == JsonValueKind.Object) SchemaRules.Validate(version.Schema, hasStatus, path + ".openAPIV3Schema", causes);
    }

    private static void Parts(DefinitionVersion version, string path, List<Cause> causes)
    {
        if (version.Scale.ValueKind == JsonValueKind.Object) Scale(version.Scale, path + ".scale", causes);
    }

    private static void Columns(DefinitionVersion version, string path, List<Cause> causes)
    {
        var index = 0;
        foreach (var column in version.Columns) Column(column, $"{path}[{index++}]", causes);
    }

    private static void Selectables(DefinitionVersion version, string path, List<Cause> causes)
    {
        var index = 0;
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var field in version.SelectableFields) Selectable(version, field, $"{path}[{index++}].jsonPath", seen, causes);
        if (seen.Count > 8) causes.Add(Cause.TooMany(path, seen.Count, 8));
    }

    private static void Selectable(DefinitionVersion version, string field, string path, HashSet<string> seen, List<Cause> causes)
    {
        if (field.Length == 0)
        {
            causes.Add(Cause.Required(path, ""));
            return;
        }
        var schema = version.Schema;
        foreach (var part in field.TrimStart('.').Split('.'))
        {
            schema = Definition.Member(Definition.Member(schema, "properties"), part);
            if (schema.ValueKind == JsonValueKind.Object) continue;
            causes.Add(Cause.Invalid(path, field, "is an invalid path: does not refer to a valid field"));
            return;
        }
        if (field.StartsWith(".metadata", StringComparison.Ordinal)) causes.Add(Cause.Invalid(path, field, "must not point to fields in metadata"));
        if (Definition.Text(schema, "type") is not ("string" or "boolean" or "integer")) causes.Add(Cause.Invalid(path, field, "must point to a field of type string, boolean or integer. Enum string fields and strings with formats are allowed."));
        if (!seen.Add(field)) causes.Add(Cause.Duplicate(path, Go.Quote(field)));
    }

    private static void Scale(JsonElement scale, string path, List<Cause> causes)
    {
        Replicas("specReplicasPath", ".spec.", "should be a json path under .spec");
        Replicas("statusReplicasPath", ".status.", "should be a json path under .status");
        if (Definition.Text(scale, "labelSelectorPath") is not { Length: > 0 } selector || SimplePath(selector, path + ".labelSelectorPath", causes)) return;
        if (!selector.StartsWith(".spec.", StringComparison.Ordinal) && !selector.StartsWith(".status.", StringComparison.Ordinal)) causes.Add(Cause.Invalid(path + ".labelSelectorPath", selector, "should be a json path under either .spec or .status"));

        void Replicas(string name, string prefix, string what)
        {
            var text = Definition.Text(scale, name);
            if (text.Length == 0) causes.Add(Cause.Required($"{path}.{name}", ""));
            else if (!SimplePath(text, $"{path}.{name}", causes) && !text.StartsWith(prefix, StringComparison.Ordinal)) causes.Add(Cause.Invalid($"{path}.{name}", text, what));
        }
    }

    /// <summary>True, and a cause, for what is no simple path.</summary>
    private static bool SimplePath(string text, string path, List<Cause> causes)
    {
        if (text[0] == '.') return false;
        causes.Add(Cause.Invalid(path, text, "must be a simple json path starting with ."));
        return true;
    }

    private static void Column(JsonElement column, string path, List<Cause> causes)
    {
        var (type, format, json) = (Definition.Text(column, "type"), Definition.Text(column, "format"), Definition.Text(column, "jsonPath"));
        if (Definition.Text(column, "name").Length == 0) causes.Add(Cause.Required(path + ".name", ""));
        var types = "must be one of " + string.Join(',', ColumnTypes);
        if (type.Length == 0) causes.Add(Cause.Required(path + ".type", types));
        else if (!ColumnTypes.Contains(type)) causes.Add(Cause.Invalid(path + ".type", type, types));
        if (format.Length > 0 && !ColumnFormats.Contains(format)) causes.Add(Cause.Invalid(path + ".format", format, "must be one of " + string.Join(',', ColumnFormats)));
        if (json.Length == 0) causes.Add(Cause.Required(path + ".JSONPath", ""));
        else SimplePath(json, path + ".JSONPath", causes);
    }

    private static void Names(DefinitionNames names, string path, List<Cause> causes)
    {
        Label("plural", names.Plural, names.Plural, "");
        Label("singular", names.Singular, names.Singular, "");
        Label("kind", names.Kind, names.Kind.ToLowerInvariant(), "may have mixed case, but should otherwise match: ");
        Label("listKind", names.ListKind, names.ListKind.ToLowerInvariant(), "may have mixed case, but should otherwise match: ");
        for (var i = 0; i < names.ShortNames.Length; i++) Label($"shortNames[{i}]", names.ShortNames[i], names.ShortNames[i], "");
        if (names.Kind.Length > 0 && names.Kind == names.ListKind) causes.Add(Cause.Invalid(path + ".listKind", names.ListKind, "kind and listKind may not be the same"));
        for (var i = 0; i < names.Categories.Length; i++) Label($"categories[{i}]", names.Categories[i], names.Categories[i], "");

        void Label(string field, string value, string judged, string before)
        {
            if (value.Length > 0 && NameRule.Service(judged).ToArray() is { Length: > 0 } problems) causes.Add(Cause.Invalid($"{path}.{field}", value, before + string.Join(",", problems)));
        }
    }

    private static void Conversion(Definition definition, List<Cause> causes)
    {
        var strategy = definition.Conversion;
        if (strategy is not ("" or "None" or "Webhook")) causes.Add(Cause.NotSupported("spec.conversion.strategy", Go.Quote(strategy), "None", "Webhook"));
        if (strategy == "Webhook")
        {
            var webhook = definition.Webhook;
            if (!SchemaRules.Has(webhook, "clientConfig")) causes.Add(Cause.Required("spec.conversion.webhookClientConfig", "required when strategy is set to Webhook"));
            if (!Definition.Elements(webhook, "conversionReviewVersions").Any()) causes.Add(Cause.Required("spec.conversion.conversionReviewVersions", ""));
        }
        else if (definition.Webhook.ValueKind == JsonValueKind.Object)
        {
            if (SchemaRules.Has(definition.Webhook, "clientConfig")) causes.Add(Cause.Forbidden("spec.conversion.webhookClientConfig", "should not be set when strategy is not set to Webhook"));
            if (Definition.Elements(definition.Webhook, "conversionReviewVersions").Any()) causes.Add(Cause.Forbidden("spec.conversion.conversionReviewVersions", "should not be set when strategy is not set to Webhook"));
        }
    }

    private static void Immutable(Definition definition, Definition old, List<Cause> causes)
    {
        void Same(string field, string now, string before)
        {
            if (now != before) causes.Add(Cause.Invalid("spec." + field, now, "field is immutable"));
        }
        if (old.Is("Established"))
        {
            Same("scope", definition.Scope, old.Scope);
            Same("names.kind", definition.Names.Kind, old.Names.Kind);
        }
        Same("group", definition.Group, old.Group);
        Same("names.plural", definition.Names.Plural, old.Names.Plural);
    }

    private static void StoredVersions(Definition definition, List<Cause> causes)
    {
        var stored = definition.StoredVersions;
        var shown = stored.Length == 0 ? "null" : "[" + string.Join(',', stored.Select(Go.Quote)) + "]";
        if (stored.Length == 0)
        {
            causes.Add(Cause.InvalidJson("status.storedVersions", shown, "must have at least one stored version"));
            return;
        }
        foreach (var version in definition.Versions)
        {
            if (version.Storage && !stored.Contains(version.Name)) causes.Add(Cause.InvalidJson("status.storedVersions", shown, "must have the storage version " + version.Name));
        }
        for (var i = 0; i < stored.Length; i++)
        {
            if (definition.Versions.Any(v => v.Name == stored[i])) continue;
            causes.Add(Cause.Invalid($"status.storedVersions[{i}]", stored[i], $"missing from spec.versions; {stored[i]} was previously a storage version, and must remain in spec.versions until a storage migration ensures no data remains persisted in {stored[i]} and removes {stored[i]} from status.storedVersions"));
        }
    }

    private static void ApiApproval(Definition definition, Definition? old, List<Cause> causes)
    {
        if (!IsProtected(definition.Group)) return;
        var (state, reason) = ApprovalOf(definition.Approval);
        if (old is not null && ApprovalOf(old.Approval).State == state) return;
        const string Field = $"metadata.annotations[{Approval}]";
        if (state == "InvalidAnnotation") causes.Add(Cause.Invalid(Field, definition.Approval, reason));
        else if (state == "MissingAnnotation") causes.Add(Cause.Required(Field, reason));
    }

    /// <summary>Whether a group belongs to Kubernetes itself.</summary>
    public static bool IsProtected(string group) =>
        group is "k8s.io" or "kubernetes.io" || group.EndsWith(".k8s.io", StringComparison.Ordinal) || group.EndsWith(".kubernetes.io", StringComparison.Ordinal);

    /// <summary>The reason and message of the condition that says whether an API of Kubernetes' own groups was approved.</summary>
    public static (string State, string Message) ApprovalOf(string annotation)
    {
        if (annotation.Length == 0) return ("MissingAnnotation", $"protected groups must have approval annotation {Go.Quote(Approval)}, {Enhancement}");
        if (annotation.StartsWith("unapproved", StringComparison.Ordinal)) return ("UnapprovedAnnotation", $"not approved: {Go.Quote(annotation)}");
        if (Uri.TryCreate(annotation, UriKind.Absolute, out var url) && url.Host.Length > 0) return ("ApprovedAnnotation", "approved in " + annotation);
        return ("InvalidAnnotation", $"protected groups must have approval annotation {Go.Quote(Approval)} with either a URL or a reason starting with \"unapproved\", {Enhancement}");
    }
}
