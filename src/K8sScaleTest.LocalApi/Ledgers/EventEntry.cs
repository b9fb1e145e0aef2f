namespace K8sScaleTest.LocalApi.Ledgers;

/// <summary>What the ledger knows of a change of an object. Its number in the ring is its sequence in the resource's history.</summary>
internal struct EventEntry
{
    /// <summary>Ticks of Stopwatch.</summary>
    public long Committed;
    public long ResourceVersion;

    /// <summary>The number of the request that made it; -1 for the server itself.</summary>
    public long Request;

    /// <summary>namespace/name, or the name alone.</summary>
    public string Key;

    /// <summary>A fault that was decided for all watchers; 0 for none.</summary>
    public ushort Fault;

    public EventType Type;
}
