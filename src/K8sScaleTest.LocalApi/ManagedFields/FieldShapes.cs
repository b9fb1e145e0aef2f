using System.Text.Json;
using K8sScaleTest.LocalApi.Json;

namespace K8sScaleTest.LocalApi.ManagedFields;

/// <summary>
/// What the fields of whole objects look like as FieldsV1, by the names in them. Objects that one client makes differ in their values, not in
/// their names: a look-up then takes the place of comparing trees.
/// </summary>
internal sealed class FieldShapes
{
    private const int Slots = 256;
    private const int LongestSignature = 4096;
    private readonly Shape?[] _slots = new Shape?[Slots];

    private sealed record Shape(byte[] Signature, byte[] Fields);

    /// <summary>The fields of an object; empty where there are none to own, null for one that is not worth a look-up.</summary>
    /// <param name="json">The object, canonical; its managed fields do not count.</param>
    /// <param name="compute">Finds the fields when they are not known yet.</param>
    /// <param name="state">For it.</param>
    public byte[]? Get<TState>(ReadOnlySpan<byte> json, Func<byte[], TState, byte[]> compute, TState state)
    {
        var signature = JsonBuffer.Rent();
        try
        {
            if (!Sign(json, signature)) return null;
            var hash = default(HashCode);
            hash.AddBytes(signature.Written);
            ref var slot = ref _slots[hash.ToHashCode() & (Slots - 1)];
            if (Volatile.Read(ref slot) is { } known && signature.Written.SequenceEqual(known.Signature)) return known.Fields;
            var fields = compute(json.ToArray(), state);
            Volatile.Write(ref slot, new Shape(signature.ToArray(), fields));
            return fields;
        }
        finally
        {
            signature.Return();
        }
    }

    /// <summary>
    /// All that decides which fields there are: names, lists as a whole, and whether a value is empty. What separates them are bytes that no
    /// JSON text has outside of its strings, nor inside.
    /// </summary>
    private static bool Sign(ReadOnlySpan<byte> json, JsonBuffer to)
    {
        var reader = new Utf8JsonReader(json);
        var inMetadata = false;
        while (reader.Read())
        {
            if (to.Length > LongestSignature) return false;
            switch (reader.TokenType)
            {
                case JsonTokenType.PropertyName:
                    if (reader.CurrentDepth == 1) inMetadata = reader.ValueTextEquals("metadata"u8);
                    if (inMetadata && reader.CurrentDepth == 2 && reader.ValueTextEquals("managedFields"u8))
                    {
                        reader.Read();
                        reader.Skip();
                        break;
                    }
                    to.Raw(reader.ValueSpan);
                    to.Byte(1);
                    break;
                case JsonTokenType.StartObject: to.Byte(2); break;
                case JsonTokenType.EndObject: to.Byte(3); break;
                case JsonTokenType.StartArray:
                    // Keys and values of its elements are part of their fields' names.
                    var start = (int)reader.TokenStartIndex;
                    reader.Skip();
                    to.Raw(json[start..(int)reader.BytesConsumed]);
                    to.Byte(4);
                    break;
                case JsonTokenType.String when reader.ValueSpan.IsEmpty: to.Byte(5); break;
                case JsonTokenType.Null: to.Byte(6); break;
                case JsonTokenType.Number when reader.ValueSpan is [(byte)'0']: to.Byte(7); break;
                case JsonTokenType.False: to.Byte(8); break;
                default: to.Byte(14); break;
            }
        }
        return true;
    }
}
