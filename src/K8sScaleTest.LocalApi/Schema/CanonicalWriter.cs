using System.Globalization;
using System.Text.Json;
using K8sScaleTest.LocalApi.Json;
using K8sScaleTest.LocalApi.Storage;

namespace K8sScaleTest.LocalApi.Schema;

/// <summary>
/// Writes an object as the Go server would after decoding and encoding it: fields in the struct's order, map keys sorted, empty fields left
/// out, unknown fields dropped (and noted).
/// </summary>
internal static class CanonicalWriter
{
    /// <summary>The body of a stored object (see <see cref="StoredObject.Body"/>).</summary>
    /// <param name="to">An empty buffer.</param>
    /// <param name="value">The object; its system fields (uid, timestamps) already set.</param>
    /// <param name="resourceVersion">As many digits as the one that the commit will give, to be overwritten then; 0 for none (a dry run).</param>
    public static BodyLayout Body(JsonBuffer to, DecodedObject value, long resourceVersion)
    {
        // Buffer positions serve as offsets, so it must begin empty; the separator logic wants an opening brace before the first member.
        var custom = value.Type.Structural is not null;
        var layout = custom ? CustomMetadata(to, value, resourceVersion) : Metadata(to, value, resourceVersion);
        if (custom)
        {
            if (value.Rest.Length > 0) to.Byte((byte)',');
            to.Raw(value.Rest);
            to.Byte((byte)'}');
            return layout;
        }
        var json = value.Text.Span;
        for (var i = 0; i < value.Type.Fields.Length; i++)
        {
            WriteField(to, json, value.Type.Fields[i], value.Values[i], value.Overrides[i], new FieldPath(value.Type.ShortName, value.Type.Fields[i].Name), value.UnknownFields);
        }
        to.Byte((byte)'}');
        return layout;
    }

    /// <summary>One value of a known type, canonical; false (and nothing written that counts) when it is empty.</summary>
    public static bool Value(JsonBuffer to, ReadOnlySpan<byte> json, Member member, FieldType type, FieldPath path, List<string> unknown)
    {
        switch (type.Shape)
        {
            case Shape.String:
                Require(member, JsonTokenType.String, path, type);
                to.RawString(member.Value.Text(json));
                return member.Value.Length > 2;
            case Shape.Integer:
                return Integer(to, json, member, type, path);
            case Shape.Number:
                Require(member, JsonTokenType.Number, path, type);
                GoNumber.Write(to, member.Value.Of(json));
                return true;
            case Shape.ObjectOrBoolean when member.Token is JsonTokenType.True or JsonTokenType.False:
                to.Boolean(member.Token == JsonTokenType.True);
                return true;
            case Shape.Boolean:
                if (member.Token is not (JsonTokenType.True or JsonTokenType.False)) throw new GoTypeException(member.Token, path.Full, type.GoName);
                to.Boolean(member.Token == JsonTokenType.True);
                return member.Token == JsonTokenType.True;
            case Shape.Time or Shape.MicroTime:
                Require(member, JsonTokenType.String, path, type);
                to.String(GoTime.Canonical(JsonText.UnescapeToString(member.Value.Text(json)), type.Shape == Shape.MicroTime));
                return true;
            case Shape.Bytes:
                return Base64(to, json, member, type, path);
            case Shape.IntOrString:
                if (member.Token == JsonTokenType.Number) to.Raw(member.Value.Of(json));
                else if (member.Token == JsonTokenType.String) to.RawString(member.Value.Text(json));
                else throw new GoTypeException(member.Token, path.Full, "intstr.IntOrString");
                return true;
            case Shape.Any:
                AnyValue.Write(to, json, member);
                return true;
            case Shape.Object or Shape.ObjectOrBoolean:
                Require(member, JsonTokenType.StartObject, path, type);
                return Struct(to, json, member, type.Object!, path, unknown);
            case Shape.List:
                return ListOf(to, json, member, type, path, unknown);
            default:
                return MapOf(to, json, member, type, path, unknown);
        }
    }

    /// <summary>The fields of an empty object that Go writes all the same.</summary>
    public static void EmptyFields(JsonBuffer to, ObjectType type)
    {
        foreach (var field in type.Fields)
        {
            if (!field.Always) continue;
            to.Name(field.Utf8Name);
            Empty(to, field.Type);
        }
    }

    private static BodyLayout Metadata(JsonBuffer to, DecodedObject value, long resourceVersion)
    {
        var layout = default(BodyLayout);
        to.Raw("\"metadata\":{"u8);
        if (value.Name.Length > 0) to.Property("name"u8, value.Name);
        if (value.GenerateName.Length > 0) to.Property("generateName"u8, value.GenerateName);
        if (value.Namespace.Length > 0) to.Property("namespace"u8, value.Namespace);
        Uid(to, value, ref layout);
        ResourceVersion(to, resourceVersion, ref layout);
        Generation(to, value);
        Created(to, value, ref layout);
        Deletion(to, value, ref layout);
        GracePeriod(to, value);
        LabelsOf(to, value, ref layout);
        MetaField(to, MetaFields.Annotations, value.Annotations, value.AnnotationsOverride, value);
        MetaField(to, MetaFields.OwnerReferences, value.OwnerReferences, value.OwnerReferencesOverride, value);
        FinalizersOf(to, value, ref layout);
        MetaField(to, MetaFields.ManagedFields, value.ManagedFields, value.ManagedFieldsOverride, value);
        to.Byte((byte)'}');
        return layout with { MetadataEnd = to.Length };
    }

    /// <summary>Go keeps a custom resource as a map: its metadata, too, come in the order of their names.</summary>
    private static BodyLayout CustomMetadata(JsonBuffer to, DecodedObject value, long resourceVersion)
    {
        var layout = default(BodyLayout);
        to.Raw("\"metadata\":{"u8);
        MetaField(to, MetaFields.Annotations, value.Annotations, value.AnnotationsOverride, value);
        Created(to, value, ref layout);
        GracePeriod(to, value);
        Deletion(to, value, ref layout);
        FinalizersOf(to, value, ref layout);
        if (value.GenerateName.Length > 0) to.Property("generateName"u8, value.GenerateName);
        Generation(to, value);
        LabelsOf(to, value, ref layout);
        if (value.Name.Length > 0) to.Property("name"u8, value.Name);
        if (value.Namespace.Length > 0) to.Property("namespace"u8, value.Namespace);
        MetaField(to, MetaFields.OwnerReferences, value.OwnerReferences, value.OwnerReferencesOverride, value);
        ResourceVersion(to, resourceVersion, ref layout);
        Uid(to, value, ref layout);
        // They stand last, where they are put in when all else is known.
        MetaField(to, MetaFields.ManagedFields, value.ManagedFields, value.ManagedFieldsOverride, value);
        to.Byte((byte)'}');
        return layout with { MetadataEnd = to.Length };
    }

    private static void Uid(JsonBuffer to, DecodedObject value, ref BodyLayout layout)
    {
        if (value.Uid.Length == 0) return;
        to.Property("uid"u8, value.Uid);
        layout = layout with { UidOffset = to.Length - 1 - value.Uid.Length, UidLength = value.Uid.Length };
    }

    private static void ResourceVersion(JsonBuffer to, long resourceVersion, ref BodyLayout layout)
    {
        if (resourceVersion <= 0) return;
        to.Name("resourceVersion"u8);
        to.Byte((byte)'"');
        var at = to.Length;
        to.Number(resourceVersion);
        layout = layout with { RvOffset = at, RvLength = to.Length - at };
        to.Byte((byte)'"');
    }

    private static void Generation(JsonBuffer to, DecodedObject value)
    {
        if (value.Generation == 0) return;
        to.Name("generation"u8);
        to.Number(value.Generation);
    }

    private static void Created(JsonBuffer to, DecodedObject value, ref BodyLayout layout)
    {
        if (value.CreationTimestamp.Length == 0) return;
        to.Property("creationTimestamp"u8, value.CreationTimestamp);
        layout = layout with { CreatedOffset = to.Length - 1 - value.CreationTimestamp.Length };
    }

    private static void Deletion(JsonBuffer to, DecodedObject value, ref BodyLayout layout)
    {
        if (value.DeletionTimestamp.Length == 0) return;
        to.Property("deletionTimestamp"u8, value.DeletionTimestamp);
        layout = layout with { IsDeleting = true };
    }

    private static void GracePeriod(JsonBuffer to, DecodedObject value)
    {
        if (value.DeletionGracePeriodSeconds is not { } grace) return;
        to.Name("deletionGracePeriodSeconds"u8);
        to.Number(grace);
    }

    private static void LabelsOf(JsonBuffer to, DecodedObject value, ref BodyLayout layout)
    {
        var labels = MetaField(to, MetaFields.Labels, value.Labels, value.LabelsOverride, value);
        if (labels.Length > 0) layout = layout with { LabelsOffset = labels.Start + 1, LabelsLength = labels.Length - 2 };
    }

    private static void FinalizersOf(JsonBuffer to, DecodedObject value, ref BodyLayout layout)
    {
        if (MetaField(to, MetaFields.Finalizers, value.Finalizers, value.FinalizersOverride, value).Length > 0) layout = layout with { HasFinalizers = true };
    }

    private static Slice MetaField(JsonBuffer to, Field field, Member member, byte[]? instead, DecodedObject value)
    {
        var from = to.Length;
        if (!WriteField(to, value.Text.Span, field, member, instead, new FieldPath("ObjectMeta", "metadata." + field.Name), value.UnknownFields)) return default;
        var start = from + field.Utf8Name.Length + 3 + (to.Written[from] == (byte)',' ? 1 : 0);
        return new Slice(start, to.Length - start);
    }

    private static bool WriteField(JsonBuffer to, ReadOnlySpan<byte> json, Field field, Member member, byte[]? instead, FieldPath path, List<string> unknown)
    {
        var before = to.Length;
        if (instead is not null)
        {
            if (instead.Length == 0) return false;
            to.Name(field.Utf8Name);
            to.Raw(instead);
            return true;
        }
        var absent = member.Token is JsonTokenType.None or JsonTokenType.Null;
        if (absent && !field.Always) return false;
        to.Name(field.Utf8Name);
        if (absent)
        {
            Empty(to, field.Type);
            return true;
        }
        if (Value(to, json, member, field.Type, path, unknown) || field.Always || field.Pointer) return true;
        to.Length = before;
        return false;
    }

    /// <summary>What Go writes for a zero value that is not left out.</summary>
    private static void Empty(JsonBuffer to, FieldType type)
    {
        switch (type.Shape)
        {
            case Shape.Object:
                to.Byte((byte)'{');
                EmptyFields(to, type.Object!);
                to.Byte((byte)'}');
                break;
            case Shape.String: to.Raw("\"\""u8); break;
            case Shape.Integer: to.Raw("0"u8); break;
            case Shape.Boolean: to.Raw("false"u8); break;
            default: to.Raw("null"u8); break;
        }
    }

    private static bool Struct(JsonBuffer to, ReadOnlySpan<byte> json, Member member, ObjectType type, FieldPath path, List<string> unknown)
    {
        var members = new List<Member>();
        JsonText.Members(json, member.Value, members);
        Span<int> found = stackalloc int[type.Fields.Length];
        found.Fill(-1);
        for (var i = 0; i < members.Count; i++)
        {
            var name = members[i].Name.Of(json);
            var index = type.IndexOf(name);
            if (index >= 0) found[index] = i;
            else unknown.Add(path.Path + "." + JsonText.UnescapeToString(name));
        }
        to.Byte((byte)'{');
        var start = to.Length;
        for (var i = 0; i < type.Fields.Length; i++)
        {
            var field = type.Fields[i];
            WriteField(to, json, field, found[i] < 0 ? default : members[found[i]], null, path.In(type, field.Name), unknown);
        }
        var any = to.Length > start;
        to.Byte((byte)'}');
        return any;
    }

    private static bool ListOf(JsonBuffer to, ReadOnlySpan<byte> json, Member member, FieldType type, FieldPath path, List<string> unknown)
    {
        Require(member, JsonTokenType.StartArray, path, type);
        var elements = new List<Member>();
        JsonText.Elements(json, member.Value, elements);
        to.Byte((byte)'[');
        for (var i = 0; i < elements.Count; i++)
        {
            to.Separate();
            if (elements[i].Token == JsonTokenType.Null) Empty(to, type.Element!);
            else Value(to, json, elements[i], type.Element!, path.At(i), unknown);
        }
        to.Byte((byte)']');
        return elements.Count > 0;
    }

    private static bool MapOf(JsonBuffer to, ReadOnlySpan<byte> json, Member member, FieldType type, FieldPath path, List<string> unknown)
    {
        Require(member, JsonTokenType.StartObject, path, type);
        var members = new List<Member>();
        JsonText.Members(json, member.Value, members);
        MemberOrder.Sort(json, members);
        to.Byte((byte)'{');
        foreach (var entry in members)
        {
            to.Separate();
            to.RawString(entry.Name.Of(json));
            to.Byte((byte)':');
            if (entry.Token == JsonTokenType.Null) Empty(to, type.Element!);
            else Value(to, json, entry, type.Element!, path, unknown);
        }
        to.Byte((byte)'}');
        return members.Count > 0;
    }

    private static bool Integer(JsonBuffer to, ReadOnlySpan<byte> json, Member member, FieldType type, FieldPath path)
    {
        Require(member, JsonTokenType.Number, path, type);
        var text = member.Value.Of(json);
        if (!long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) || (type.GoName == "int32" && number is > int.MaxValue or < int.MinValue))
        {
            throw new GoTypeException($"json: cannot unmarshal number {System.Text.Encoding.UTF8.GetString(text)} into Go struct field {path.Full} of type {type.GoName}");
        }
        to.Number(number);
        return number != 0;
    }

    private static bool Base64(JsonBuffer to, ReadOnlySpan<byte> json, Member member, FieldType type, FieldPath path)
    {
        Require(member, JsonTokenType.String, path, type);
        var text = JsonText.UnescapeToString(member.Value.Text(json)).Replace("\r", "", StringComparison.Ordinal).Replace("\n", "", StringComparison.Ordinal);
        var bad = text.AsSpan().IndexOfAnyExcept(Base64Characters);
        if (bad < 0 && text.Length % 4 != 0) bad = text.Length - (text.Length % 4);
        if (bad >= 0) throw new GoTypeException($"illegal base64 data at input byte {bad}");
        to.String(text);
        return text.Length > 0;
    }

    private static readonly System.Buffers.SearchValues<char> Base64Characters = System.Buffers.SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=");

    private static void Require(Member member, JsonTokenType token, FieldPath path, FieldType type)
    {
        if (member.Token != token) throw new GoTypeException(member.Token, path.Full, type.GoName);
    }
}
