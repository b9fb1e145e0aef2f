using System.Text.Json;
using K8sScaleTest.LocalApi.Json;
using K8sScaleTest.LocalApi.Resources;
using K8sScaleTest.LocalApi.Schema;
using K8sScaleTest.LocalApi.Storage;

namespace K8sScaleTest.LocalApi.CustomResources;

/// <summary>Makes of a definition the resource that is served.</summary>
internal static class CustomResourceFactory
{
    /// <param name="definition">Established, with at least one served version.</param>
    /// <param name="store">Where its objects are; kept when the definition changes.</param>
    /// <param name="rewrites">The store may hold what other schemas let in.</param>
    public static ResourceType Make(Definition definition, ObjectStore store, bool rewrites)
    {
        var names = definition.AcceptedNames;
        var storage = definition.Versions.First(v => v.Storage);
        // The first is the one that objects are kept in, served or not.
        DefinitionVersion[] ordered = [storage, .. definition.Versions.Where(v => !ReferenceEquals(v, storage))];
        ServedVersion[] versions = [.. ordered.Select(v => Version(definition, names, v))];
        return new ResourceType
        {
            Group = definition.Group,
            Plural = names.Plural,
            Singular = names.Singular,
            Kind = names.Kind,
            ShortNames = names.ShortNames,
            Categories = names.Categories,
            Namespaced = definition.Scope == "Namespaced",
            Versions = versions,
            Store = store,
            Convert = versions.Length > 1 || rewrites ? (body, end, version) => CustomRules.Convert(body, end, versions[version].Type.Structural!) : null,
            ConvertsStored = rewrites,
            Rules = new CustomRules(versions),
            IsCustom = true,
            IsTerminating = definition.IsDeleting,
        };
    }

    private static ServedVersion Version(Definition definition, DefinitionNames names, DefinitionVersion version)
    {
        var schema = version.Schema.ValueKind == JsonValueKind.Object ? StructuralSchema.Parse(version.Schema) : StructuralSchema.Anything;
        var group = string.Join('.', definition.Group.Split('.').Reverse());
        var description = Definition.Text(version.Schema, "description");
        var type = new ObjectType($"{group}.{version.Name}.{names.Kind}", $"{version.Name}.{names.Kind}", description) { Structural = schema };
        var scale = version.Scale;
        return new ServedVersion(definition.Group, version.Name, names.Kind, type, itemsHaveKind: true, names.ListKind)
        {
            IsServed = version.Served,
            HasStatus = version.HasStatus,
            Scale = scale.ValueKind == JsonValueKind.Object ? new ScalePaths(Definition.Text(scale, "specReplicasPath"), Definition.Text(scale, "statusReplicasPath"), Definition.Text(scale, "labelSelectorPath")) : null,
            Columns = Columns(version),
            SelectableFields = [.. version.SelectableFields.Select(f => f.TrimStart('.'))],
            Deprecation = version.Deprecated ? version.DeprecationWarning ?? $"{definition.Group}/{version.Name} {names.Kind} is deprecated" : null,
        };
    }

    private static TableColumn[] Columns(DefinitionVersion version)
    {
        TableColumn[] own = [.. version.Columns.Select(Column)];
        return own.Length == 0 ? [TableColumn.NameColumn, AgeOfCustom] : [TableColumn.NameColumn, .. own];
    }

    /// <summary>What a version without columns of its own shows.</summary>
    private static readonly TableColumn AgeOfCustom = TableColumn.Age with { Type = "date" };

    private static TableColumn Column(JsonElement column)
    {
        var path = new JsonPath(Definition.Text(column, "jsonPath"));
        var type = Definition.Text(column, "type");
        var description = Definition.Text(column, "description") is { Length: > 0 } text ? text : "Custom resource definition column (in JSONPath format): " + path;
        var priority = Definition.Member(column, "priority") is { ValueKind: JsonValueKind.Number } number ? number.GetInt32() : 0;
        return new TableColumn(Definition.Text(column, "name"), type, Definition.Text(column, "format"), description, priority, (item, now) => Cell(path, type, item, now));
    }

    private static object? Cell(JsonPath path, string type, JsonElement item, DateTimeOffset now)
    {
        if (path.First(item) is not { } found) return null;
        return (type, found.ValueKind) switch
        {
            ("string", JsonValueKind.String) => found.GetString(),
            ("string", JsonValueKind.Null) => "",
            ("string", _) => System.Text.Encoding.UTF8.GetString(AnyValue.Canonical(found)),
            ("integer", JsonValueKind.Number) => found.TryGetInt64(out var whole) ? whole : (long)found.GetDouble(),
            ("number", JsonValueKind.Number) => found.TryGetInt64(out var whole) ? whole : found.GetDouble(),
            ("boolean", JsonValueKind.True) => true,
            ("boolean", JsonValueKind.False) => false,
            ("date", JsonValueKind.String) => DateTimeOffset.TryParse(found.GetString(), System.Globalization.CultureInfo.InvariantCulture, System.Globalization.DateTimeStyles.AssumeUniversal, out var time) ? HumanDuration.Of(now - time) : "<invalid>",
            _ => null,
        };
    }
}
