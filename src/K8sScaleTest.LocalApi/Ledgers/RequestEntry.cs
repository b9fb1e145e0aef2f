using K8sScaleTest.LocalApi.Http;
using K8sScaleTest.LocalApi.Resources;

namespace K8sScaleTest.LocalApi.Ledgers;

/// <summary>What the ledger knows of a request. All moments are ticks of Stopwatch; 0 where it did not come to that.</summary>
internal struct RequestEntry
{
    /// <summary>Its headers had been read.</summary>
    public long Arrived;

    /// <summary>The (last) write took effect.</summary>
    public long Committed;

    /// <summary>The answer was complete and handed to the connection.</summary>
    public long Answered;

    /// <summary>Nanoseconds that faults were to add, as drawn.</summary>
    public long Latency;

    /// <summary>That the (last) write was given.</summary>
    public long ResourceVersion;

    public string Connection;
    public string UserAgent;
    public string Method;
    public ResourceType? Resource;

    /// <summary>The path of a request for no resource; of others the namespace.</summary>
    public string Place;
    public string Name;

    /// <summary>Of the object that was written: a create has no name in its path.</summary>
    public string? Key;

    /// <summary>Up to four faults, 16 bits each, in the order in which they were drawn.</summary>
    public ulong Faults;
    public int RemotePort;

    /// <summary>HTTP/2; 0 on HTTP/1.1.</summary>
    public int Stream;
    public short Status;
    public Verb Verb;

    public RequestEnd End;
}
