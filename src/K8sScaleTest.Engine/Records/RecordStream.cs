using System.Collections.Concurrent;

namespace K8sScaleTest.Engine.Records;

/// <summary>
/// Carries records from the threads that measure to whoever writes, counts and shows them. Adding one never waits; one thread of
/// its own looks every few tens of milliseconds and hands over all there is, so that no record wakes anybody.
/// </summary>
/// <typeparam name="TRow">The records in their compact form.</typeparam>
internal sealed class RecordStream<TRow> : IDisposable
    where TRow : struct
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(50);
    private readonly ConcurrentQueue<TRow> _queue = new();
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
    public int Waiting => _queue.Count;

    /// <summary>Begins to hand over; records added before wait.</summary>
    public void Start() => _thread.Start();

    public void Add(in TRow row) => _queue.Enqueue(row);

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
                var last = _closing;
                while (_queue.TryDequeue(out var row)) _consumer.Take(row);
                _consumer.Pause();
                if (last) break;
                _wake.Wait(Interval);
            }

            _completion.SetResult();
        }
        catch (Exception e)
        {
            _completion.SetException(e);
        }
    }
}
