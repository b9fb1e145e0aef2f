using System.Text.Json;
using K8sScaleTest.LocalApi.Http;
using K8sScaleTest.LocalApi.Storage;

namespace K8sScaleTest.LocalApi.Handlers;

/// <summary>A field selector: over metadata.name and metadata.namespace, and what else a kind names.</summary>
internal sealed class FieldSelector
{
    private static readonly FieldSelector Everything = new([]);
    private readonly Term[] _terms;

    private FieldSelector(Term[] terms) => _terms = terms;

    private readonly record struct Term(string Field, bool Equal, string Value);

    public bool IsEverything => _terms.Length == 0;

    public static FieldSelector Parse(string text, ApiRequest request)
    {
        if (text.Length == 0) return Everything;
        var resource = request.Resource;
        string[] selectable = [.. resource.SelectableFields, .. request.Version.SelectableFields];
        var terms = new List<Term>();
        foreach (var term in text.Split(','))
        {
            if (term.Length == 0) continue;
            var (field, equal, value) = Split(text, term);
            if (field is not ("metadata.name" or "metadata.namespace") && !selectable.Contains(field))
            {
                throw new ApiException(ApiStatus.BadRequest(selectable.Length > 0 || resource.IsCustom
                    ? "field label not supported: " + field
                    : $"{Go.Quote(field)} is not a known field selector: only \"metadata.name\", \"metadata.namespace\""));
            }
            terms.Add(new Term(field, equal, value));
        }
        return terms.Count == 0 ? Everything : new FieldSelector([.. terms]);
    }

    /// <summary>This selector, and the name as well: a watch of one object.</summary>
    public FieldSelector AndName(string name) => new([.. _terms, new Term("metadata.name", true, name)]);

    public bool Matches(StoredObject item)
    {
        foreach (var (field, equal, value) in _terms)
        {
            var found = field switch
            {
                "metadata.name" => item.Name,
                "metadata.namespace" => item.Namespace,
                _ => Read(item, field),
            };
            if (found.SequenceEqual(value) != equal) return false;
        }
        return true;
    }

    /// <summary>A text somewhere in the object; "" where there is none.</summary>
    private static string Read(StoredObject item, string field)
    {
        using var document = JsonDocument.Parse((ReadOnlyMemory<byte>)(byte[])[(byte)'{', .. item.Body]);
        var at = document.RootElement;
        foreach (var part in field.Split('.'))
        {
            if (at.ValueKind != JsonValueKind.Object || !at.TryGetProperty(part, out at)) return "";
        }
        return at.ToString();
    }

    private static (string Field, bool Equal, string Value) Split(string whole, string term)
    {
        foreach (var op in new[] { "!=", "==", "=" })
        {
            var at = term.IndexOf(op, StringComparison.Ordinal);
            if (at >= 0) return (term[..at], op != "!=", term[(at + op.Length)..].Replace("\\,", ",", StringComparison.Ordinal).Replace("\\=", "=", StringComparison.Ordinal).Replace("\\\\", "\\", StringComparison.Ordinal));
        }
        throw new ApiException(ApiStatus.BadRequest($"invalid selector: '{whole}'; can't understand '{term}'"));
    }
}
