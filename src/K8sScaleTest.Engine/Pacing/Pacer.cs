using System.Collections.Concurrent;
using System.Runtime.CompilerServices;

namespace K8sScaleTest.Engine.Pacing;

/// <summary>
/// Launches items when they are due, on one thread of its own: creates, updates and deletes stand in one heap of due times. It sleeps
/// between them, never drops one, and catches up without a pause when it is late; what it was late by is for the caller to record.
/// </summary>
/// <typeparam name="T">What is launched.</typeparam>
public sealed class Pacer<T> : IDisposable
{
    // Larger than no due time: who schedules need not wake a thread that is going to look by itself.
    private const long Awake = long.MinValue;

    private readonly Action<T, long> _launch;
    private readonly PacerWait _wait;
    private readonly Thread _thread;
    private readonly TaskCompletionSource _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);

    // Two parts: what other threads hand over, in the order in which they did, and what the pacing thread has put in order of due times.
    private readonly ConcurrentQueue<(T Item, long DueTicks)> _inbox = new();
    private readonly PriorityQueue<T, DueTime> _heap;
    private readonly Lock _stopLock = new();
    private long _order;
    private long _waitsUntil = Awake;
    private volatile bool _stopping;

    /// <summary>Makes a pacer; nothing is launched before <see cref="Start"/>.</summary>
    /// <param name="launch">
    /// Called on the pacing thread with an item and its due ticks, in the order of due times, ties in the order of scheduling. It must not
    /// block: all that is due later waits for it. What it throws ends the pacer and faults <see cref="Completion"/>.
    /// </param>
    /// <param name="wait">How to wait, disposed of with the pacer; null for the most precise way of this platform.</param>
    /// <param name="capacity">How many pending items to make room for at once, so that growing does not interrupt a run.</param>
    public Pacer(Action<T, long> launch, PacerWait? wait = null, int capacity = 0)
    {
        ArgumentNullException.ThrowIfNull(launch);
        _launch = launch;
        _wait = wait ?? PacerWait.CreatePrecise();
        _heap = new(capacity);
        _thread = new(Run) { IsBackground = true, Name = "pacer" };
    }

    /// <summary>Ends when the pacing thread has: successfully after <see cref="Stop"/>, faulted when a launch or the waiting threw.</summary>
    public Task Completion => _completion.Task;

    /// <summary>Items scheduled and not yet launched; approximate while others schedule.</summary>
    public int Count => _heap.Count + _inbox.Count;

    /// <summary>Starts the pacing thread.</summary>
    /// <exception cref="ThreadStateException">It has been started before.</exception>
    public void Start() => _thread.Start();

    /// <summary>
    /// Adds an item, from any thread and from within a launch too. What is scheduled after <see cref="Stop"/> is not launched, but
    /// kept for whoever calls <see cref="Stop"/> again.
    /// </summary>
    /// <param name="item">What to launch.</param>
    /// <param name="dueTicks">When, in <see cref="System.Diagnostics.Stopwatch"/> ticks; the past means at once.</param>
    public void Schedule(T item, long dueTicks)
    {
        _inbox.Enqueue((item, dueTicks));

        // Dekker's scheme: this thread writes the inbox and then reads until when the pacer waits, the pacer writes until when it waits
        // and then reads the inbox. With a full fence between write and read on both sides, one of the two must see the other.
        Interlocked.MemoryBarrier();
        if (dueTicks < Volatile.Read(ref _waitsUntil)) _wait.Wake();
    }

    /// <summary>
    /// Stops launching at once: a launch under way is awaited (unless this is called from within it), none follows.
    /// May be called again, and before <see cref="Start"/>.
    /// </summary>
    /// <returns>What was scheduled, not launched and not yet returned, in the order in which it was due.</returns>
    public IReadOnlyList<T> Stop()
    {
        _stopping = true;
        _wait.Wake();
        if ((_thread.ThreadState & ThreadState.Unstarted) != 0) _completion.TrySetResult();
        else if (Thread.CurrentThread != _thread) _thread.Join();
        lock (_stopLock)
        {
            TakeInbox();
            var pending = new List<T>(_heap.Count);
            while (_heap.TryDequeue(out var item, out _)) pending.Add(item);
            return pending;
        }
    }

    /// <summary>Stops, forgets what was pending, and frees what the waiting held. Not to be called from within a launch.</summary>
    public void Dispose()
    {
        Stop();
        _wait.Dispose();
    }

    private void Run()
    {
        try
        {
            _wait.Enter();
            while (!_stopping) Step();
            _completion.TrySetResult();
        }
        catch (Exception exception)
        {
            // Nothing is swallowed: whoever runs the pacer learns it from Completion, instead of the process dying.
            _completion.TrySetException(exception);
        }
    }

    // Not part of the loop: a loop that has run long enough is compiled anew while it waits (on-stack replacement), on this very thread, and
    // with all this in it that took over 10 ms; a method of its own is compiled by another thread.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Step()
    {
        TakeInbox();
        if (!_heap.TryPeek(out var item, out var due))
        {
            WaitUntil(long.MaxValue);
        }
        else if (due.Ticks > _wait.Now)
        {
            WaitUntil(due.Ticks);
        }
        else
        {
            _heap.Dequeue();
            _launch(item, due.Ticks);
        }
    }

    private void WaitUntil(long dueTicks)
    {
        Volatile.Write(ref _waitsUntil, dueTicks);
        Interlocked.MemoryBarrier();
        if (_inbox.IsEmpty && !_stopping) _wait.Wait(dueTicks);
        Volatile.Write(ref _waitsUntil, Awake);
    }

    private void TakeInbox()
    {
        while (_inbox.TryDequeue(out var entry)) _heap.Enqueue(entry.Item, new(entry.DueTicks, _order++));
    }

    private readonly record struct DueTime(long Ticks, long Order) : IComparable<DueTime>
    {
        public int CompareTo(DueTime other) => Ticks != other.Ticks ? Ticks.CompareTo(other.Ticks) : Order.CompareTo(other.Order);
    }
}
