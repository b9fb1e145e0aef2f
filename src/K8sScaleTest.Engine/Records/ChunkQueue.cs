using System.Runtime.CompilerServices;

namespace K8sScaleTest.Engine.Records;

/// <summary>
/// Many threads add, one takes all there is. Items stand in chunks of one size: nobody waits for anybody, and what a flood of them needed is given back when it
/// is over.
/// </summary>
/// <typeparam name="T">The items.</typeparam>
internal sealed class ChunkQueue<T>
    where T : struct
{
    // Below what the large object heap takes.
    private const int ChunkBytes = 64 * 1024;
    private const int MostSpare = 4;
    private static readonly int ChunkItems = Math.Max(16, ChunkBytes / Unsafe.SizeOf<T>());
    private readonly Lock _gate = new();
    private readonly Queue<T[]> _full = new();
    private readonly Stack<T[]> _spare = new();
    private T[] _chunk = new T[ChunkItems];
    private int _count;
    private long _added;
    private long _done;

    /// <summary>Items added, and not yet said to be done with.</summary>
    public long Waiting
    {
        get
        {
            // In this order: what is added between the two reads makes it too large, and never negative.
            var done = Volatile.Read(ref _done);
            return Volatile.Read(ref _added) - done;
        }
    }

    /// <summary>Adds an item.</summary>
    /// <returns>How many full chunks wait, where the item filled one; else 0.</returns>
    public int Add(in T item)
    {
        lock (_gate)
        {
            _chunk[_count++] = item;
            Volatile.Write(ref _added, _added + 1);
            if (_count < ChunkItems) return 0;
            _full.Enqueue(_chunk);
            _chunk = NewChunk();
            return _full.Count;
        }
    }

    /// <summary>Takes a chunk, full or not; false when there is nothing.</summary>
    /// <param name="chunk">The chunk, which must be given back.</param>
    /// <param name="count">How many items it holds.</param>
    public bool TryTake(out T[] chunk, out int count)
    {
        lock (_gate)
        {
            count = ChunkItems;
            if (_full.TryDequeue(out chunk!)) return true;
            (chunk, count) = (_chunk, _count);
            if (count == 0) return false;
            _chunk = NewChunk();
            return true;
        }
    }

    /// <summary>Whoever takes is done with one more item.</summary>
    public void Done() => Volatile.Write(ref _done, _done + 1);

    /// <summary>Gives a chunk back.</summary>
    /// <param name="chunk">The chunk.</param>
    /// <param name="count">How many items it held.</param>
    public void GiveBack(T[] chunk, int count)
    {
        // They hold references.
        Array.Clear(chunk, 0, count);
        lock (_gate)
        {
            if (_spare.Count < MostSpare) _spare.Push(chunk);
        }
    }

    private T[] NewChunk()
    {
        _count = 0;
        return _spare.TryPop(out var spare) ? spare : new T[ChunkItems];
    }
}
