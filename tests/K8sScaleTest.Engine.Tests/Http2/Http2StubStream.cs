using System.Text;

namespace K8sScaleTest.Engine.Tests.Http2;

/// <summary>One request as it came, and the frames that a test answers with.</summary>
internal sealed class Http2StubStream(Http2StubConnection connection, int id, byte[] headerBlock)
{
    private const byte EndStream = 1;
    private const byte EndHeaders = 4;
    private readonly List<byte> _body = [];
    private readonly TaskCompletionSource<string> _whole = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _data = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<ErrorCode?> _reset = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public int Id => id;

    public Http2StubConnection Connection => connection;

    /// <summary>Whether the request's headers hold a text: the client writes its own as they are, without Huffman's code.</summary>
    public bool Mentions(string text) => headerBlock.AsSpan().IndexOf(Encoding.ASCII.GetBytes(text)) >= 0;

    /// <summary>What follows a text that the request's headers hold.</summary>
    public string Mentioned(string text, int length)
    {
        var at = headerBlock.AsSpan().IndexOf(Encoding.ASCII.GetBytes(text));
        Assert.True(at >= 0, $"no '{text}' in the request's headers");
        return Encoding.ASCII.GetString(headerBlock, at + text.Length, length);
    }

    /// <summary>Bytes of the body that came so far.</summary>
    public int BodyLength => _body.Count;

    /// <summary>The whole body; faults when the connection ends before it.</summary>
    public Task<string> BodyAsync() => _whole.Task.WaitAsync(TestContext.Current.CancellationToken);

    /// <summary>Completes with the first piece of the body.</summary>
    public Task FirstDataAsync() => _data.Task.WaitAsync(TestContext.Current.CancellationToken);

    /// <summary>The code with which the client reset the stream; null when the connection ended first.</summary>
    public Task<ErrorCode?> ResetAsync() => _reset.Task.WaitAsync(TestContext.Current.CancellationToken);

    /// <summary>Writes frames of this stream in one piece.</summary>
    public void Write(params byte[][] frames) => connection.Write(frames);

    /// <summary>A whole answer.</summary>
    public void Answer(int status, string body = "{}", string contentType = "application/json") =>
        Write(Headers(status, contentType), Data(body, ends: true));

    public byte[] Headers(int status, string contentType = "application/json", params (string Name, string Value)[] more)
    {
        // HPACK (RFC 7541), literals without indexing: :status by its index, the others by name.
        var block = new MemoryStream();
        block.WriteByte(0x08);
        Text(block, status.ToString(System.Globalization.CultureInfo.InvariantCulture));
        foreach (var (name, value) in (IEnumerable<(string Name, string Value)>)[("content-type", contentType), .. more])
        {
            block.WriteByte(0);
            Text(block, name);
            Text(block, value);
        }

        return Http2StubConnection.Frame(FrameType.Headers, EndHeaders, id, block.ToArray());
    }

    public byte[] Data(string text, bool ends) =>
        Http2StubConnection.Frame(FrameType.Data, ends ? EndStream : (byte)0, id, Encoding.UTF8.GetBytes(text));

    public byte[] Rst(ErrorCode code) => Http2StubConnection.Frame(FrameType.RstStream, 0, id, Http2StubConnection.Number((uint)code));

    /// <summary>Lets the client send more of the body.</summary>
    public byte[] WindowUpdate(int bytes) => Http2StubConnection.Frame(FrameType.WindowUpdate, 0, id, Http2StubConnection.Number((uint)bytes));

    public void Received(ReadOnlySpan<byte> data, bool ends)
    {
        _body.AddRange(data);
        _data.TrySetResult();
        if (ends) BodyEnded();
    }

    public void BodyEnded() => _whole.TrySetResult(Encoding.UTF8.GetString(_body.ToArray()));

    public void Reset(ErrorCode code) => _reset.TrySetResult(code);

    public void Abandon()
    {
        _reset.TrySetResult(null);
        _whole.TrySetException(new IOException("The connection ended before the body."));
        _ = _whole.Task.Exception;
    }

    private static void Text(MemoryStream block, string text)
    {
        Assert.True(text.Length < 127, "longer texts need HPACK's multi-byte lengths");
        block.WriteByte((byte)text.Length);
        block.Write(Encoding.ASCII.GetBytes(text));
    }
}
