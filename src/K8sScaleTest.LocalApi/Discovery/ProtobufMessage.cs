using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace K8sScaleTest.LocalApi.Discovery;

/// <summary>A protobuf message being written.</summary>
internal sealed class ProtobufMessage
{
    private const int Varint = 0;
    private const int Fixed64 = 1;
    private const int Delimited = 2;
    private readonly ArrayBufferWriter<byte> _bytes = new();

    public byte[] ToArray() => _bytes.WrittenSpan.ToArray();

    public void Text(int number, string value) => Bytes(number, Encoding.UTF8.GetBytes(value));

    public void Integer(int number, long value)
    {
        Tag(number, Varint);
        Number((ulong)value);
    }

    public void Boolean(int number, bool value) => Integer(number, value ? 1 : 0);

    public void Double(int number, double value)
    {
        Tag(number, Fixed64);
        Span<byte> bytes = stackalloc byte[sizeof(double)];
        BinaryPrimitives.WriteDoubleLittleEndian(bytes, value);
        _bytes.Write(bytes);
    }

    /// <summary>A message within this one.</summary>
    public void Message(int number, Action<ProtobufMessage> write)
    {
        var inner = new ProtobufMessage();
        write(inner);
        Bytes(number, inner._bytes.WrittenSpan);
    }

    private void Bytes(int number, ReadOnlySpan<byte> value)
    {
        Tag(number, Delimited);
        Number((ulong)value.Length);
        _bytes.Write(value);
    }

    private void Tag(int number, int wire) => Number((ulong)((number << 3) | wire));

    private void Number(ulong value)
    {
        Span<byte> bytes = stackalloc byte[10];
        var length = 0;
        for (; value >= 0x80; value >>= 7) bytes[length++] = (byte)(value | 0x80);
        bytes[length++] = (byte)value;
        _bytes.Write(bytes[..length]);
    }
}
