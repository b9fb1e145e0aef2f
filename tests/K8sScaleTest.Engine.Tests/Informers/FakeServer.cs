using System.Collections.Concurrent;
using System.Text;
using K8sScaleTest.Engine.Api;
using K8sScaleTest.Engine.Informers;
using K8sScaleTest.Engine.Records;
using K8sScaleTest.Engine.Tests.Api.Streams;

namespace K8sScaleTest.Engine.Tests.Informers;

/// <summary>A server that answers lists and watches in the order in which a test told it to; what it was not told of hangs.</summary>
internal sealed class FakeServer : IListWatch
{
    private readonly ConcurrentQueue<Func<IObjectConsumer, ListResult>> _lists = new();
    private readonly ConcurrentQueue<FakeWatch> _watches = new();

    /// <summary>What was asked for, in words.</summary>
    public ConcurrentQueue<string> Requests { get; } = new();

    /// <summary>The time-outs that were asked for.</summary>
    public ConcurrentQueue<TimeSpan> Timeouts { get; } = new();

    /// <summary>Answers the next list: objects as <c>name@version</c>.</summary>
    public FakeServer List(ulong version, string[] objects, string? next = null)
    {
        _lists.Enqueue(consumer =>
        {
            var items = string.Join(',', objects.Select(each => each.Split('@')).Select(each => ObjectText.ConfigMap(each[0], int.Parse(each[1]), typed: false)));
            var decoder = new JsonObjectDecoder(WriterTime.Annotations, hashContent: true);
            decoder.ReadList(Encoding.UTF8.GetBytes($$"""{"items":[{{items}}]}"""), true, new ObservedObject(WriterTime.Annotations.Count), consumer);
            return new() { End = StreamEnd.Complete, StatusCode = 200, ResourceVersion = version, Continue = next, Ended = RunClock.Now };
        });
        return this;
    }

    /// <summary>Refuses the next list.</summary>
    public FakeServer RefuseList(int code, string reason, string message = "no", TimeSpan? retryAfter = null)
    {
        _lists.Enqueue(_ => new() { RetryAfter = retryAfter, End = StreamEnd.Refused, StatusCode = code, Status = new(code, reason, message, IsStatus: true), Reason = reason, Message = message });
        return this;
    }

    /// <summary>The next watch.</summary>
    public FakeWatch Watch(bool opens = true)
    {
        var watch = new FakeWatch { Opens = opens };
        _watches.Enqueue(watch);
        return watch;
    }

    /// <summary>Waits for the requests that are to come, and for no others.</summary>
    public async Task ExpectAsync(params string[] requests)
    {
        await Api.Wait.UntilAsync(() => Requests.Count >= requests.Length, $"{requests.Length} requests; there were: {string.Join("; ", Requests)}");
        Assert.Equal(requests, Requests);
    }

    public async Task<ListResult> ListAsync(ListQuery query, IObjectConsumer consumer, CancellationToken cancellationToken)
    {
        Requests.Enqueue($"list '{query.ResourceVersion}'{(query.Limit is { } limit ? $" limit {limit}" : "")}{(query.Continue is { } token ? $" continue {token}" : "")}");
        if (_lists.TryDequeue(out var answer)) return answer(consumer);
        await Task.Delay(Timeout.Infinite, cancellationToken).ContinueWith(static _ => { }, TaskScheduler.Default);
        return new() { End = StreamEnd.Stopped };
    }

    public Task<WatchResult> WatchAsync(WatchQuery query, IEventConsumer consumer, CancellationToken cancellationToken)
    {
        Requests.Enqueue($"{(query.SendInitialEvents ? "watchlist" : "watch")} '{query.ResourceVersion}'");
        Timeouts.Enqueue(query.Timeout);
        Assert.True(query.Bookmarks);
        return (_watches.TryDequeue(out var watch) ? watch : new FakeWatch()).RunAsync(consumer, cancellationToken);
    }
}
