using System.Text.Json;
using K8sScaleTest.LocalApi.Http;
using K8sScaleTest.LocalApi.Json;
using K8sScaleTest.LocalApi.Resources;
using K8sScaleTest.LocalApi.Schema;

namespace K8sScaleTest.LocalApi.CustomResources;

/// <summary>Custom resources: pruned, defaulted and checked by the schema of the version that they were sent in.</summary>
internal sealed class CustomRules(ServedVersion[] versions) : IObjectRules
{
    public void Prepare(DecodedObject value, int version, DecodedObject? existing)
    {
        var served = versions[version];
        var schema = served.Type.Structural!;
        var isStatus = value.Subresource == "status";
        if (isStatus && existing is not null) value.KeepMetadataOf(existing);
        var writer = new StructuralWriter(value.UnknownFields);
        var to = JsonBuffer.Rent();
        try
        {
            if (served.HasStatus)
            {
                // The object's own endpoint never changes its status, and that of the status nothing else.
                var text = isStatus ? Combined(existing!, value) : existing is null ? Combined(value, null) : Combined(value, existing);
                var members = new List<Member>();
                JsonText.Members(text, new Slice(0, text.Length), members);
                writer.Members(to, text, members, schema);
            }
            else
            {
                writer.Members(to, value.Text.Span, value.CustomMembers, schema);
            }
            value.UnknownFields.Sort(StringComparer.Ordinal);
            value.Rest = to.ToArray();
        }
        finally
        {
            to.Return();
        }
        Finalizers(value, existing);
    }

    public void Validate(DecodedObject value, DecodedObject? existing, List<Cause> causes)
    {
        MetaValidation.Validate(value, NameRule.Subdomain, causes, anyFinalizer: true);
        using var document = Document(value);
        using var before = existing is null ? null : JsonDocument.Parse(existing.Text);
        var root = document.RootElement;
        var old = before?.RootElement ?? default;
        var schema = value.Type.Structural!;
        if (value.Subresource == "status")
        {
            Status(root, old, schema, causes);
            Scale(value, root, causes, spec: false);
        }
        else
        {
            SchemaValidator.Validate(root, old, schema, "", causes);
            Scale(value, root, causes, spec: true);
            EmbeddedResources.Validate(root, schema, "", causes);
        }
        var twice = new List<Cause>();
        ListTypes.Validate(root, schema, "", twice);
        if (twice.Count == 0) return;
        var twiceBefore = new List<Cause>();
        if (existing is not null) ListTypes.Validate(old, schema, "", twiceBefore);
        if (twiceBefore.Count == 0) causes.AddRange(twice);
    }

    /// <summary>A stored body as a version has it: pruned and defaulted by that one's schema.</summary>
    public static byte[] Convert(byte[] body, int metadataEnd, StructuralSchema schema)
    {
        var to = JsonBuffer.Rent();
        try
        {
            var rest = body.AsSpan(metadataEnd);
            var text = rest.Length > 1 ? (byte[])[(byte)'{', .. rest[1..]] : "{}"u8.ToArray();
            var members = new List<Member>();
            JsonText.Members(text, new Slice(0, text.Length), members);
            new StructuralWriter(null).Members(to, text, members, schema);
            if (to.Written.SequenceEqual(text.AsSpan(1, text.Length - 2))) return body;
            var result = new byte[metadataEnd + (to.Length == 0 ? 0 : 1) + to.Length + 1];
            body.AsSpan(0, metadataEnd).CopyTo(result);
            if (to.Length > 0) result[metadataEnd] = (byte)',';
            to.Written.CopyTo(result.AsSpan(result.Length - 1 - to.Length));
            result[^1] = (byte)'}';
            return result;
        }
        finally
        {
            to.Return();
        }
    }

    /// <summary>One text of two: everything but the status of the first, the status of the second.</summary>
    private static byte[] Combined(DecodedObject most, DecodedObject? status)
    {
        var to = JsonBuffer.Rent();
        to.Byte((byte)'{');
        Copy(to, most, wantStatus: false);
        if (status is not null) Copy(to, status, wantStatus: true);
        to.Byte((byte)'}');
        var result = to.ToArray();
        to.Return();
        return result;
    }

    private static void Copy(JsonBuffer to, DecodedObject from, bool wantStatus)
    {
        var json = from.Text.Span;
        foreach (var member in from.CustomMembers)
        {
            if (member.Name.Of(json).SequenceEqual("status"u8) != wantStatus) continue;
            to.Name(member.Name.Of(json));
            to.Raw(member.Value.Of(json));
        }
    }

    /// <summary>The object with what its metadata's schema could speak of.</summary>
    private static JsonDocument Document(DecodedObject value)
    {
        var to = JsonBuffer.Rent();
        to.Byte((byte)'{');
        to.Property("apiVersion"u8, value.ApiVersion);
        to.Property("kind"u8, value.Kind);
        to.Raw(",\"metadata\":{"u8);
        if (value.Name.Length > 0) to.Property("name"u8, value.Name);
        if (value.GenerateName.Length > 0) to.Property("generateName"u8, value.GenerateName);
        to.Byte((byte)'}');
        if (value.Rest.Length > 0) to.Byte((byte)',');
        to.Raw(value.Rest);
        to.Byte((byte)'}');
        var result = JsonDocument.Parse(to.ToArray());
        to.Return();
        return result;
    }

    private static void Status(JsonElement root, JsonElement old, StructuralSchema schema, List<Cause> causes)
    {
        if (!root.TryGetProperty("status", out var status) || schema.Child("status") is not { } inner) return;
        var found = new List<Cause>();
        SchemaValidator.Validate(status, Definition.Member(old, "status"), inner, "", found);
        causes.AddRange(found.Select(c => c with { Field = c.Field == "<nil>" ? "status" : "status." + c.Field }));
    }

    private void Scale(DecodedObject value, JsonElement root, List<Cause> causes, bool spec)
    {
        var scale = Array.Find(versions, v => ReferenceEquals(v.Type, value.Type))?.Scale;
        if (scale is null) return;
        if (spec) Replicas(scale.SpecReplicasPath);
        Replicas(scale.StatusReplicasPath);

        void Replicas(string path)
        {
            var count = ScalePaths.Number(root, path, out var problem);
            if (problem is not null) causes.Add(Cause.InvalidJson(path, "0", problem));
            else if (count < 0) causes.Add(Cause.InvalidJson(path, count.Value.ToString(System.Globalization.CultureInfo.InvariantCulture), "should be a non-negative integer"));
            else if (count > int.MaxValue) causes.Add(Cause.InvalidJson(path, count.Value.ToString(System.Globalization.CultureInfo.InvariantCulture), $"should be less than or equal to {int.MaxValue}"));
        }
    }

    /// <summary>Finalizers that two controllers could both mean get a warning.</summary>
    private static void Finalizers(DecodedObject value, DecodedObject? existing)
    {
        if (value.Finalizers.Value.IsNone || value.Subresource.Length > 0) return;
        var before = existing is null ? [] : Names(existing);
        foreach (var name in Names(value).Except(before).Order(StringComparer.Ordinal))
        {
            foreach (var problem in NameRule.QualifiedName(name)) value.Warnings.Add($"metadata.finalizers: {Go.Quote(name)}: {problem}");
            if (name.Contains('/', StringComparison.Ordinal) || name is "orphan" or "foregroundDeletion" or "kubernetes") continue;
            value.Warnings.Add($"metadata.finalizers: {Go.Quote(name)}: prefer a domain-qualified finalizer name {(name.Contains('.', StringComparison.Ordinal) ? "including a path (/) " : "")}to avoid accidental conflicts with other finalizer writers");
        }
    }

    private static string[] Names(DecodedObject value)
    {
        if (value.Finalizers.Value.IsNone) return [];
        var elements = new List<Member>();
        JsonText.Elements(value.Text.Span, value.Finalizers.Value, elements);
        var names = new List<string>();
        foreach (var element in elements)
        {
            if (element.Token == JsonTokenType.String) names.Add(JsonText.UnescapeToString(element.Value.Text(value.Text.Span)));
        }
        return [.. names];
    }
}
