using System.Collections.Concurrent;
using System.Management.Automation;

namespace K8sScaleTest;

/// <summary>
/// Lets a cmdlet, whose methods must return to a waiting pipeline thread, run asynchronous work: the thread waits, does what the work posts to it, and is
/// freed at once when the pipeline is stopped.
/// </summary>
internal sealed class Pump : IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private BlockingCollection<Action>? _posted;

    /// <summary>Runs work to its end on this thread and the thread pool.</summary>
    /// <param name="work">Gets a token that the pipeline's stop cancels.</param>
    /// <exception cref="PipelineStoppedException">The pipeline was stopped.</exception>
    public void Run(Func<CancellationToken, Task> work)
    {
        using var posted = _posted = new BlockingCollection<Action>();
        var task = work(_stop.Token);
        _ = task.ContinueWith(_ => posted.CompleteAdding(), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        try
        {
            foreach (var action in posted.GetConsumingEnumerable()) action();
        }
        catch
        {
            // The pipeline threw in an action: the work must end before its surroundings go.
            Stop();
            while (!posted.IsCompleted) posted.TryTake(out _, Timeout.Infinite);
            throw;
        }
        finally
        {
            _posted = null;
        }

        try
        {
            task.GetAwaiter().GetResult();
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            throw new PipelineStoppedException();
        }
    }

    /// <summary>Runs work that has a result.</summary>
    /// <param name="work">Gets a token that the pipeline's stop cancels.</param>
    /// <exception cref="PipelineStoppedException">The pipeline was stopped.</exception>
    public T Run<T>(Func<CancellationToken, Task<T>> work)
    {
        T result = default!;
        Run(async cancellationToken => { result = await work(cancellationToken); });
        return result;
    }

    /// <summary>Has an action done on the pipeline's thread, the only one that may write; from the work, while it runs.</summary>
    public void Post(Action action) => _posted?.Add(action);

    /// <summary>Cancels the work; from any thread.</summary>
    public void Stop() => _stop.Cancel();

    public void Dispose() => _stop.Dispose();
}
