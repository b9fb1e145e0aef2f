using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;

namespace K8sScaleTest.Engine.Tests.Http2;

/// <summary>
/// A server on loopback that speaks HTTP/2 with prior knowledge, frame by frame as a test says, and shares no line of code with what it tests. By itself it
/// acknowledges settings and pings and gives back what the connection's window loses; all else is the test's.
/// </summary>
internal sealed class Http2Stub : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly int? _maxStreams;
    private readonly Func<Http2StubStream, Task>? _answer;
    private readonly ConcurrentBag<Task> _serving = [];
    private readonly Channel<Http2StubStream> _streams = Channel.CreateUnbounded<Http2StubStream>();
    private readonly Task _accepting;
    private int _connections;

    /// <param name="maxStreams">MAX_CONCURRENT_STREAMS; null for none.</param>
    /// <param name="answer">Answers every stream as it opens; null where the test asks for them one by one.</param>
    public Http2Stub(int? maxStreams = null, Func<Http2StubStream, Task>? answer = null)
    {
        _maxStreams = maxStreams;
        _answer = answer;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public string Url => $"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}";

    /// <summary>Connections accepted so far.</summary>
    public int Connections => Volatile.Read(ref _connections);

    /// <summary>The next stream that a client opens, on whichever connection.</summary>
    public ValueTask<Http2StubStream> NextStreamAsync() => _streams.Reader.ReadAsync(TestContext.Current.CancellationToken);

    /// <summary>A stream that is open and was not asked for yet, or null.</summary>
    public Http2StubStream? OpenStream() => _streams.Reader.TryRead(out var stream) ? stream : null;

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _accepting;
        _listener.Dispose();
        await Task.WhenAll(_serving);
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptTcpClientAsync(_stop.Token);
                client.NoDelay = true;
                Interlocked.Increment(ref _connections);
                _serving.Add(new Http2StubConnection(client, OpenedAsync).ServeAsync(_maxStreams, _stop.Token));
            }
        }
        catch (OperationCanceledException)
        {
            // Disposed.
        }
    }

    private Task OpenedAsync(Http2StubStream stream)
    {
        if (_answer is not null) return _answer(stream);
        _streams.Writer.TryWrite(stream);
        return Task.CompletedTask;
    }
}
