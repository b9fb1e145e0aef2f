using System.Text.Json;
using K8sScaleTest.LocalApi.Http;
using K8sScaleTest.LocalApi.Json;
using K8sScaleTest.LocalApi.Schema;
using K8sScaleTest.LocalApi.Storage;

namespace K8sScaleTest.LocalApi.ManagedFields;

/// <summary>Puts metadata.managedFields into the body of an object that is about to be stored.</summary>
internal static class Ownership
{
    /// <param name="request">Who writes to what.</param>
    /// <param name="value">What was sent.</param>
    /// <param name="existing">The stored state; null for a create.</param>
    /// <param name="body">The canonical body without managed fields.</param>
    /// <param name="layout">Of that body; of the result afterwards.</param>
    /// <param name="manager">The name of who writes.</param>
    public static byte[] Add(ApiRequest request, DecodedObject value, DecodedObject? existing, ReadOnlySpan<byte> body, ref BodyLayout layout, string manager)
    {
        var to = JsonBuffer.Rent();
        try
        {
            if (value.Managed is { } applied) Write(to, applied, request);
            else if (existing is not null && !Sent(request, value, existing) && IsSame(existing, body, layout)) to.Raw(Current(existing));
            else Changed(to, request, value, existing, body, layout, manager);
            return Spliced(body, ref layout, to.Written);
        }
        finally
        {
            to.Return();
        }
    }

    private static void Changed(JsonBuffer to, ApiRequest request, DecodedObject value, DecodedObject? existing, ReadOnlySpan<byte> body, in BodyLayout layout, string manager)
    {
        var version = request.Version;
        using var now = Parse(request, body, layout.MetadataEnd);
        var given = Sent(request, value, existing) ? Given(value) : null;
        if (existing is null)
        {
            Write(to, FieldManager.Update(given ?? [], FieldComparison.Of(version.Nothing, now.RootElement, version.MergeType), request, manager), request);
            return;
        }
        using var before = Parse(request, existing.Text.Span[1..], End(existing));
        using var entries = JsonDocument.Parse(existing.ManagedFields.Value.IsNone ? "[]"u8.ToArray() : existing.ManagedFields.Value.Of(existing.Text.Span).ToArray());
        var current = given ?? ManagedEntry.Read(entries.RootElement) ?? [];
        Write(to, FieldManager.Update(current, FieldComparison.Of(before.RootElement, now.RootElement, version.MergeType), request, manager), request);
    }

    /// <summary>Whether a client sent entries of its own, not those it had read.</summary>
    private static bool Sent(ApiRequest request, DecodedObject value, DecodedObject? existing) =>
        request.Subresource.Length == 0 && !value.ManagedFields.Value.IsNone
        && (existing is null || !value.ManagedFields.Value.Of(value.Text.Span).SequenceEqual(Current(existing)));

    /// <summary>
    /// The entries that a client sent along, which replace those there are; empty for none, or a single empty one, which clears them; null for what is no list of entries.
    /// </summary>
    private static List<ManagedEntry>? Given(DecodedObject value)
    {
        using var document = JsonDocument.Parse(value.ManagedFields.Value.Of(value.Text.Span).ToArray());
        var list = document.RootElement;
        if (list.GetArrayLength() == 0 || (list.GetArrayLength() == 1 && list[0].ValueKind == JsonValueKind.Object && !list[0].EnumerateObject().Any())) return [];
        return ManagedEntry.Read(list);
    }

    /// <summary>A body as the version of the request shows it.</summary>
    private static JsonDocument Parse(ApiRequest request, ReadOnlySpan<byte> body, int metadataEnd)
    {
        var shown = request.Resource.Convert is { } convert && !request.Resource.IsCustom && request.VersionIndex > 0 ? convert(body.ToArray(), metadataEnd, request.VersionIndex) : body;
        return JsonDocument.Parse((byte[])[(byte)'{', .. shown]);
    }

    private static void Write(JsonBuffer to, List<ManagedEntry> entries, ApiRequest request)
    {
        if (entries.Count == 0) return;
        to.Byte((byte)'[');
        foreach (var entry in entries) entry.WriteTo(to, request.Resource.IsCustom);
        to.Byte((byte)']');
    }

    private static ReadOnlySpan<byte> Current(DecodedObject existing) => existing.ManagedFields.Value.IsNone ? default : existing.ManagedFields.Value.Of(existing.Text.Span);

    /// <summary>Just after metadata, in a stored body.</summary>
    private static int End(DecodedObject existing) => existing.Metadata.Value.Start + existing.Metadata.Value.Length - 1;

    /// <summary>Whether nothing but the resourceVersion and the managed fields differ.</summary>
    private static bool IsSame(DecodedObject existing, ReadOnlySpan<byte> body, in BodyLayout layout)
    {
        // The stored body is this one with its own digits and, before the end of its metadata, the managed fields.
        var old = existing.Text.Span[1..];
        var digits = existing.ResourceVersion.Length;
        if (old.Length < layout.RvOffset || !old[..layout.RvOffset].SequenceEqual(body[..layout.RvOffset])) return false;
        var end = End(existing);
        var managed = existing.ManagedFields.Value.IsNone ? 0 : existing.ManagedFields.Value.Length + ",\"managedFields\":"u8.Length;
        var between = old[(layout.RvOffset + digits)..(end - 1 - managed)];
        return between.SequenceEqual(body[(layout.RvOffset + layout.RvLength)..(layout.MetadataEnd - 1)]) && old[end..].SequenceEqual(body[layout.MetadataEnd..]);
    }

    private static byte[] Spliced(ReadOnlySpan<byte> body, ref BodyLayout layout, ReadOnlySpan<byte> managed)
    {
        if (managed.IsEmpty) return body.ToArray();
        var name = ",\"managedFields\":"u8;
        var at = layout.MetadataEnd - 1;
        var result = GC.AllocateUninitializedArray<byte>(body.Length + name.Length + managed.Length);
        body[..at].CopyTo(result);
        name.CopyTo(result.AsSpan(at));
        managed.CopyTo(result.AsSpan(at + name.Length));
        body[at..].CopyTo(result.AsSpan(at + name.Length + managed.Length));
        layout = layout with { MetadataEnd = layout.MetadataEnd + name.Length + managed.Length };
        return result;
    }
}
