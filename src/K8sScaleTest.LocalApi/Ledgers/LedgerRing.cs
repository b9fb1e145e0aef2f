namespace K8sScaleTest.LocalApi.Ledgers;

/// <summary>
/// The last entries of something that never ends: structs in arrays, filled by any number of threads without a lock and without allocating for an entry. The
/// memory grows with use up to the capacity, and then the oldest is overwritten.
/// </summary>
internal sealed class LedgerRing<T>(int capacity)
    where T : struct
{
    private const int ChunkSize = 512;
    private const long Locked = -1;
    private readonly Slot[]?[] _chunks = new Slot[]?[(capacity + ChunkSize - 1) / ChunkSize];
    private long _next;

    public int Capacity => _chunks.Length * ChunkSize;

    /// <summary>The number of the next entry: as many have been made.</summary>
    public long Next => Volatile.Read(ref _next);

    /// <summary>The number of the oldest entry that is still there.</summary>
    public long First => Math.Max(0, Next - Capacity);

    /// <summary>Takes the next number; <see cref="Write"/> must follow.</summary>
    public long Claim() => Interlocked.Increment(ref _next) - 1;

    /// <summary>Enters a value under a number that was claimed.</summary>
    public void Write(long number, in T value)
    {
        ref var slot = ref At(number);
        // Someone may be completing the entry that is overwritten here.
        while (Interlocked.Exchange(ref slot.Stamp, Locked) == Locked) Thread.SpinWait(1);
        slot.Value = value;
        Volatile.Write(ref slot.Stamp, number + 1);
    }

    public void Add(in T value) => Write(Claim(), value);

    /// <summary>The entry itself, to be completed and let go with <see cref="Unlock"/>; not held when it was overwritten meanwhile.</summary>
    public ref T Lock(long number, out bool held)
    {
        ref var slot = ref At(number);
        held = Interlocked.CompareExchange(ref slot.Stamp, Locked, number + 1) == number + 1;
        return ref slot.Value;
    }

    public void Unlock(long number) => Volatile.Write(ref At(number).Stamp, number + 1);

    /// <summary>A copy of an entry; false when it is not there yet or not any more.</summary>
    public bool TryRead(long number, out T value)
    {
        value = default;
        if (number < 0 || _chunks[number / ChunkSize % _chunks.Length] is not { } chunk) return false;
        ref var slot = ref chunk[number % ChunkSize];
        if (Volatile.Read(ref slot.Stamp) != number + 1) return false;
        value = slot.Value;
        Interlocked.MemoryBarrier();
        return Volatile.Read(ref slot.Stamp) == number + 1;
    }

    private ref Slot At(long number)
    {
        var index = number / ChunkSize % _chunks.Length;
        var chunk = _chunks[index];
        if (chunk is null)
        {
            var made = new Slot[ChunkSize];
            chunk = Interlocked.CompareExchange(ref _chunks[index], made, null) ?? made;
        }
        return ref chunk[number % ChunkSize];
    }

    private struct Slot
    {
        /// <summary>The entry's number and one; 0 for none yet.</summary>
        public long Stamp;
        public T Value;
    }
}
