using K8sScaleTest.Engine.Records;

namespace K8sScaleTest.Engine.Informers;

/// <summary>
/// The unbounded ring between an informer and one handler: whoever adds never waits, and the handler is called serially, on the thread pool. It is woken once for
/// all that came in one piece, and not for each event: to wake a thread costs more than to handle an event.
/// </summary>
internal sealed class HandlerPump
{
    private readonly ChunkQueue<InformerEvent> _ring = new();
    private readonly IInformerHandler _handler;
    private readonly TaskCompletionSource _synced = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _gate = new();
    private readonly WorkWaiter _waiter = new();
    private bool _waiting;
    private bool _released;
    private bool _closed;

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
    public long Waiting => _ring.Waiting;

    /// <summary>Adds an event. It is handled after the next <see cref="Release"/>, or before.</summary>
    public void Add(in InformerEvent informed)
    {
        if (_ring.Add(informed) > 0) Release();
    }

    /// <summary>What was added is to be handled.</summary>
    public void Release()
    {
        lock (_gate)
        {
            _released = true;
            if (!_waiting) return;
            _waiting = false;
        }

        _waiter.Wake();
    }

    /// <summary>Nothing follows: what was added is still handled.</summary>
    public void Close()
    {
        lock (_gate) _closed = true;
        Release();
    }

    private async Task RunAsync()
    {
        while (true)
        {
            while (_ring.TryTake(out var chunk, out var count)) Handle(chunk, count);
            bool wait;
            lock (_gate)
            {
                if (_closed && !_released) return;
                wait = _waiting = !_released;
                _released = false;
            }

            if (!wait) continue;
            await _waiter.WaitAsync();
            lock (_gate)
            {
                _waiter.Reset();
                _released = false;
            }
        }
    }

    private void Handle(InformerEvent[] chunk, int count)
    {
        for (var i = 0; i < count; i++)
        {
            ref var informed = ref chunk[i];
            _handler.OnEvent(informed);
            if (informed.Kind == InformerEventKind.Synced) _synced.TrySetResult();
            _ring.Done();
        }

        _handler.OnPause();
        _ring.GiveBack(chunk, count);
    }
}
