using System.Text.Json;
using K8sScaleTest.LocalApi.Json;

namespace K8sScaleTest.LocalApi.Schema;

/// <summary>
/// Writes a custom resource's values as its schema has them: what it does not know pruned, defaults put in, keys sorted
/// (apiextensions-apiserver/pkg/apiserver/schema/pruning and defaulting).
/// </summary>
internal sealed class StructuralWriter(List<string>? unknown)
{
    private static readonly FieldType ObjectMeta = FieldType.Of(MetaFields.ObjectMeta);

    /// <summary>The members of an object, without its braces, pruned and defaulted.</summary>
    /// <param name="to">Where to.</param>
    /// <param name="json">The text in which the members stand.</param>
    /// <param name="members">Sorted afterwards.</param>
    /// <param name="schema">Of the object.</param>
    /// <param name="path">Of the object, for what is not known; empty at the root.</param>
    public void Members(JsonBuffer to, ReadOnlySpan<byte> json, List<Member> members, StructuralSchema schema, string path = "")
    {
        MemberOrder.Sort(json, members);
        var defaults = Defaults(json, members, schema);
        var next = 0;
        foreach (var member in members)
        {
            var name = JsonText.UnescapeToString(member.Name.Of(json));
            while (next < defaults.Count && string.CompareOrdinal(defaults[next].Key, name) < 0) WriteDefault(to, defaults[next++], path);
            MemberOf(to, json, member, name, schema, path);
        }
        while (next < defaults.Count) WriteDefault(to, defaults[next++], path);
    }

    private void MemberOf(JsonBuffer to, ReadOnlySpan<byte> json, Member member, string name, StructuralSchema schema, string path)
    {
        if (schema.EmbeddedResource && name is ("apiVersion" or "kind" or "metadata"))
        {
            Name(to, name);
            if (name != "metadata" || member.Token != JsonTokenType.StartObject) AnyValue.Write(to, json, member);
            else Embedded(to, json, member, Join(path, name));
            return;
        }
        var child = schema.Child(name);
        if (child is null)
        {
            if (schema.PreserveUnknownFields || schema.AllowsAdditional)
            {
                Name(to, name);
                if (schema.PreserveUnknownFields) AnyValue.Write(to, json, member);
                else Value(to, json, member, null, Join(path, name));
            }
            else
            {
                unknown?.Add(Join(path, name));
            }
            return;
        }
        if (member.Token == JsonTokenType.Null && !child.Nullable)
        {
            // A null where none may be counts as absent.
            if (child.Default is { } instead) WriteDefault(to, new(name, (child, instead)), path);
            return;
        }
        Name(to, name);
        Value(to, json, member, child, Join(path, name));
    }

    private void Value(JsonBuffer to, ReadOnlySpan<byte> json, Member member, StructuralSchema? schema, string path)
    {
        switch (member.Token)
        {
            case JsonTokenType.StartObject:
                var members = new List<Member>();
                JsonText.Members(json, member.Value, members);
                to.Byte((byte)'{');
                if (schema is not null) Members(to, json, members, schema, path);
                else if (unknown is not null)
                {
                    foreach (var gone in members) unknown.Add(Join(path, JsonText.UnescapeToString(gone.Name.Of(json))));
                }
                to.Byte((byte)'}');
                break;
            case JsonTokenType.StartArray:
                var elements = new List<Member>();
                JsonText.Elements(json, member.Value, elements);
                to.Byte((byte)'[');
                for (var i = 0; i < elements.Count; i++)
                {
                    to.Separate();
                    Element(to, json, elements[i], schema, $"{path}[{i}]");
                }
                to.Byte((byte)']');
                break;
            default:
                AnyValue.Write(to, json, member);
                break;
        }
    }

    private void Element(JsonBuffer to, ReadOnlySpan<byte> json, Member element, StructuralSchema? list, string path)
    {
        if (list is { PreserveUnknownFields: true, Items: null }) AnyValue.Write(to, json, element);
        else if (element.Token == JsonTokenType.Null && list?.Items is { Nullable: false, Default: { } instead } items) Value(to, instead, Root(instead), items, path);
        else Value(to, json, element, list?.Items, path);
    }

    /// <summary>Metadata inside of a resource are those of every resource: unknown fields go, wrong types are refused.</summary>
    private void Embedded(JsonBuffer to, ReadOnlySpan<byte> json, Member member, string path)
    {
        var fields = new List<string>();
        CanonicalWriter.Value(to, json, member, ObjectMeta, new FieldPath("ObjectMeta", path), fields);
        unknown?.AddRange(fields);
    }

    private void WriteDefault(JsonBuffer to, KeyValuePair<string, (StructuralSchema Schema, byte[] Json)> missing, string path)
    {
        Name(to, missing.Key);
        var (schema, json) = missing.Value;
        Value(to, json, Root(json), schema, Join(path, missing.Key));
    }

    /// <summary>The members that are absent and have a default, in order.</summary>
    private static List<KeyValuePair<string, (StructuralSchema Schema, byte[] Json)>> Defaults(ReadOnlySpan<byte> json, List<Member> members, StructuralSchema schema)
    {
        var result = new List<KeyValuePair<string, (StructuralSchema, byte[])>>();
        if (schema.Properties is null) return result;
        foreach (var (name, property) in schema.Properties)
        {
            if (property.Default is { } value && !Contains(json, members, name)) result.Add(new(name, (property, value)));
        }
        return result;
    }

    private static bool Contains(ReadOnlySpan<byte> json, List<Member> members, string name)
    {
        foreach (var member in members)
        {
            if (JsonText.UnescapeToString(member.Name.Of(json)) == name) return true;
        }
        return false;
    }

    private static Member Root(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        reader.Read();
        return new Member(default, new Slice(0, json.Length), reader.TokenType);
    }

    private static void Name(JsonBuffer to, string name)
    {
        // The members go where no brace stands before the first of them.
        if (to.Length > 0) to.Separate();
        to.String(name);
        to.Byte((byte)':');
    }

    private static string Join(string path, string name) => path.Length == 0 ? name : path + "." + name;
}
