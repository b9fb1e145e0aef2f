using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net.Sockets;

namespace K8sScaleTest.Engine.Tests.Http2;

/// <summary>One connection of the stub: reads the client's frames, writes those that a test asks for.</summary>
internal sealed class Http2StubConnection(TcpClient client, Func<Http2StubStream, Task> opened)
{
    private const byte Acknowledge = 1;
    private const byte EndStream = 1;
    private const ushort MaxConcurrentStreams = 3;
    private static readonly byte[] Preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8.ToArray();
    private readonly Lock _writing = new();
    private readonly ConcurrentDictionary<int, Http2StubStream> _streams = new();
    private readonly ConcurrentBag<Task> _answers = [];
    private readonly NetworkStream _network = client.GetStream();
    private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _settingsUnanswered;
    private TaskCompletionSource _settingsKnown = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when the client, or this side, has closed the connection.</summary>
    public Task Closed => _closed.Task;

    public async Task ServeAsync(int? maxStreams, CancellationToken stop)
    {
        try
        {
            await _network.ReadExactlyAsync(new byte[Preface.Length], stop);
            SendSettings(maxStreams);
            var header = new byte[9];
            while (true)
            {
                await _network.ReadExactlyAsync(header, stop);
                var payload = new byte[(header[0] << 16) | (header[1] << 8) | header[2]];
                await _network.ReadExactlyAsync(payload, stop);
                Take((FrameType)header[3], header[4], BinaryPrimitives.ReadInt32BigEndian(header.AsSpan(5)), payload);
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException)
        {
            // The client closed the connection, or the test did.
        }
        finally
        {
            client.Dispose();
            _closed.TrySetResult();
            foreach (var stream in _streams.Values) stream.Abandon();
        }

        await Task.WhenAll(_answers);
    }

    /// <summary>Sends settings; completes when the client has acknowledged them.</summary>
    public async Task SettingsKnownAsync(int maxStreams)
    {
        var known = _settingsKnown = new(TaskCreationOptions.RunContinuationsAsynchronously);
        SendSettings(maxStreams);
        await known.Task.WaitAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>Streams beyond the last one were not processed.</summary>
    public void GoAway(int lastStream, ErrorCode code)
    {
        var payload = new byte[8];
        BinaryPrimitives.WriteInt32BigEndian(payload, lastStream);
        BinaryPrimitives.WriteUInt32BigEndian(payload.AsSpan(4), (uint)code);
        Write(Frame(FrameType.GoAway, 0, 0, payload));
    }

    /// <summary>Closes the connection at once, with an orderly end or (reset) without.</summary>
    public void Close(bool reset)
    {
        if (reset) client.Client.LingerState = new(enable: true, seconds: 0);
        client.Close();
    }

    /// <summary>Sends nothing more; what was sent arrives, which a mere close does not promise while something is unread on this side.</summary>
    public void End() => client.Client.Shutdown(SocketShutdown.Send);

    /// <summary>Writes frames in one piece, so that the client sees them at once.</summary>
    public void Write(params byte[][] frames)
    {
        try
        {
            lock (_writing) _network.Write([.. frames.SelectMany(frame => frame)]);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // The client has gone.
        }
    }

    public static byte[] Frame(FrameType type, byte flags, int stream, ReadOnlySpan<byte> payload)
    {
        var frame = new byte[9 + payload.Length];
        frame[0] = (byte)(payload.Length >> 16);
        frame[1] = (byte)(payload.Length >> 8);
        frame[2] = (byte)payload.Length;
        frame[3] = (byte)type;
        frame[4] = flags;
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(5), stream);
        payload.CopyTo(frame.AsSpan(9));
        return frame;
    }

    public static byte[] Number(uint value)
    {
        var payload = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(payload, value);
        return payload;
    }

    private void SendSettings(int? maxStreams)
    {
        Interlocked.Increment(ref _settingsUnanswered);
        var payload = new byte[maxStreams is null ? 0 : 6];
        if (maxStreams is { } most)
        {
            BinaryPrimitives.WriteUInt16BigEndian(payload, MaxConcurrentStreams);
            BinaryPrimitives.WriteInt32BigEndian(payload.AsSpan(2), most);
        }

        Write(Frame(FrameType.Settings, 0, 0, payload));
    }

    private void Take(FrameType type, byte flags, int id, byte[] payload)
    {
        var ends = (flags & EndStream) != 0;
        switch (type)
        {
            case FrameType.Headers:
                var stream = _streams[id] = new(this, id, payload);
                if (ends) stream.BodyEnded();
                _answers.Add(opened(stream));
                break;
            case FrameType.Data:
                if (_streams.TryGetValue(id, out var receiving)) receiving.Received(payload, ends);
                if (payload.Length > 0) Write(Frame(FrameType.WindowUpdate, 0, 0, Number((uint)payload.Length)));
                break;
            case FrameType.RstStream:
                if (_streams.TryGetValue(id, out var reset)) reset.Reset((ErrorCode)BinaryPrimitives.ReadUInt32BigEndian(payload));
                break;
            case FrameType.Settings when (flags & Acknowledge) == 0:
                Write(Frame(FrameType.Settings, Acknowledge, 0, []));
                break;
            case FrameType.Settings:
                if (Interlocked.Decrement(ref _settingsUnanswered) == 0) _settingsKnown.TrySetResult();
                break;
            case FrameType.Ping when (flags & Acknowledge) == 0:
                Write(Frame(FrameType.Ping, Acknowledge, 0, payload));
                break;
            default:
                break;
        }
    }
}
