using System.Runtime.ExceptionServices;
using K8sScaleTest.Engine.Api;

namespace K8sScaleTest.Engine.Informers;

/// <summary>
/// Reflector, store and handlers as in client-go's shared informers: the watch is never held up, each handler is told everything, one event after the other.
/// No thread waits anywhere.
/// </summary>
public sealed class Informer
{
    private readonly ObjectStore _store;
    private readonly Reflector _reflector;
    private readonly HandlerPump[] _pumps;

    /// <summary>Prepares; nothing is sent yet.</summary>
    /// <param name="listWatch">What to list and watch; it must read the annotations of <see cref="WriterTime.Annotations"/>.</param>
    /// <param name="options">How.</param>
    /// <param name="handlers">Who is told.</param>
    /// <param name="observer">Is told what the reflector does; null for nobody.</param>
    public Informer(IListWatch listWatch, InformerOptions options, IReadOnlyList<IInformerHandler> handlers, IReflectorObserver? observer = null)
    {
        ArgumentNullException.ThrowIfNull(handlers);
        _store = new(Tell, Pause);
        _reflector = new(listWatch, options, _store, observer ?? SilentReflectorObserver.Instance);
        _pumps = [.. handlers.Select(handler => new HandlerPump(handler))];
    }

    /// <summary>Completes when every handler has been told of all that was there at the start.</summary>
    public Task Synced => Task.WhenAll(_pumps.Select(pump => pump.Synced));

    /// <summary>Objects known.</summary>
    public int Count => _store.Count;

    /// <summary>Events that wait for a handler.</summary>
    public long Backlog => _pumps.Sum(pump => pump.Waiting);

    /// <summary>Runs until it is cancelled; what was received by then has been handled when it returns.</summary>
    /// <exception cref="Exception">What a handler or an observer threw.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var reflector = _reflector.RunAsync(stop.Token);
        var handlers = Task.WhenAll(_pumps.Select(pump => pump.Completion));
        var fault = _pumps.Select(pump => pump.Completion).Append(reflector).ToList();
        var first = await Task.WhenAny(fault);
        await stop.CancelAsync();
        await reflector.ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        foreach (var pump in _pumps) pump.Close();
        await handlers.ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        var failed = first.IsFaulted ? first : fault.FirstOrDefault(task => task.IsFaulted);
        if (failed?.Exception?.InnerException is { } exception) ExceptionDispatchInfo.Throw(exception);
    }

    private void Tell(InformerEvent informed)
    {
        foreach (var pump in _pumps) pump.Add(informed);
    }

    private void Pause()
    {
        foreach (var pump in _pumps) pump.Release();
    }
}
