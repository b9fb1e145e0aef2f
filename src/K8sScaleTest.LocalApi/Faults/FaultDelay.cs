using System.Diagnostics;

namespace K8sScaleTest.LocalApi.Faults;

/// <summary>Waiting on order: exact to a fraction of a millisecond, over when the client goes away. Its thread is started by the first who waits.</summary>
internal sealed class FaultDelay : IDisposable
{
    private readonly Lazy<PreciseDelay> _delay = new();

    /// <summary>Waits; throws <see cref="OperationCanceledException"/> when the client goes away first.</summary>
    public Task ForAsync(double milliseconds, CancellationToken gone) =>
        _delay.Value.UntilAsync(Stopwatch.GetTimestamp() + (long)(milliseconds / 1000 * Stopwatch.Frequency)).WaitAsync(gone);

    /// <summary>Waits until the client goes away.</summary>
    public static async Task ForEverAsync(CancellationToken gone)
    {
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = gone.UnsafeRegister(static state => ((TaskCompletionSource)state!).TrySetResult(), ended);
        await ended.Task;
    }

    public void Dispose()
    {
        if (_delay.IsValueCreated) _delay.Value.Dispose();
    }
}
