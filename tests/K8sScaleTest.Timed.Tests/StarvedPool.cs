namespace K8sScaleTest.Timed.Tests;

/// <summary>Holds every thread of the pool, and those that it adds, until it is disposed of.</summary>
internal sealed class StarvedPool : IDisposable
{
    private const int Blockers = 500;

    private readonly ManualResetEvent _gate = new(false);
    private int _waiting = Blockers;

    private StarvedPool()
    {
        for (var i = 0; i < Blockers; i++) ThreadPool.UnsafeQueueUserWorkItem(Block, this, preferLocal: false);
    }

    /// <summary>Begins now: what is queued to the pool from here on waits.</summary>
    public static StarvedPool Begin() => new();

    public void Dispose()
    {
        _gate.Set();
        while (Volatile.Read(ref _waiting) > 0) Thread.Sleep(1);
        _gate.Dispose();
    }

    private static void Block(StarvedPool pool)
    {
        // Not Task.Wait and not Monitor.Wait: for those the pool would make up with more threads at once.
        pool._gate.WaitOne();
        Interlocked.Decrement(ref pool._waiting);
    }
}
