using System.Text.Json;

namespace K8sScaleTest;

/// <summary>A watch as the local API server's ledger has it: what it looked at, without a gap, and what became of that.</summary>
public sealed class LocalApiWatchRecord
{
    internal LocalApiWatchRecord(JsonElement line, LocalApiClock clock)
    {
        Watch = (int)line.Number("watch");
        Resource = line.Text("resource");
        Namespace = line.Text("namespace");
        Name = line.Text("name");
        LabelSelector = line.Text("labelSelector");
        FieldSelector = line.Text("fieldSelector");
        End = line.Text("end");
        EndFault = (int?)line.Optional("endFault");
        StartResourceVersion = line.Number("startResourceVersion");
        FirstSequence = line.Number("firstSequence");
        NextSequence = line.Number("nextSequence");
        FlushedSequence = line.Number("flushedSequence");
        Initial = line.Number("initial");
        Delivered = line.Number("delivered");
        NotSelected = line.Number("filtered");
        Lost = line.Number("lost");
        Doubled = line.Number("doubled");
        Reordered = line.Number("reordered");
        Stalled = line.Number("stalled");
        CutInLine = line.Number("cutInLine");
        Fault = line.List("faults");
        Request = line.Number("request");
        UserAgent = line.Text("userAgent");
        StartedNanoseconds = line.Number("startedNanoseconds");
        EndedNanoseconds = line.Optional("endedNanoseconds");
        Started = clock.Utc(StartedNanoseconds);
    }

    /// <summary>Its number in the ledger.</summary>
    public int Watch { get; }

    /// <summary>When it began (UTC).</summary>
    public DateTime Started { get; }

    /// <summary>Plural and group.</summary>
    public string Resource { get; }

    /// <summary>Empty for all namespaces.</summary>
    public string Namespace { get; }

    /// <summary>Of a watch of one object by its path; empty for others.</summary>
    public string Name { get; }

    /// <summary>Empty for none.</summary>
    public string LabelSelector { get; }

    /// <summary>Empty for none.</summary>
    public string FieldSelector { get; }

    /// <summary>Open, TimedOut, ClientGone, TooSlow, Cut, Error, Expired or ServerEnded.</summary>
    public string End { get; }

    /// <summary>The fault that ended it; null for none.</summary>
    public int? EndFault { get; }

    /// <summary>The resourceVersion that it began after.</summary>
    public long StartResourceVersion { get; }

    /// <summary>The first event that was its business.</summary>
    public long FirstSequence { get; }

    /// <summary>The next event that it has to look at: all from the first to before this one were looked at.</summary>
    public long NextSequence { get; }

    /// <summary>What was sent of the events before this one has been handed to the connection.</summary>
    public long FlushedSequence { get; }

    /// <summary>Objects that it began with, as ADDED events.</summary>
    public long Initial { get; }

    /// <summary>Events that were sent; those sent twice count once.</summary>
    public long Delivered { get; }

    /// <summary>Events that its namespace or selectors leave out.</summary>
    public long NotSelected { get; }

    /// <summary>Events that faults kept back.</summary>
    public long Lost { get; }

    /// <summary>Events that faults had sent twice.</summary>
    public long Doubled { get; }

    /// <summary>Events that faults had sent after the next one.</summary>
    public long Reordered { get; }

    /// <summary>Times that a fault had nothing sent for a while.</summary>
    public long Stalled { get; }

    /// <summary>Events of which half a line was sent.</summary>
    public long CutInLine { get; }

    /// <summary>The numbers of all faults that have happened to it or its events, comma-separated; that of -Delivery says which to what.</summary>
    public string Fault { get; }

    /// <summary>The number of its request.</summary>
    public long Request { get; }

    /// <summary>The client's User-Agent header.</summary>
    public string UserAgent { get; }

    /// <summary>When it began, on the monotonic clock.</summary>
    public long StartedNanoseconds { get; }

    /// <summary>When it ended; null while it is open.</summary>
    public long? EndedNanoseconds { get; }
}
