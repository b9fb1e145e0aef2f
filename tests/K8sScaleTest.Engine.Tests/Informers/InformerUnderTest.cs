using System.Collections.Concurrent;
using K8sScaleTest.Engine.Api;
using K8sScaleTest.Engine.Informers;

namespace K8sScaleTest.Engine.Tests.Informers;

/// <summary>An informer with a fake server, a fake clock whose delays pass at once (unless a test is about them), and all that it says.</summary>
internal sealed class InformerUnderTest(bool delaysPass = true) : IReflectorObserver, IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
    private Task _run = Task.CompletedTask;

    public FakeServer Server { get; } = new();

    public SeenInforms Seen { get; } = new();

    public ManualTime Time { get; } = new(delaysPass);

    public ConcurrentQueue<TimeSpan> Waits { get; } = new();

    public ConcurrentQueue<string> Warnings { get; } = new();

    public ConcurrentQueue<string> Covered { get; } = new();

    public Informer Informer { get; private set; } = null!;

    /// <summary>Starts it; lists first unless a test is about WatchLists.</summary>
    public InformerUnderTest Start(bool watchList = false, Func<InformerOptions, InformerOptions>? change = null, params IInformerHandler[] more)
    {
        var options = new InformerOptions { WatchList = watchList, Time = Time, Random = new FixedRandom(0.5) };
        Informer = new(Server, change is null ? options : change(options), [Seen, .. more], this);
        _run = Informer.RunAsync(_stop.Token);
        return this;
    }

    /// <summary>Stops it, and throws what it threw.</summary>
    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await _run;
    }

    /// <summary>Ends with it, when it ends by itself.</summary>
    public Task Completion => _run;

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _run.ContinueWith(static _ => { }, TaskScheduler.Default);
        _stop.Dispose();
    }

    public void OnListed(ListQuery query, ListResult result)
    {
    }

    public void OnReplaced(ulong resourceVersion, int objects) => Covered.Enqueue($"replaced {resourceVersion} {objects}");

    public void OnWatchStarted(ulong resourceVersion, long opened) => Covered.Enqueue($"from {resourceVersion}");

    public void OnEvent(ObservedEvent observed) => Covered.Enqueue($"{observed.Kind} {observed.Subject.ResourceVersion}");

    public void OnWatchEnded(WatchQuery query, WatchResult result, ulong resourceVersion, bool started) =>
        Covered.Enqueue($"{(started ? "to" : "not")} {resourceVersion} {result.End}");

    public void OnBackingOff(TimeSpan wait, string why) => Waits.Enqueue(wait);

    public void OnWarning(string message) => Warnings.Enqueue(message);
}
