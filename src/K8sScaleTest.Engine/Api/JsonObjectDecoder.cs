using System.Globalization;
using System.Text;
using System.Text.Json;

namespace K8sScaleTest.Engine.Api;

/// <summary>Reads JSON: watch events one a line, lists object by object however large they are.</summary>
internal sealed class JsonObjectDecoder : IObjectDecoder
{
    // As deep as any object goes; the reader's own limit is 64.
    private static readonly JsonReaderOptions Options = new() { MaxDepth = 1000 };
    private readonly JsonObjectReader _objects;
    private JsonReaderState _state = new(Options);
    private ListPart _part;
    private int _scanned;
    private long _position;

    /// <param name="annotations">Names of the annotations to read.</param>
    /// <param name="hashContent">Whether to hash what objects say.</param>
    public JsonObjectDecoder(IReadOnlyList<string> annotations, bool hashContent) => _objects = new(annotations, hashContent);

    private enum ListPart : byte
    {
        Before,
        Members,
        Items,
        After,
    }

    /// <inheritdoc/>
    public string MediaType => "application/json";

    /// <inheritdoc/>
    public ulong ListResourceVersion { get; private set; }

    /// <inheritdoc/>
    public string? Continue { get; private set; }

    /// <inheritdoc/>
    public int ReadEvent(ReadOnlySpan<byte> available, ObservedEvent observed)
    {
        // What was looked through before need not be looked through again: an event may come in hundreds of pieces.
        var found = available[_scanned..].IndexOf((byte)'\n');
        if (found < 0)
        {
            _scanned = available.Length;
            return 0;
        }

        var length = _scanned + found + 1;
        _scanned = 0;
        try
        {
            ReadLine(available[..length], observed);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException)
        {
            throw Malformed("An event", _position + ((e as JsonException)?.BytePositionInLine ?? 0), available[..length], e);
        }

        _position += length;
        return length;
    }

    /// <inheritdoc/>
    public int ReadList(ReadOnlySpan<byte> available, bool final, ObservedObject observed, IObjectConsumer consumer)
    {
        var consumed = 0;
        try
        {
            var reader = new Utf8JsonReader(available, final, _state);
            while (_part != ListPart.After)
            {
                // An object that has not come whole is read again from its start when more of it is there.
                _state = reader.CurrentState;
                consumed = (int)reader.BytesConsumed;
                if (!Step(ref reader, available, observed, consumer)) break;
            }

            if (_part == ListPart.After) consumed = available.Length;
            else if (final) throw new JsonException("It ended too soon.");
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException)
        {
            throw Malformed("The list", _position + consumed, available[consumed..], e);
        }

        _position += consumed;
        return consumed;
    }

    /// <summary>One member of the list, or one object of its items; false when it has not come whole.</summary>
    private bool Step(ref Utf8JsonReader reader, ReadOnlySpan<byte> available, ObservedObject observed, IObjectConsumer consumer)
    {
        if (!reader.Read()) return false;
        switch (_part)
        {
            case ListPart.Before:
                if (reader.TokenType != JsonTokenType.StartObject) throw new JsonException("A list begins with a brace.");
                _part = ListPart.Members;
                return true;
            case ListPart.Items when reader.TokenType == JsonTokenType.EndArray:
                _part = ListPart.Members;
                return true;
            case ListPart.Items:
                if (!_objects.TryRead(ref reader, available, observed)) return false;
                consumer.OnObject(observed);
                return true;
            default:
                return Member(ref reader);
        }
    }

    private bool Member(ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.EndObject)
        {
            _part = ListPart.After;
            return true;
        }

        var items = reader.ValueTextEquals("items"u8);
        var metadata = reader.ValueTextEquals("metadata"u8);
        if (!reader.Read()) return false;
        if (items && reader.TokenType == JsonTokenType.StartArray)
        {
            _part = ListPart.Items;
            return true;
        }

        return metadata && reader.TokenType == JsonTokenType.StartObject ? ListMetadata(ref reader) : reader.TrySkip();
    }

    private bool ListMetadata(ref Utf8JsonReader reader)
    {
        while (reader.Read())
        {
            if (reader.TokenType == JsonTokenType.EndObject) return true;
            var version = reader.ValueTextEquals("resourceVersion"u8);
            var next = reader.ValueTextEquals("continue"u8);
            if (!reader.Read()) return false;
            if (version) ListResourceVersion = JsonObjectReader.Version(ref reader);
            else if (next) Continue = reader.GetString() is { Length: > 0 } token ? token : null;
            else if (!reader.TrySkip()) return false;
        }

        return false;
    }

    private void ReadLine(ReadOnlySpan<byte> line, ObservedEvent observed)
    {
        var reader = new Utf8JsonReader(line, Options);
        observed.Status = null;
        ObservedEventKind? kind = null;
        var (start, length) = (-1, 0);
        var read = false;
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject) throw new JsonException("An event begins with a brace.");
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isType = reader.ValueTextEquals("type"u8);
            var isObject = reader.ValueTextEquals("object"u8);
            reader.Read();
            if (isType)
            {
                kind = KindOf(ref reader);
            }
            else if (isObject && kind is not null and not ObservedEventKind.Error)
            {
                // The type comes first from every server there is.
                _objects.TryRead(ref reader, line, observed.Subject, bookmark: kind == ObservedEventKind.Bookmark);
                read = true;
            }
            else
            {
                var from = (int)reader.TokenStartIndex;
                reader.Skip();
                if (isObject) (start, length) = (from, (int)reader.BytesConsumed - from);
            }
        }

        // Nothing but white space may follow: this throws otherwise.
        reader.Read();
        observed.Kind = kind ?? throw new JsonException("It has no type.");
        if (read) return;
        if (start < 0) throw new JsonException("It has no object.");
        var rest = line.Slice(start, length);
        if (kind == ObservedEventKind.Error)
        {
            observed.Status = ApiStatus.Parse(CodeOf(rest), rest, null);
            return;
        }

        var late = new Utf8JsonReader(rest, Options);
        late.Read();
        _objects.TryRead(ref late, rest, observed.Subject, bookmark: kind == ObservedEventKind.Bookmark);
    }

    private static ObservedEventKind KindOf(ref Utf8JsonReader reader) =>
        reader.ValueTextEquals("ADDED"u8) ? ObservedEventKind.Added
        : reader.ValueTextEquals("MODIFIED"u8) ? ObservedEventKind.Modified
        : reader.ValueTextEquals("DELETED"u8) ? ObservedEventKind.Deleted
        : reader.ValueTextEquals("BOOKMARK"u8) ? ObservedEventKind.Bookmark
        : reader.ValueTextEquals("ERROR"u8) ? ObservedEventKind.Error
        : throw new JsonException($"'{reader.GetString()}' is no type of an event.");

    /// <summary>The code of a Status in the stream: the response's own was 200.</summary>
    private static int CodeOf(ReadOnlySpan<byte> status)
    {
        var reader = new Utf8JsonReader(status, Options);
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject) return 0;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isCode = reader.ValueTextEquals("code"u8);
            reader.Read();
            if (isCode && reader.TokenType == JsonTokenType.Number && reader.TryGetInt32(out var code)) return code;
            reader.Skip();
        }

        return 0;
    }

    private static MalformedResponseException Malformed(string what, long position, ReadOnlySpan<byte> near, Exception cause)
    {
        const int Shown = 60;
        var text = Encoding.UTF8.GetString(near[..Math.Min(near.Length, Shown)]).TrimEnd();
        return new(string.Create(CultureInfo.InvariantCulture, $"{what} cannot be read, at byte {position} of the response: {cause.Message} It begins with '{text}'."), cause);
    }
}
