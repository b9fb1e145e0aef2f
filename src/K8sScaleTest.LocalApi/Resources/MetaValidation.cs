using System.Globalization;
using K8sScaleTest.LocalApi.Http;
using K8sScaleTest.LocalApi.Json;
using K8sScaleTest.LocalApi.Schema;

namespace K8sScaleTest.LocalApi.Resources;

/// <summary>The rules of metadata that hold for every kind (apimachinery/pkg/api/validation/objectmeta.go).</summary>
internal static class MetaValidation
{
    private const int TotalAnnotationBytes = 256 * 1024;
    private static readonly string[] StandardFinalizers = ["kubernetes", "orphan", "foregroundDeletion"];

    public static void Validate(DecodedObject value, Func<string, IEnumerable<string>> nameRule, List<Cause> causes, bool anyFinalizer = false)
    {
        if (value.GenerateName.Length > 0)
        {
            foreach (var text in nameRule(MaskTrailingDash(value.GenerateName))) causes.Add(Cause.Invalid("metadata.generateName", value.GenerateName, text));
        }
        if (value.Name.Length == 0)
        {
            causes.Add(Cause.Required("metadata.name", "name or generateName is required"));
        }
        else
        {
            foreach (var text in nameRule(value.Name)) causes.Add(Cause.Invalid("metadata.name", value.Name, text));
        }
        Labels(value, causes);
        Annotations(value, causes);
        OwnerReferenceRules.Validate(value, causes);
        Finalizers(value, causes, anyFinalizer);
    }

    /// <summary>What an update may not change; Go says each of them twice, once for the kind and once for all kinds. Null where nothing is wrong.</summary>
    public static List<Cause>? ValidateUpdate(DecodedObject value, DecodedObject existing)
    {
        List<Cause>? causes = null;
        if (existing.DeletionTimestamp.Length > 0 && !value.Finalizers.Value.IsNone)
        {
            var known = Texts(existing);
            var added = Texts(value).Where(name => !known.Contains(name)).Order(StringComparer.Ordinal).ToList();
            if (added.Count > 0) (causes ??= []).Add(Cause.Forbidden("metadata.finalizers", $"no new finalizers can be added if the object is being deleted, found new finalizers []string{{{string.Join(", ", added.Select(Go.Quote))}}}"));
        }
        if (value.Uid != existing.Uid) (causes ??= []).Add(Cause.Invalid("metadata.uid", value.Uid, "field is immutable"));
        if (value.DeletionTimestamp.Length > 0 && value.DeletionTimestamp != existing.DeletionTimestamp && DateTimeOffset.TryParse(value.DeletionTimestamp, CultureInfo.InvariantCulture, out var time))
        {
            (causes ??= []).Add(Cause.InvalidJson("metadata.deletionTimestamp", time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture) + " +0000 UTC", "field is immutable"));
        }
        if (causes is not null) causes.AddRange(causes.ToArray());
        return causes;
    }

    private static List<string> Texts(DecodedObject value)
    {
        var names = new List<string>();
        if (value.Finalizers.Value.IsNone) return names;
        var json = value.Text.Span;
        var elements = new List<Member>();
        JsonText.Elements(json, value.Finalizers.Value, elements);
        foreach (var element in elements)
        {
            if (element.Token == System.Text.Json.JsonTokenType.String) names.Add(JsonText.UnescapeToString(element.Value.Text(json)));
        }
        return names;
    }

    private static void Labels(DecodedObject value, List<Cause> causes)
    {
        if (value.Labels.Value.IsNone) return;
        var json = value.Text.Span;
        var members = new List<Member>();
        JsonText.Members(json, value.Labels.Value, members);
        foreach (var member in members)
        {
            var key = JsonText.UnescapeToString(member.Name.Of(json));
            QualifiedName("metadata.labels", key, causes);
            if (member.Token != System.Text.Json.JsonTokenType.String) continue;
            var text = JsonText.UnescapeToString(member.Value.Text(json));
            if (text.Length <= 63 && (text.Length == 0 || NameRule.IsQualified(text))) continue;
            foreach (var problem in NameRule.LabelValue(text)) causes.Add(Cause.Invalid("metadata.labels", text, problem));
        }
    }

    private static void Annotations(DecodedObject value, List<Cause> causes)
    {
        if (value.Annotations.Value.IsNone) return;
        var json = value.Text.Span;
        var members = new List<Member>();
        JsonText.Members(json, value.Annotations.Value, members);
        var total = 0;
        foreach (var member in members)
        {
            var key = JsonText.UnescapeToString(member.Name.Of(json));
            // Annotations, unlike labels, may have upper case in the prefix.
            QualifiedName("metadata.annotations", key, causes, key.ToLowerInvariant());
            total += key.Length + Math.Max(0, member.Value.Length - 2);
        }
        if (total > TotalAnnotationBytes) causes.Add(Cause.TooLong("metadata.annotations", TotalAnnotationBytes));
    }

    private static void QualifiedName(string field, string key, List<Cause> causes, string? judged = null)
    {
        if (key.Length <= 63 && NameRule.IsQualified(judged ?? key)) return;
        foreach (var text in NameRule.QualifiedName(judged ?? key)) causes.Add(Cause.Invalid(field, key, text));
    }

    private static void Finalizers(DecodedObject value, List<Cause> causes, bool any)
    {
        if (value.Finalizers.Value.IsNone) return;
        var json = value.Text.Span;
        var elements = new List<Member>();
        JsonText.Elements(json, value.Finalizers.Value, elements);
        var names = new List<string>();
        foreach (var element in elements)
        {
            if (element.Token != System.Text.Json.JsonTokenType.String) throw new GoTypeException(element.Token, "ObjectMeta.metadata.finalizers", "string");
            names.Add(JsonText.UnescapeToString(element.Value.Text(json)));
        }
        foreach (var name in names)
        {
            foreach (var text in NameRule.QualifiedName(name)) causes.Add(Cause.Invalid("metadata.finalizers", name, text));
        }
        for (var i = 0; i < names.Count && !any; i++)
        {
            if (!names[i].Contains('/', StringComparison.Ordinal) && !StandardFinalizers.Contains(names[i]))
            {
                causes.Add(Cause.Invalid($"metadata.finalizers[{i}]", names[i], "name is neither a standard finalizer name nor is it fully qualified"));
            }
        }
    }

    private static string MaskTrailingDash(string name) => name.Length > 1 && name[^1] == '-' ? string.Concat(name.AsSpan(0, name.Length - 2), "a") : name;
}
