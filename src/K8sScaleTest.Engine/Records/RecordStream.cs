namespace K8sScaleTest.Engine.Records;

/// <summary>
/// Carries records from the threads that measure to whoever writes, counts and shows them. Adding one never waits for those; one thread of
/// its own looks every few tens of milliseconds, or when there are many, and hands over all there is, so that hardly a record wakes anybody.
/// </summary>
/// <typeparam name="TRow">The records in their compact form.</typeparam>
internal sealed class RecordStream<TRow> : IDisposable
    where TRow : struct
{
    // In chunks of the queue: as many as it keeps to use again, with the one that is being filled.
    private const int Many = 3;
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(50);
    private readonly ChunkQueue<TRow> _queue = new();
    private readonly IRecordConsumer<TRow> _consumer;
    private readonly Thread _thread;
    private readonly ManualResetEventSlim _wake = new(initialState: false, spinCount: 0);
    private readonly TaskCompletionSource _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _closing;

    public RecordStream(IRecordConsumer<TRow> consumer)
    {
        _consumer = consumer;
        _thread = new(Consume) { IsBackground = true, Name = "records" };
    }

    /// <summary>Completes when the stream was closed and all its records handed over; faults when the consumer did.</summary>
    public Task Completion => _completion.Task;

    /// <summary>Records not yet handed over.</summary>
    public int Waiting => (int)_queue.Waiting;

    /// <summary>Begins to hand over; records added before wait.</summary>
    public void Start() => _thread.Start();

    public void Add(in TRow row)
    {
        if (_queue.Add(row) >= Many) _wake.Set();
    }

    /// <summary>No record follows: what there is will be handed over.</summary>
    public void Close()
    {
        _closing = true;
        _wake.Set();
    }

    public void Dispose()
    {
        Close();
        if ((_thread.ThreadState & ThreadState.Unstarted) == 0) _thread.Join();
        _wake.Dispose();
    }

    private void Consume()
    {
        try
        {
            while (true)
            {
                _wake.Reset();
                var last = _closing;
                while (_queue.TryTake(out var chunk, out var rows)) HandOver(chunk, rows);
                _consumer.Pause();
                if (last) break;
                if (!_closing) _wake.Wait(Interval);
            }

            _completion.SetResult();
        }
        catch (Exception e)
        {
            _completion.SetException(e);
        }
    }

    private void HandOver(TRow[] chunk, int rows)
    {
        for (var i = 0; i < rows; i++)
        {
            _consumer.Take(chunk[i]);
            _queue.Done();
        }

        _queue.GiveBack(chunk, rows);
    }
}
