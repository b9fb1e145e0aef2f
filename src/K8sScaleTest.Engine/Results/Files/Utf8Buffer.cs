using System.Buffers;
using System.Buffers.Text;
using System.Text;

namespace K8sScaleTest.Engine.Results.Files;

/// <summary>A growing buffer from the pool into which rows are formatted as UTF-8, without a string in between.</summary>
internal sealed class Utf8Buffer : IDisposable
{
    private const int LongestNumber = 40;
    private byte[] _bytes;

    public Utf8Buffer(int capacity) => _bytes = ArrayPool<byte>.Shared.Rent(capacity);

    public int Length { get; private set; }

    public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, Length);

    public void Clear() => Length = 0;

    /// <summary>Drops what was appended after the given length.</summary>
    public void Shorten(int length) => Length = length;

    public void Append(byte value)
    {
        if (Length == _bytes.Length) Grow(1);
        _bytes[Length++] = value;
    }

    public void Append(ReadOnlySpan<byte> value)
    {
        value.CopyTo(Room(value.Length));
        Length += value.Length;
    }

    public void Append(ReadOnlySpan<char> value) => Length += Encoding.UTF8.GetBytes(value, Room(Encoding.UTF8.GetMaxByteCount(value.Length)));

    public void Append(long value)
    {
        Utf8Formatter.TryFormat(value, Room(LongestNumber), out var written);
        Length += written;
    }

    /// <summary>ISO 8601 with seven digits and a Z.</summary>
    public void Append(DateTime utc)
    {
        Utf8Formatter.TryFormat(utc, Room(LongestNumber), out var written, 'O');
        Length += written;
    }

    /// <summary>Nanoseconds as milliseconds with at most six decimals: exact, and the shortest that is.</summary>
    public void AppendMilliseconds(long nanoseconds)
    {
        var room = Room(LongestNumber);
        var at = 0;
        if (nanoseconds < 0)
        {
            room[at++] = (byte)'-';
            nanoseconds = -nanoseconds;
        }

        var (whole, fraction) = Math.DivRem(nanoseconds, 1_000_000);
        Utf8Formatter.TryFormat(whole, room[at..], out var written);
        at += written;
        if (fraction != 0)
        {
            room[at++] = (byte)'.';
            Utf8Formatter.TryFormat(fraction, room[at..], out _, new StandardFormat('D', 6));
            at += 6;
            while (room[at - 1] == '0') at--;
        }

        Length += at;
    }

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = [];
        Length = 0;
    }

    /// <summary>At least this many free bytes at the end.</summary>
    private Span<byte> Room(int bytes)
    {
        if (_bytes.Length - Length < bytes) Grow(bytes);
        return _bytes.AsSpan(Length);
    }

    private void Grow(int bytes)
    {
        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(_bytes.Length * 2, Length + bytes));
        Written.CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = larger;
    }
}
