using System.Text;
using System.Threading.Channels;
using K8sScaleTest.Engine.Api;
using K8sScaleTest.Engine.Informers;
using K8sScaleTest.Engine.Records;

namespace K8sScaleTest.Engine.Tests.Informers;

/// <summary>A watch that a test feeds and ends.</summary>
internal sealed class FakeWatch
{
    private readonly Channel<(string? Text, WatchResult? End)> _commands = Channel.CreateUnbounded<(string?, WatchResult?)>();

    /// <summary>Whether the server answers it with headers.</summary>
    public bool Opens { get; init; } = true;

    /// <summary>Sends events.</summary>
    public FakeWatch Send(params string[] events)
    {
        foreach (var text in events) _commands.Writer.TryWrite((text, null));
        return this;
    }

    /// <summary>Ends it.</summary>
    public FakeWatch End(StreamEnd end = StreamEnd.Complete, int code = 0, string? reason = null, string? message = null, TimeSpan? retryAfter = null)
    {
        var status = code == 0 ? null : new ApiStatus(code, reason, message, IsStatus: true);
        _commands.Writer.TryWrite((null, new() { End = end, Status = status, Reason = reason, Message = message, RetryAfter = retryAfter }));
        return this;
    }

    public async Task<WatchResult> RunAsync(IEventConsumer consumer, CancellationToken cancellationToken)
    {
        if (Opens) consumer.OnOpened(RunClock.Now);
        var decoder = new JsonObjectDecoder(WriterTime.Annotations, hashContent: true);
        var observed = new ObservedEvent(WriterTime.Annotations.Count);
        try
        {
            while (true)
            {
                var (text, end) = await _commands.Reader.ReadAsync(cancellationToken);
                if (end is not null) return end;
                decoder.ReadEvent(Encoding.UTF8.GetBytes(text!), observed);
                observed.Received = RunClock.Now;
                consumer.OnEvent(observed);
                consumer.OnPause();
            }
        }
        catch (OperationCanceledException)
        {
            return new() { End = StreamEnd.Stopped };
        }
    }
}
