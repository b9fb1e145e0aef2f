using System.Buffers;
using System.Buffers.Text;
using System.Text;
using System.Text.Unicode;

namespace K8sScaleTest.LocalApi.Json;

/// <summary>
/// Output of JSON as Go's encoding/json writes it: compact, with &lt;, &gt; and &amp; escaped. It knows where it stands, so that offsets
/// into what it wrote can be kept.
/// </summary>
internal sealed class JsonBuffer
{
    private static readonly SearchValues<byte> Unsafe = SearchValues.Create([.. Enumerable.Range(0, 0x20).Select(i => (byte)i), (byte)'"', (byte)'\\', (byte)'<', (byte)'>', (byte)'&', .. Enumerable.Range(0x7f, 0x81).Select(i => (byte)i)]);

    /// <summary>What a raw JSON string must not contain to be copied as it stands.</summary>
    private static readonly SearchValues<byte> NotVerbatim = SearchValues.Create([(byte)'\\', (byte)'<', (byte)'>', (byte)'&', .. Enumerable.Range(0x80, 0x80).Select(i => (byte)i)]);

    [ThreadStatic]
    private static Stack<JsonBuffer>? _free;

    private byte[] _bytes = new byte[8192];

    public int Length { get; set; }

    public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, Length);

    public ReadOnlyMemory<byte> WrittenMemory => _bytes.AsMemory(0, Length);

    /// <summary>A buffer of this thread's, empty. Give it back with <see cref="Return"/> on any thread.</summary>
    public static JsonBuffer Rent()
    {
        var buffer = _free is { Count: > 0 } free ? free.Pop() : new JsonBuffer();
        buffer.Length = 0;
        return buffer;
    }

    public void Return()
    {
        // A buffer that once held a big object would keep its memory for ever.
        if (_bytes.Length > 256 * 1024) return;
        var free = _free ??= new Stack<JsonBuffer>();
        if (free.Count < 8) free.Push(this);
    }

    public byte[] ToArray() => Written.ToArray();

    public void Raw(ReadOnlySpan<byte> utf8)
    {
        Reserve(utf8.Length);
        utf8.CopyTo(_bytes.AsSpan(Length));
        Length += utf8.Length;
    }

    public void Byte(byte value)
    {
        Reserve(1);
        _bytes[Length++] = value;
    }

    /// <summary>A property's name, a comma before it unless it is the first in its object.</summary>
    public void Name(ReadOnlySpan<byte> name)
    {
        Separate();
        Byte((byte)'"');
        Raw(name);
        Raw("\":"u8);
    }

    public void NameString(string name)
    {
        Separate();
        String(name);
        Byte((byte)':');
    }

    /// <summary>A comma, unless this is the first member.</summary>
    public void Separate()
    {
        if (Length > 0 && _bytes[Length - 1] is not ((byte)'{' or (byte)'[')) Byte((byte)',');
    }

    public void Property(ReadOnlySpan<byte> name, string value)
    {
        Name(name);
        String(value);
    }

    public void Number(long value)
    {
        Reserve(20);
        Utf8Formatter.TryFormat(value, _bytes.AsSpan(Length), out var written);
        Length += written;
    }

    public void Boolean(bool value) => Raw(value ? "true"u8 : "false"u8);

    public void String(string value)
    {
        Byte((byte)'"');
        Span<byte> small = stackalloc byte[512];
        if (value.Length <= 170)
        {
            var status = Utf8.FromUtf16(value, small, out _, out var written);
            if (status == OperationStatus.Done)
            {
                Escaped(small[..written]);
                Byte((byte)'"');
                return;
            }
        }
        Escaped(Encoding.UTF8.GetBytes(value));
        Byte((byte)'"');
    }

    public void String(ReadOnlySpan<byte> utf8)
    {
        Byte((byte)'"');
        Escaped(utf8);
        Byte((byte)'"');
    }

    /// <summary>A string token as it stood in a request, without its quotes: copied, or unescaped and written as Go would.</summary>
    public void RawString(ReadOnlySpan<byte> token)
    {
        Byte((byte)'"');
        if (token.IndexOfAny(NotVerbatim) < 0) Raw(token);
        else Escaped(JsonText.Unescape(token));
        Byte((byte)'"');
    }

    /// <summary>Makes room, and says at which index it begins.</summary>
    public void Reserve(int count)
    {
        if (_bytes.Length - Length >= count) return;
        Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, Length + count));
    }

    private void Escaped(ReadOnlySpan<byte> utf8)
    {
        while (utf8.Length > 0)
        {
            var at = utf8.IndexOfAny(Unsafe);
            if (at < 0)
            {
                Raw(utf8);
                return;
            }
            Raw(utf8[..at]);
            utf8 = utf8[at..];
            Rune.DecodeFromUtf8(utf8, out var rune, out var consumed);
            WriteRune(rune, utf8[..consumed]);
            utf8 = utf8[consumed..];
        }
    }

    private void WriteRune(Rune rune, ReadOnlySpan<byte> utf8)
    {
        switch (rune.Value)
        {
            case '"': Raw("\\\""u8); break;
            case '\\': Raw("\\\\"u8); break;
            case '\n': Raw("\\n"u8); break;
            case '\r': Raw("\\r"u8); break;
            case '\t': Raw("\\t"u8); break;
            case '\b': Raw("\\b"u8); break;
            case '\f': Raw("\\f"u8); break;
            case < 0x20 or '<' or '>' or '&':
                Raw("\\u00"u8);
                Byte(Hex(rune.Value >> 4));
                Byte(Hex(rune.Value & 15));
                break;
            case 0x2028: Raw("\\u2028"u8); break;
            case 0x2029: Raw("\\u2029"u8); break;
            case 0xFFFD when !utf8.SequenceEqual("\uFFFD"u8): Raw("\\ufffd"u8); break;
            default: Raw(utf8); break;
        }
    }

    private static byte Hex(int digit) => (byte)(digit < 10 ? '0' + digit : 'a' + digit - 10);
}
