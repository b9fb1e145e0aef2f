using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using K8sScaleTest.LocalApi.Json;

namespace K8sScaleTest.LocalApi.Schema;

/// <summary>
/// Turns an object in Kubernetes' protobuf form into JSON, which is then treated as any other. Clients in Go send built-in kinds so; all of them
/// take JSON in return.
/// </summary>
internal static class ProtobufReader
{
    public const string MediaType = "application/vnd.kubernetes.protobuf";
    private const int Varint = 0;
    private const int Fixed64 = 1;
    private const int Bytes = 2;
    private const int Fixed32 = 5;
    private static readonly Field Metadata = new("metadata", FieldType.Of(MetaFields.ObjectMeta)) { Number = 1 };

    private readonly record struct Part(int Number, int Wire, long Value, Slice Slice);

    /// <summary>Whether the bytes have the prefix of the form.</summary>
    public static bool IsProtobuf(ReadOnlySpan<byte> body) => body.StartsWith("k8s\0"u8);

    /// <summary>The object as JSON; throws <see cref="GoTypeException"/> for what cannot be read.</summary>
    public static byte[] ToJson(ReadOnlySpan<byte> body, ObjectType type)
    {
        if (!IsProtobuf(body)) throw new GoTypeException("provided data does not appear to be a protobuf message, expected prefix [107 56 115 0]");
        var to = JsonBuffer.Rent();
        try
        {
            var unknown = body[4..];
            string apiVersion = "", kind = "";
            ReadOnlySpan<byte> raw = default;
            foreach (var part in Parts(unknown))
            {
                var bytes = part.Slice.Of(unknown);
                if (part is { Number: 1, Wire: Bytes })
                {
                    foreach (var meta in Parts(bytes))
                    {
                        var text = Encoding.UTF8.GetString(meta.Slice.Of(bytes));
                        if (meta.Number == 1) apiVersion = text;
                        else if (meta.Number == 2) kind = text;
                    }
                }
                else if (part is { Number: 2, Wire: Bytes })
                {
                    raw = bytes;
                }
            }
            to.Byte((byte)'{');
            if (apiVersion.Length > 0) to.Property("apiVersion"u8, apiVersion);
            if (kind.Length > 0) to.Property("kind"u8, kind);
            Fields(to, raw, [Metadata, .. type.Fields]);
            to.Byte((byte)'}');
            return to.ToArray();
        }
        catch (Exception broken) when (broken is ArgumentOutOfRangeException or IndexOutOfRangeException or OverflowException)
        {
            throw new GoTypeException("unexpected EOF");
        }
        finally
        {
            to.Return();
        }
    }

    private static void Fields(JsonBuffer to, ReadOnlySpan<byte> message, Field[] fields)
    {
        var parts = Parts(message);
        foreach (var field in fields)
        {
            if (field.Number == 0 || !parts.Exists(p => p.Number == field.Number)) continue;
            var type = field.Type;
            to.Name(field.Utf8Name);
            switch (type.Shape)
            {
                case Shape.List:
                    to.Byte((byte)'[');
                    foreach (var part in parts)
                    {
                        if (part.Number != field.Number) continue;
                        to.Separate();
                        Value(to, message, part, type.Element!);
                    }
                    to.Byte((byte)']');
                    break;
                case Shape.Map:
                    to.Byte((byte)'{');
                    foreach (var part in parts)
                    {
                        if (part.Number == field.Number) Entry(to, part.Slice.Of(message), type.Element!);
                    }
                    to.Byte((byte)'}');
                    break;
                default:
                    Value(to, message, parts.FindLast(p => p.Number == field.Number), type);
                    break;
            }
        }
    }

    private static void Entry(JsonBuffer to, ReadOnlySpan<byte> entry, FieldType type)
    {
        var parts = Parts(entry);
        to.NameString(Encoding.UTF8.GetString(parts.FindLast(p => p.Number == 1).Slice.Of(entry)));
        Value(to, entry, parts.FindLast(p => p.Number == 2), type);
    }

    private static void Value(JsonBuffer to, ReadOnlySpan<byte> message, Part part, FieldType type)
    {
        var bytes = part.Slice.Of(message);
        switch (type.Shape)
        {
            case Shape.String: to.String(bytes); break;
            case Shape.Integer: to.Number(type.GoName == "int32" ? (int)part.Value : part.Value); break;
            case Shape.Boolean: to.Boolean(part.Value != 0); break;
            case Shape.Bytes: to.String(Convert.ToBase64String(bytes)); break;
            case Shape.Time or Shape.MicroTime: Time(to, bytes, type.Shape == Shape.MicroTime); break;
            case Shape.IntOrString: IntOrString(to, bytes); break;
            case Shape.Object:
                to.Byte((byte)'{');
                Fields(to, bytes, type.Object!.Fields);
                to.Byte((byte)'}');
                break;
            default:
                // FieldsV1 holds JSON as it is.
                var raw = Parts(bytes).FindLast(p => p.Number == 1).Slice.Of(bytes);
                to.Raw(raw.IsEmpty ? "null"u8 : raw);
                break;
        }
    }

    private static void Time(JsonBuffer to, ReadOnlySpan<byte> message, bool micro)
    {
        var parts = Parts(message);
        var seconds = parts.FindLast(p => p.Number == 1).Value;
        var nanoseconds = parts.FindLast(p => p.Number == 2).Value;
        // An empty message is Go's zero time.
        if (parts.Count == 0 || seconds < DateTimeOffset.MinValue.ToUnixTimeSeconds() || seconds > DateTimeOffset.MaxValue.ToUnixTimeSeconds())
        {
            to.Raw("null"u8);
            return;
        }
        var time = DateTimeOffset.FromUnixTimeSeconds(seconds).AddTicks(nanoseconds / 100);
        to.String(time.ToString(micro ? "yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'" : "yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture));
    }

    private static void IntOrString(JsonBuffer to, ReadOnlySpan<byte> message)
    {
        var parts = Parts(message);
        if (parts.FindLast(p => p.Number == 1).Value == 0) to.Number((int)parts.FindLast(p => p.Number == 2).Value);
        else to.String(parts.FindLast(p => p.Number == 3).Slice.Of(message));
    }

    private static List<Part> Parts(ReadOnlySpan<byte> message)
    {
        var result = new List<Part>();
        var at = 0;
        while (at < message.Length)
        {
            var tag = ReadVarint(message, ref at);
            var (number, wire) = ((int)(tag >> 3), (int)(tag & 7));
            switch (wire)
            {
                case Varint:
                    result.Add(new Part(number, wire, (long)ReadVarint(message, ref at), default));
                    break;
                case Bytes:
                    var length = checked((int)ReadVarint(message, ref at));
                    ArgumentOutOfRangeException.ThrowIfGreaterThan(length, message.Length - at);
                    result.Add(new Part(number, wire, 0, new Slice(at, length)));
                    at += length;
                    break;
                case Fixed64:
                    result.Add(new Part(number, wire, BinaryPrimitives.ReadInt64LittleEndian(message[at..]), default));
                    at += 8;
                    break;
                case Fixed32:
                    result.Add(new Part(number, wire, BinaryPrimitives.ReadInt32LittleEndian(message[at..]), default));
                    at += 4;
                    break;
                default:
                    throw new GoTypeException($"proto: illegal wireType {wire}");
            }
        }
        return result;
    }

    private static ulong ReadVarint(ReadOnlySpan<byte> message, ref int at)
    {
        ulong value = 0;
        for (var shift = 0; shift < 64; shift += 7)
        {
            var next = message[at++];
            value |= (ulong)(next & 0x7f) << shift;
            if (next < 0x80) return value;
        }
        throw new OverflowException();
    }
}
