using System.Text;

namespace K8sScaleTest.LocalApi.Tests.Fuzz;

/// <summary>Frames of HTTP/2 (RFC 9113), with headers written out (RFC 7541 without its dynamic table): what no HTTP library would send.</summary>
internal static class Http2Frames
{
    private const int HeadersType = 1;
    private const int Reset = 3;
    private const int Settings = 4;
    private const int Ping = 6;
    private const int WindowUpdate = 8;
    private const int Continuation = 9;
    private const byte EndStream = 1;
    private const byte EndHeaders = 4;
    private const int PerBatch = 50;

    /// <summary>What a client sends first: the preface, and settings that leave all as it is.</summary>
    public static byte[] Preface { get; } = [.. "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8, .. Frame(Settings, 0, 0, [])];

    /// <summary>The headers of a request; <paramref name="more"/> adds so many of its own.</summary>
    public static byte[] Headers(int stream, string method, string path, string token, bool endHeaders = true, bool endStream = true, int more = 0)
    {
        var block = new List<byte>();
        // Indices of HPACK's static table: :method 2, :scheme https 7, :path 4, :authority 1, authorization 23.
        block.Add(0x87);
        Literal(block, [0x02], method);
        Literal(block, [0x04], path);
        Literal(block, [0x01], "local");
        Literal(block, [0x0f, 23 - 15], "Bearer " + token);
        for (var i = 0; i < more; i++)
        {
            block.Add(0);
            Text(block, "x-" + i);
            Text(block, new string('y', 100));
        }
        return Frame(HeadersType, (byte)((endHeaders ? EndHeaders : 0) | (endStream ? EndStream : 0)), stream, [.. block]);
    }

    /// <summary>One part of a flood of this kind; the streams of each part are new.</summary>
    public static byte[] Flood(string kind, int batch, string token)
    {
        const string Path = "/api/v1/namespaces/scaletest/configmaps";
        var bytes = new List<byte>();
        // One header block that never ends, or a setting that is out of bounds, needs a stream only once.
        if (kind == "continuation" && batch == 0) bytes.AddRange(Headers(1, "GET", Path, token, endHeaders: false));
        for (var i = 0; i < PerBatch; i++)
        {
            var stream = 2 * (batch * PerBatch + i) + 1;
            switch (kind)
            {
                case "reset at once":
                    bytes.AddRange(Headers(stream, "GET", Path, token));
                    bytes.AddRange(Frame(Reset, 0, stream, [0, 0, 0, 8]));
                    break;
                case "ping": bytes.AddRange(Frame(Ping, 0, 0, new byte[8])); break;
                case "settings": bytes.AddRange(Frame(Settings, 0, 0, [0, 4, 0, 1, 0, 0])); break;
                case "continuation": bytes.AddRange(Frame(Continuation, 0, 1, Literal("x-more", new string('z', 200)))); break;
                case "more streams than allowed": bytes.AddRange(Headers(stream, "POST", Path, token, endStream: false)); break;
                case "window beyond its limit": bytes.AddRange(Frame(WindowUpdate, 0, 0, [0x7f, 0xff, 0xff, 0xff])); break;
                default: bytes.AddRange(Headers(stream, "GET", Path, token, more: 100)); break;
            }
        }
        return [.. bytes];
    }

    private static byte[] Frame(int type, byte flags, int stream, byte[] payload) =>
        [(byte)(payload.Length >> 16), (byte)(payload.Length >> 8), (byte)payload.Length, (byte)type, flags, (byte)(stream >> 24), (byte)(stream >> 16), (byte)(stream >> 8), (byte)stream, .. payload];

    private static byte[] Literal(string name, string value)
    {
        var block = new List<byte> { 0 };
        Text(block, name);
        Text(block, value);
        return [.. block];
    }

    private static void Literal(List<byte> block, byte[] name, string value)
    {
        block.AddRange(name);
        Text(block, value);
    }

    /// <summary>A length with a prefix of seven bits, and the text as it is.</summary>
    private static void Text(List<byte> block, string text)
    {
        var bytes = Encoding.ASCII.GetBytes(text);
        if (bytes.Length < 127)
        {
            block.Add((byte)bytes.Length);
        }
        else
        {
            block.Add(127);
            var rest = bytes.Length - 127;
            for (; rest >= 128; rest /= 128) block.Add((byte)(rest % 128 + 128));
            block.Add((byte)rest);
        }
        block.AddRange(bytes);
    }
}
