namespace K8sScaleTest.Engine.Observers.Watches;

/// <summary>What a run of watches has come to. Any thread.</summary>
internal sealed class WatchCounts
{
    private long _events;
    private long _windows;
    private long _lists;
    private long _errors;
    private int _open;
    private int _begun;

    public long Events => Volatile.Read(ref _events);

    public long Windows => Volatile.Read(ref _windows);

    public long Lists => Volatile.Read(ref _lists);

    public long Errors => Volatile.Read(ref _errors);

    /// <summary>Watches that are open now.</summary>
    public int Open => Volatile.Read(ref _open);

    /// <summary>Watchers that have had a watch open.</summary>
    public int Begun => Volatile.Read(ref _begun);

    public void CountEvent() => Interlocked.Increment(ref _events);

    public void CountWindow() => Interlocked.Increment(ref _windows);

    public void CountList() => Interlocked.Increment(ref _lists);

    public void CountError() => Interlocked.Increment(ref _errors);

    public void Began() => Interlocked.Increment(ref _begun);

    public void Opened() => Interlocked.Increment(ref _open);

    public void Closed() => Interlocked.Decrement(ref _open);
}
