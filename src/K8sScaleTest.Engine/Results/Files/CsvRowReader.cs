namespace K8sScaleTest.Engine.Results.Files;

/// <summary>Rows of RFC 4180 as spans over the file's bytes.</summary>
internal sealed class CsvRowReader(FileBuffer buffer, byte[] delimiter, int linesBefore)
{
    private readonly List<(int Start, int Length, bool Escaped)> _fields = [];
    private byte[] _unescaped = new byte[256];
    private int _length;

    // Lines of the row last read: more than one where a quoted field holds line ends.
    private int _lines = 1;

    /// <summary>The number of the line on which the row begins, from 1.</summary>
    public long Line { get; private set; } = linesBefore;

    public int FieldCount => _fields.Count;

    /// <summary>Whether the row ended with a line's end, and not with the file's.</summary>
    public bool Terminated { get; private set; }

    /// <summary>What is wrong with the row's quotes, or null.</summary>
    public string? Problem { get; private set; }

    /// <summary>The length of the row.</summary>
    public int Length => _length;

    /// <summary>Reads the next row that is not blank; the one before is gone.</summary>
    public bool Read()
    {
        do
        {
            buffer.Consume(_length);
            Line += _lines;
            _length = 0;
            while (!Parse())
            {
                if (buffer.Fill()) continue;
                if (buffer.Available.IsEmpty) return false;
                Parse(atEnd: true);
                break;
            }
        }
        while (_fields.Count == 1 && _fields[0].Length == 0 && Problem is null && Terminated);

        return true;
    }

    /// <summary>A field of the row, without its quotes; valid until the next call.</summary>
    public ReadOnlySpan<byte> Field(int index)
    {
        var (start, length, escaped) = _fields[index];
        var text = buffer.Available.Slice(start, length);
        return escaped ? Unescape(text) : text;
    }

    private ReadOnlySpan<byte> Unescape(ReadOnlySpan<byte> text)
    {
        if (_unescaped.Length < text.Length) _unescaped = new byte[text.Length * 2];
        var length = 0;
        for (var i = 0; i < text.Length; i++)
        {
            _unescaped[length++] = text[i];
            if (text[i] == '"') i++;
        }

        return _unescaped.AsSpan(0, length);
    }

    /// <summary>Parses a row from the start of what is available.</summary>
    /// <returns>False when more must be read first.</returns>
    private bool Parse(bool atEnd = false)
    {
        _fields.Clear();
        Problem = null;
        Terminated = true;
        _lines = 1;
        var bytes = buffer.Available;
        var at = 0;
        while (true)
        {
            int end;
            if (at < bytes.Length && bytes[at] == '"')
            {
                end = QuotedEnd(bytes, at + 1, out var escaped);
                // The byte after the quote decides whether it was the closing one.
                if (end < 0 || (end + 1 >= bytes.Length && !atEnd))
                {
                    if (!atEnd) return false;
                    Problem = "a quote is never closed";
                    return Ended(bytes.Length);
                }

                _lines += bytes[at..end].Count((byte)'\n');
                _fields.Add((at + 1, end - at - 1, escaped));
                at = end + 1;
                if (at == bytes.Length) return Ended(at);
                end = at + EndOfField(bytes[at..]);
                if (end > at && !(end == at + 1 && bytes[at] == '\r')) Problem ??= "text follows a closing quote";
            }
            else
            {
                var length = EndOfField(bytes[at..]);
                end = at + length;
                var trimmed = end < bytes.Length && bytes[end] == '\n' && length > 0 && bytes[end - 1] == '\r' ? length - 1 : length;
                _fields.Add((at, trimmed, false));
            }

            if (end >= bytes.Length) return atEnd && Ended(bytes.Length);
            if (bytes[end] == '\n')
            {
                _length = end + 1;
                return true;
            }

            at = end + delimiter.Length;
        }
    }

    private bool Ended(int length)
    {
        _length = length;
        Terminated = false;
        return true;
    }

    /// <summary>Where an unquoted field ends: at a delimiter, a line's end or the end of what is available.</summary>
    private int EndOfField(ReadOnlySpan<byte> bytes)
    {
        var from = 0;
        while (true)
        {
            var found = bytes[from..].IndexOfAny(delimiter[0], (byte)'\n');
            if (found < 0) return bytes.Length;
            found += from;
            if (bytes[found] == '\n' || delimiter.Length == 1 || bytes[found..].StartsWith(delimiter)) return found;
            from = found + 1;
        }
    }

    private static int QuotedEnd(ReadOnlySpan<byte> bytes, int from, out bool escaped)
    {
        escaped = false;
        while (true)
        {
            var quote = bytes[from..].IndexOf((byte)'"');
            if (quote < 0) return -1;
            quote += from;
            if (quote + 1 >= bytes.Length || bytes[quote + 1] != '"') return quote;
            escaped = true;
            from = quote + 2;
        }
    }
}
