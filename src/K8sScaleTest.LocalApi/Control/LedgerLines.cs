using K8sScaleTest.LocalApi.Http;
using K8sScaleTest.LocalApi.Json;
using K8sScaleTest.LocalApi.Ledgers;
using K8sScaleTest.LocalApi.Resources;

namespace K8sScaleTest.LocalApi.Control;

/// <summary>One entry of the ledger as one JSON object.</summary>
internal static class LedgerLines
{
    /// <summary>Entries that nobody can read any more.</summary>
    public static void Overwritten(JsonBuffer to, long from, long until, ResourceType? resource = null)
    {
        to.Byte((byte)'{');
        if (resource is not null) Text(to, "resource"u8, resource.QualifiedPlural);
        Number(to, "overwrittenFrom"u8, from);
        Number(to, "overwrittenTo"u8, until);
        to.Byte((byte)'}');
    }

    public static void Request(JsonBuffer to, long number, in RequestEntry entry)
    {
        to.Byte((byte)'{');
        Number(to, "number"u8, number);
        Text(to, "connection"u8, entry.Connection);
        Number(to, "remotePort"u8, entry.RemotePort);
        if (entry.Stream != 0) Number(to, "stream"u8, entry.Stream);
        Text(to, "userAgent"u8, entry.UserAgent);
        Text(to, "method"u8, entry.Method);
        Text(to, "verb"u8, VerbNames.Of(entry.Verb));
        if (entry.Resource is { } resource)
        {
            Text(to, "resource"u8, resource.QualifiedPlural);
            Text(to, "namespace"u8, entry.Place);
            Text(to, "name"u8, entry.Name.Length == 0 && entry.Verb == Verb.Create ? NameOf(entry.Key) : entry.Name);
        }
        else
        {
            Text(to, "path"u8, entry.Place);
        }
        Text(to, "end"u8, entry.End.ToString());
        if (entry.Status != 0) Number(to, "status"u8, entry.Status);
        if (entry.ResourceVersion != 0) Number(to, "resourceVersion"u8, entry.ResourceVersion);
        Moment(to, "arrivedNanoseconds"u8, entry.Arrived);
        Moment(to, "committedNanoseconds"u8, entry.Committed);
        Moment(to, "answeredNanoseconds"u8, entry.Answered);
        if (entry.Latency != 0) Number(to, "latencyNanoseconds"u8, entry.Latency);
        to.Name("faults"u8);
        to.Byte((byte)'[');
        for (var ids = entry.Faults; ids != 0; ids >>= 16)
        {
            to.Separate();
            to.Number((ushort)ids);
        }
        to.Raw("]}"u8);
    }

    public static void Event(JsonBuffer to, long number, ResourceType resource, in EventEntry entry)
    {
        to.Byte((byte)'{');
        Number(to, "sequence"u8, number);
        Text(to, "resource"u8, resource.QualifiedPlural);
        Text(to, "type"u8, Upper(entry.Type));
        Text(to, "key"u8, entry.Key);
        Number(to, "resourceVersion"u8, entry.ResourceVersion);
        Moment(to, "committedNanoseconds"u8, entry.Committed);
        if (entry.Request >= 0) Number(to, "request"u8, entry.Request);
        if (entry.Fault != 0) Number(to, "fault"u8, entry.Fault);
        to.Byte((byte)'}');
    }

    public static void Watch(JsonBuffer to, WatchEntry watch, bool coverage)
    {
        to.Byte((byte)'{');
        Number(to, "watch"u8, watch.Number);
        Number(to, "request"u8, watch.Request);
        Text(to, "resource"u8, watch.Resource.QualifiedPlural);
        Text(to, "namespace"u8, watch.Namespace);
        Text(to, "name"u8, watch.Name);
        Text(to, "labelSelector"u8, watch.LabelSelector);
        Text(to, "fieldSelector"u8, watch.FieldSelector);
        Text(to, "userAgent"u8, watch.UserAgent);
        Text(to, "end"u8, watch.End.ToString());
        if (watch.EndFault != 0) Number(to, "endFault"u8, watch.EndFault);
        Number(to, "startResourceVersion"u8, watch.StartRevision);
        var known = watch.FirstKnown;
        var examined = watch.Examined;
        Number(to, "firstSequence"u8, watch.First);
        Number(to, "nextSequence"u8, examined);
        Number(to, "flushedSequence"u8, watch.Flushed);
        Number(to, "initial"u8, watch.Initial);
        Number(to, "delivered"u8, watch.Delivered);
        Number(to, "filtered"u8, watch.Filtered);
        Number(to, "lost"u8, watch.Lost);
        Number(to, "doubled"u8, watch.Doubled);
        Number(to, "reordered"u8, watch.Reordered);
        Number(to, "stalled"u8, watch.Stalled);
        Number(to, "cutInLine"u8, watch.CutInLine);
        Moment(to, "startedNanoseconds"u8, watch.Started);
        Moment(to, "endedNanoseconds"u8, watch.Ended);
        to.Name("faults"u8);
        to.Byte((byte)'[');
        foreach (var fault in watch.Faults)
        {
            to.Separate();
            to.Number(fault);
        }
        to.Byte((byte)']');
        if (coverage)
        {
            Number(to, "coverageFrom"u8, known);
            Text(to, "coverage"u8, Convert.ToBase64String(Bits(watch, known, examined)));
        }
        to.Byte((byte)'}');
    }

    public static string Upper(EventType type) => Watching.WatchOutput.Name(type);

    public static void Text(JsonBuffer to, ReadOnlySpan<byte> name, string value) => to.Property(name, value);

    public static void Number(JsonBuffer to, ReadOnlySpan<byte> name, long value)
    {
        to.Name(name);
        to.Number(value);
    }

    public static void Moment(JsonBuffer to, ReadOnlySpan<byte> name, long ticks)
    {
        if (LedgerTime.Nanoseconds(ticks) is { } nanoseconds) Number(to, name, nanoseconds);
    }

    /// <summary>A bit for each event from one sequence to another, the first lowest: 1 for delivered.</summary>
    private static byte[] Bits(WatchEntry watch, long from, long until)
    {
        var bits = new byte[(until - from + 7) / 8];
        for (var sequence = from; sequence < until; sequence++)
        {
            if (watch.WasDelivered(sequence) == true) bits[(sequence - from) / 8] |= (byte)(1 << (int)((sequence - from) % 8));
        }
        return bits;
    }

    private static string NameOf(string? key) => key is null ? "" : key[(key.IndexOf('/', StringComparison.Ordinal) + 1)..];
}
