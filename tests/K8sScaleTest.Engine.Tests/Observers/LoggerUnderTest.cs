using System.Collections.Concurrent;
using K8sScaleTest.Engine.Informers;
using K8sScaleTest.Engine.Observers;
using K8sScaleTest.Engine.Records;
using K8sScaleTest.Engine.Tests.Api;

namespace K8sScaleTest.Engine.Tests.Observers;

/// <summary>A logger with one worker (unless more are asked for), which a test can hold up: what is told meanwhile shares a dequeue.</summary>
internal sealed class LoggerUnderTest : IAsyncDisposable
{
    private readonly ManualResetEventSlim _go = new(initialState: true);
    private readonly ManualResetEventSlim _held = new();
    private readonly NotificationLogger _logger;

    public LoggerUnderTest(bool compare = false, int threads = 1)
    {
        Run = new("run", 0, "configmaps", "", new RunClock());
        _logger = new(Run, threads, compare, Take);
    }

    public RunInfo Run { get; }

    public ConcurrentQueue<NotificationRow> Rows { get; } = new();

    public IEnumerable<NotificationRow> Dequeues => Rows.Where(row => row.IsLast && row.Key != "hold");

    /// <summary>Holds the worker up while the action tells of events.</summary>
    public void Together(Action tell)
    {
        _go.Reset();
        _held.Reset();
        Tell(new() { Kind = InformerEventKind.Added, New = State("hold", 1) });
        _held.Wait(TestContext.Current.CancellationToken);
        tell();
        _go.Set();
    }

    public void Add(ObjectState state, bool initial = false) =>
        Tell(new() { Kind = InformerEventKind.Added, New = state, Received = RunClock.Now, InitialList = initial, FromList = initial });

    public void Update(ObjectState old, ObjectState state) => Tell(new() { Kind = InformerEventKind.Updated, Old = old, New = state, Received = RunClock.Now });

    public void Delete(ObjectState state) => Tell(new() { Kind = InformerEventKind.Deleted, Old = state, New = state, Received = RunClock.Now });

    private void Tell(InformerEvent informed)
    {
        _logger.OnEvent(informed);
        _logger.OnPause();
    }

    /// <summary>Waits until there are so many dequeues, so that what follows has one of its own.</summary>
    public Task DequeuedAsync(int count) => Wait.UntilAsync(() => Dequeues.Count() >= count, $"{count} dequeues");

    public static ObjectState State(string key, ulong version, long created = 0, long updated = 0, string uid = "7f2a1e52-2d3c-4e0e-9f2b-0a1b2c3d4e5f", ulong hash = 0) => new()
    {
        Key = key,
        Uid = Guid.Parse(uid),
        ResourceVersion = version,
        CreationUnixSeconds = 1_795_500_000,
        Created = created == 0 ? default : new(created, true),
        Updated = updated == 0 ? default : new(updated, true),
        ContentHash = hash,
    };

    public async ValueTask DisposeAsync()
    {
        _go.Set();
        await _logger.DrainAsync();
        _logger.Dispose();
        _go.Dispose();
        _held.Dispose();
    }

    private void Take(NotificationRow row)
    {
        Rows.Enqueue(row);
        if (row.Key != "hold") return;
        _held.Set();
        _go.Wait(CancellationToken.None);
    }
}
