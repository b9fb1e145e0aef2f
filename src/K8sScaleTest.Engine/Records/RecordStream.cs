using System.Runtime.CompilerServices;

namespace K8sScaleTest.Engine.Records;

/// <summary>
/// Carries records from the threads that measure to whoever writes, counts and shows them. Adding one never waits for those; one thread of
/// its own looks every few tens of milliseconds, or when there are many, and hands over all there is, so that hardly a record wakes anybody.
/// </summary>
/// <remarks>Records stand in chunks of one size: what a flood of them needed is given back when it is over.</remarks>
/// <typeparam name="TRow">The records in their compact form.</typeparam>
internal sealed class RecordStream<TRow> : IDisposable
    where TRow : struct
{
    // Below what the large object heap takes.
    private const int ChunkBytes = 64 * 1024;
    private const int MostSpare = 4;
    private static readonly int ChunkRows = Math.Max(16, ChunkBytes / Unsafe.SizeOf<TRow>());
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(50);
    private readonly Lock _gate = new();
    private readonly Queue<TRow[]> _full = new();
    private readonly Stack<TRow[]> _spare = new();
    private readonly IRecordConsumer<TRow> _consumer;
    private readonly Thread _thread;
    private readonly ManualResetEventSlim _wake = new(initialState: false, spinCount: 0);
    private readonly TaskCompletionSource _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TRow[] _chunk = new TRow[ChunkRows];
    private int _rows;
    private long _added;
    private long _handedOver;
    private volatile bool _closing;

    public RecordStream(IRecordConsumer<TRow> consumer)
    {
        _consumer = consumer;
        _thread = new(Consume) { IsBackground = true, Name = "records" };
    }

    /// <summary>Completes when the stream was closed and all its records handed over; faults when the consumer did.</summary>
    public Task Completion => _completion.Task;

    /// <summary>Records not yet handed over.</summary>
    public int Waiting
    {
        get
        {
            // In this order: what is added between the two reads makes it too large, and never negative.
            var handedOver = Volatile.Read(ref _handedOver);
            return (int)(Volatile.Read(ref _added) - handedOver);
        }
    }

    /// <summary>Begins to hand over; records added before wait.</summary>
    public void Start() => _thread.Start();

    public void Add(in TRow row)
    {
        lock (_gate)
        {
            _chunk[_rows++] = row;
            Volatile.Write(ref _added, _added + 1);
            if (_rows < ChunkRows) return;
            _full.Enqueue(_chunk);
            if (!_spare.TryPop(out _chunk!)) _chunk = new TRow[ChunkRows];
            _rows = 0;
        }

        _wake.Set();
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
                while (TryTake(out var chunk, out var rows)) HandOver(chunk, rows);
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
            Volatile.Write(ref _handedOver, _handedOver + 1);
        }

        // They hold texts.
        Array.Clear(chunk, 0, rows);
        lock (_gate)
        {
            if (_spare.Count < MostSpare) _spare.Push(chunk);
        }
    }

    private bool TryTake(out TRow[] chunk, out int rows)
    {
        lock (_gate)
        {
            rows = ChunkRows;
            if (_full.TryDequeue(out chunk!)) return true;
            (chunk, rows) = (_chunk, _rows);
            if (rows == 0) return false;
            if (!_spare.TryPop(out _chunk!)) _chunk = new TRow[ChunkRows];
            _rows = 0;
            return true;
        }
    }
}
