using K8sScaleTest.LocalApi.Ledgers;

namespace K8sScaleTest.LocalApi.Storage;

/// <summary>
/// One etcd: the counter of revisions, and the lock under which they are given out. The core and the aggregated group have one each, as in a
/// real cluster, so that code which compares resourceVersions across them is caught.
/// </summary>
internal sealed class RevisionCounter(long start, Ledger? ledger)
{
    private long _current = start;

    public Lock Gate { get; } = new();

    /// <summary>Where changes are entered; null for nowhere.</summary>
    public Ledger? Ledger => ledger;

    public long Current => Volatile.Read(ref _current);

    /// <summary>The next revision; <see cref="Gate"/> is held.</summary>
    public long Advance()
    {
        Volatile.Write(ref _current, _current + 1);
        return _current;
    }

    /// <summary>Goes back, as after a restore of etcd; <see cref="Gate"/> is held.</summary>
    public void GoBack(long revision) => Volatile.Write(ref _current, Math.Min(_current, revision));
}
