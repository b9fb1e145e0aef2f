using System.Diagnostics;
using System.Globalization;
using System.Net;

namespace K8sScaleTest.Benchmarks.Server;

/// <summary>
/// Many watches of one collection. The time of an event goes from the moment its write was sent, which is before its commit, to the moment the last watcher has
/// read it, which is after its last byte was written: at least as long as from commit to last byte written.
/// </summary>
internal sealed class FanOut : IAsyncDisposable
{
    private const int OpenedAtOnce = 20;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    private readonly BenchmarkTarget _target;
    private readonly string _path;
    private readonly List<ByteWatch> _watches = [];
    private readonly List<Task> _readers = [];
    private readonly HttpMessageInvoker _http;
    private int[] _seen = [];
    private long[] _complete = [];
    private int _expected;
    private int _completed;
    private int _round;
    private TaskCompletionSource _all = new();

    private FanOut(BenchmarkTarget target, string path)
    {
        _target = target;
        _path = path;
        _http = target.Client();
    }

    /// <summary>Bytes of the server for each open watch; null where they cannot be seen.</summary>
    public double? BytesPerWatcher { get; private set; }

    public static async Task<FanOut> OpenAsync(BenchmarkTarget target, int watchers)
    {
        var fan = new FanOut(target, await target.NamespaceAsync());
        var version = await target.ResourceVersionAsync(fan._http, fan._path);
        var before = target.Memory();
        for (var opened = 0; opened < watchers; opened += OpenedAtOnce)
        {
            fan._watches.AddRange(await Task.WhenAll(Enumerable.Range(0, Math.Min(OpenedAtOnce, watchers - opened)).Select(_ => ByteWatch.OpenAsync(target, $"{fan._path}?watch=1&resourceVersion={version}"))));
        }
        if (before is { } then && target.Memory() is { } now) fan.BytesPerWatcher = (double)(now.Now - then.Now) / watchers;
        foreach (var watch in fan._watches) fan._readers.Add(fan.FollowAsync(watch));
        return fan;
    }

    /// <summary>Writes at a steady rate; the time of each event in nanoseconds, and the deliveries a second.</summary>
    public async Task<(IReadOnlyList<long> Times, double DeliveriesPerSecond)> PacedAsync(int perSecond, int count)
    {
        var sent = new long[count];
        Expect(count);
        var writes = new List<Task>();
        var begun = Stopwatch.GetTimestamp();
        for (var i = 0; i < count; i++)
        {
            var due = begun + (i * Stopwatch.Frequency / perSecond);
            while (Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), due) is { Ticks: > 0 } wait) await Task.Delay(wait);
            // One after the other, or which event is whose could not be told.
            if (writes.Count > 0) await writes[^1];
            sent[i] = Stopwatch.GetTimestamp();
            writes.Add(WriteAsync(i));
        }
        await Task.WhenAll(writes);
        await _all.Task.WaitAsync(Patience);
        var times = Enumerable.Range(0, count).Select(i => (long)Stopwatch.GetElapsedTime(sent[i], _complete[i]).TotalNanoseconds).ToArray();
        return (times, (double)count * _watches.Count / Stopwatch.GetElapsedTime(sent[0], _complete[count - 1]).TotalSeconds);
    }

    /// <summary>Many writes at once: the deliveries a second until all watchers have all of them.</summary>
    public async Task<double> BurstAsync(int count)
    {
        Expect(count);
        var begun = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, count).Select(i => WriteAsync(i)));
        await _all.Task.WaitAsync(Patience);
        return (double)count * _watches.Count / Stopwatch.GetElapsedTime(begun, _complete[count - 1]).TotalSeconds;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var watch in _watches) watch.Dispose();
        await Task.WhenAll(_readers);
        _http.Dispose();
    }

    private void Expect(int count)
    {
        _all = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _seen = new int[count];
        _complete = new long[count];
        _completed = 0;
        Volatile.Write(ref _expected, count);
        _round++;
    }

    private async Task FollowAsync(ByteWatch watch)
    {
        int round = 0, next = 0;
        await watch.ReadAsync(events =>
        {
            if (round != Volatile.Read(ref _round)) (round, next) = (_round, 0);
            var now = Stopwatch.GetTimestamp();
            for (var i = 0; i < events && next < _expected; i++, next++)
            {
                if (Interlocked.Increment(ref _seen[next]) < _watches.Count) continue;
                _complete[next] = now;
                if (Interlocked.Increment(ref _completed) == _expected) _all.TrySetResult();
            }
        });
    }

    private async Task WriteAsync(int number)
    {
        using var request = _target.Request(HttpMethod.Post, _path, string.Create(CultureInfo.InvariantCulture, $$$"""{"metadata":{"name":"e{{{_round}}}-{{{number}}}"},"data":{"k":"{{{new string('x', 200)}}}"}}"""));
        using var reply = await _http.SendAsync(request, CancellationToken.None);
        if (reply.StatusCode != HttpStatusCode.Created) throw new InvalidOperationException(await reply.Content.ReadAsStringAsync());
    }
}
