using System.Buffers.Text;
using System.Text;
using System.Text.Json;

namespace K8sScaleTest.Engine.Api;

/// <summary>Reads of an object what an <see cref="ObservedObject"/> holds, in one pass. Keys are matched at their depth.</summary>
internal sealed class JsonObjectReader
{
    private static readonly byte[] InitialEventsEnd = "k8s.io/initial-events-end"u8.ToArray();
    private readonly byte[][] _annotations;
    private readonly bool _hashContent;

    public JsonObjectReader(IReadOnlyList<string> annotations, bool hashContent)
    {
        _annotations = [.. annotations.Select(Encoding.UTF8.GetBytes)];
        _hashContent = hashContent;
    }

    /// <summary>Reads the object at whose brace the reader stands; false when it has not come whole.</summary>
    /// <param name="reader">Stands behind the object afterwards.</param>
    /// <param name="json">What the reader reads.</param>
    /// <param name="observed">Gets it.</param>
    /// <param name="bookmark">Whether to look for what ends initial events.</param>
    public bool TryRead(ref Utf8JsonReader reader, ReadOnlySpan<byte> json, ObservedObject observed, bool bookmark = false)
    {
        observed.Reset();
        if (reader.TokenType != JsonTokenType.StartObject) throw new JsonException("An object begins with a brace.");
        var start = reader.TokenStartIndex;
        while (reader.Read())
        {
            if (reader.TokenType == JsonTokenType.EndObject)
            {
                observed.Complete((int)(reader.BytesConsumed - start));
                return true;
            }

            var member = (int)reader.TokenStartIndex;
            var metadata = reader.ValueTextEquals("metadata"u8);
            var hashed = _hashContent && !reader.ValueTextEquals("kind"u8) && !reader.ValueTextEquals("apiVersion"u8);
            if (!reader.Read()) return false;
            if (metadata && reader.TokenType == JsonTokenType.StartObject ? !Metadata(ref reader, observed, bookmark) : !reader.TrySkip()) return false;

            // A sum: two encoders may order members differently.
            if (hashed) observed.ContentHash += ContentHash.Of(json[member..(int)reader.BytesConsumed]);
        }

        return false;
    }

    /// <summary>A resourceVersion, which is a number in a string.</summary>
    public static ulong Version(ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.Null) return 0;
        if (reader.TokenType != JsonTokenType.String) throw new JsonException("A resourceVersion is a string.");
        var text = reader.ValueSpan;
        if (text.IsEmpty) return 0;
        return Utf8Parser.TryParse(text, out ulong version, out var read) && read == text.Length
            ? version : throw new JsonException($"The resourceVersion '{reader.GetString()}' is no number, and cannot be ordered.");
    }

    private bool Metadata(ref Utf8JsonReader reader, ObservedObject observed, bool bookmark)
    {
        while (reader.Read())
        {
            if (reader.TokenType == JsonTokenType.EndObject) return true;
            var field = FieldOf(ref reader);
            if (!reader.Read()) return false;
            switch (field)
            {
                case Field.Name:
                    observed.SetName(Text(ref reader, observed));
                    break;
                case Field.Namespace:
                    observed.SetNamespace(Text(ref reader, observed));
                    break;
                case Field.Uid:
                    observed.SetUid(Text(ref reader, observed));
                    break;
                case Field.ResourceVersion:
                    observed.ResourceVersion = Version(ref reader);
                    break;
                case Field.CreationTimestamp:
                    // 2006-01-02T15:04:05Z; null in objects that were never stored, such as bookmarks.
                    if (reader.TokenType == JsonTokenType.String) observed.CreationUnixSeconds = reader.GetDateTimeOffset().ToUnixTimeSeconds();
                    break;
                case Field.Annotations when reader.TokenType == JsonTokenType.StartObject:
                    if (!Annotations(ref reader, observed, bookmark)) return false;
                    break;
                default:
                    if (!reader.TrySkip()) return false;
                    break;
            }
        }

        return false;
    }

    private static Field FieldOf(ref Utf8JsonReader reader) => reader.ValueSpan.Length switch
    {
        3 when reader.ValueTextEquals("uid"u8) => Field.Uid,
        4 when reader.ValueTextEquals("name"u8) => Field.Name,
        9 when reader.ValueTextEquals("namespace"u8) => Field.Namespace,
        11 when reader.ValueTextEquals("annotations"u8) => Field.Annotations,
        15 when reader.ValueTextEquals("resourceVersion"u8) => Field.ResourceVersion,
        17 when reader.ValueTextEquals("creationTimestamp"u8) => Field.CreationTimestamp,
        _ => Field.Other,
    };

    private bool Annotations(ref Utf8JsonReader reader, ObservedObject observed, bool bookmark)
    {
        while (reader.Read())
        {
            if (reader.TokenType == JsonTokenType.EndObject) return true;
            var wanted = -1;
            for (var i = 0; i < _annotations.Length && wanted < 0; i++)
            {
                if (reader.ValueTextEquals(_annotations[i])) wanted = i;
            }

            var end = bookmark && reader.ValueTextEquals(InitialEventsEnd);
            if (!reader.Read()) return false;
            if (end) observed.InitialEventsEnd = reader.TokenType == JsonTokenType.String && reader.ValueTextEquals("true"u8);
            if (wanted >= 0 && reader.TokenType == JsonTokenType.String) observed.SetAnnotation(wanted, Text(ref reader, observed));
            else if (!reader.TrySkip()) return false;
        }

        return false;
    }

    private static int Text(ref Utf8JsonReader reader, ObservedObject observed)
    {
        if (reader.TokenType == JsonTokenType.Null) return 0;
        if (reader.TokenType != JsonTokenType.String) throw new JsonException("Names, uids and annotations are strings.");
        return reader.CopyString(observed.Room(reader.ValueSpan.Length));
    }

    private enum Field : byte
    {
        Other,
        Name,
        Namespace,
        Uid,
        ResourceVersion,
        CreationTimestamp,
        Annotations,
    }
}
