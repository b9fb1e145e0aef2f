using System.Buffers;
using System.Text;
using System.Text.Json;

namespace K8sScaleTest.Engine.Objects;

/// <summary>
/// A JSON request body, built once, with slots of fixed length that each operation fills in: the name, the launch time in two
/// forms, the update's number. All slots lie in the head; what follows them is shared by all operations.
/// </summary>
public sealed class BodyTemplate
{
    /// <summary>Bodies up to this length are copied whole for each request in flight, so that one write sends them.</summary>
    internal const int WholeCopyLimit = 16 * 1024;

    private const int TimestampLength = 29; // 2006-01-02 15:04:05.000 +0000
    private const int MicrosecondsLength = 16; // until the year 2286
    private readonly byte[] _head;
    private readonly int[] _nameOffsets;
    private readonly int[] _timestampOffsets;
    private readonly int[] _microsecondsOffsets;
    private readonly (int Offset, int Length)[] _numberSlots;

    private BodyTemplate(byte[] head, ReadOnlyMemory<byte> tail, Builder builder)
    {
        _head = head;
        Tail = tail;
        _nameOffsets = [.. builder.Names];
        _timestampOffsets = [.. builder.Timestamps];
        _microsecondsOffsets = [.. builder.Microseconds];
        _numberSlots = [.. builder.Numbers];
    }

    /// <summary>Length of the whole body in bytes.</summary>
    public int Length => _head.Length + Tail.Length;

    /// <summary>Length of the part that an operation has of its own.</summary>
    public int HeadLength => _head.Length;

    /// <summary>The part that all operations share; empty when the body is small.</summary>
    public ReadOnlyMemory<byte> Tail { get; }

    /// <summary>A fresh head, for a request that will be filled in again and again.</summary>
    public byte[] NewHead() => (byte[])_head.Clone();

    /// <summary>Fills in the slots of a head.</summary>
    /// <param name="head">A head of this template.</param>
    /// <param name="name">The object's name, of the length that the template was built with.</param>
    /// <param name="unixMicroseconds">The launch time, in microseconds since 1970.</param>
    /// <param name="number">The update's number, from 1.</param>
    public void Fill(Span<byte> head, string name, long unixMicroseconds, int number)
    {
        foreach (var offset in _nameOffsets) Encoding.ASCII.GetBytes(name, head[offset..]);
        foreach (var offset in _timestampOffsets) WriteTimestamp(head.Slice(offset, TimestampLength), unixMicroseconds);
        foreach (var offset in _microsecondsOffsets) WriteDigits(head.Slice(offset, MicrosecondsLength), unixMicroseconds);
        foreach (var (offset, length) in _numberSlots) WriteDigits(head.Slice(offset, length), number);
    }

    /// <summary>Builds a template.</summary>
    /// <param name="nameLength">Length that all names of the run have.</param>
    /// <param name="write">Writes the body's JSON.</param>
    internal static BodyTemplate Build(int nameLength, Action<Builder> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(buffer);
        var builder = new Builder(json, nameLength);
        write(builder);
        json.Flush();
        var body = buffer.WrittenSpan.ToArray();
        var headLength = body.Length <= WholeCopyLimit ? body.Length : builder.EndOfSlots;
        return new(body[..headLength], body.AsMemory(headLength), builder);
    }

    private static void WriteDigits(Span<byte> slot, long value)
    {
        for (var i = slot.Length - 1; i >= 0; i--)
        {
            slot[i] = (byte)('0' + (value % 10));
            value /= 10;
        }
    }

    /// <summary>Writes the originals' layout: Go's <c>2006-01-02 15:04:05.000 -0700</c>, in UTC.</summary>
    private static void WriteTimestamp(Span<byte> slot, long unixMicroseconds) =>
        DateTime.UnixEpoch.AddTicks(unixMicroseconds * 10)
            .TryFormat(slot, out _, "yyyy-MM-dd HH:mm:ss.fff +0000", System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>Writes JSON and remembers where its slots are.</summary>
    internal sealed class Builder(Utf8JsonWriter json, int nameLength)
    {
        public Utf8JsonWriter Json => json;

        public List<int> Names { get; } = [];

        public List<int> Timestamps { get; } = [];

        public List<int> Microseconds { get; } = [];

        public List<(int Offset, int Length)> Numbers { get; } = [];

        public int EndOfSlots { get; private set; }

        public void Name(string property) => Names.Add(Slot(property, nameLength));

        public void Timestamp(string property) => Timestamps.Add(Slot(property, TimestampLength));

        public void UnixMicroseconds(string property) => Microseconds.Add(Slot(property, MicrosecondsLength));

        public void Number(string property, int length) => Numbers.Add((Slot(property, length), length));

        private int Slot(string property, int length)
        {
            json.WritePropertyName(property);
            var offset = (int)(json.BytesCommitted + json.BytesPending) + 1; // behind the opening quote
            json.WriteStringValue(new string('0', length));
            EndOfSlots = offset + length + 1;
            return offset;
        }
    }
}
