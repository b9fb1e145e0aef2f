using System.Threading.Channels;

namespace K8sScaleTest.Engine.Informers;

/// <summary>The unbounded ring between an informer and one handler: whoever adds never waits, and the handler is called serially, on the thread pool.</summary>
internal sealed class HandlerPump
{
    private readonly Channel<InformerEvent> _ring = Channel.CreateUnbounded<InformerEvent>(new() { SingleReader = true, SingleWriter = true });
    private readonly IInformerHandler _handler;
    private readonly TaskCompletionSource _synced = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _added;
    private long _handled;

    public HandlerPump(IInformerHandler handler)
    {
        _handler = handler;
        Completion = RunAsync();
    }

    /// <summary>Completes once the ring was closed and is empty; faults when the handler threw.</summary>
    public Task Completion { get; }

    /// <summary>Completes when the handler has been told all of the first list.</summary>
    public Task Synced => _synced.Task;

    /// <summary>Events that wait.</summary>
    public long Waiting => Volatile.Read(ref _added) - Volatile.Read(ref _handled);

    public void Add(in InformerEvent informed)
    {
        Volatile.Write(ref _added, _added + 1);
        _ring.Writer.TryWrite(informed);
    }

    public void Close() => _ring.Writer.TryComplete();

    private async Task RunAsync()
    {
        var reader = _ring.Reader;
        while (await reader.WaitToReadAsync())
        {
            while (reader.TryRead(out var informed))
            {
                _handler.OnEvent(informed);
                if (informed.Kind == InformerEventKind.Synced) _synced.TrySetResult();
                Volatile.Write(ref _handled, _handled + 1);
            }
        }
    }
}
