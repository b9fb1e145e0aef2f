using System.Text.Json;

namespace K8sScaleTest;

/// <summary>What became of one event on its way to one watch, as the local API server's ledger has it.</summary>
public sealed class LocalApiDeliveryRecord
{
    internal LocalApiDeliveryRecord(JsonElement line, LocalApiClock clock)
    {
        Watch = (int)line.Number("watch");
        Sequence = line.Number("sequence");
        Result = line.Text("result");
        Fault = (int?)line.Optional("fault");
        Type = line.Text("type");
        Resource = line.Text("resource");
        Key = line.Text("key");
        ResourceVersion = line.Number("resourceVersion");
        CommittedNanoseconds = line.Number("committedNanoseconds");
        WrittenNanoseconds = line.Optional("writtenNanoseconds");
        DelayMs = (WrittenNanoseconds - CommittedNanoseconds) / 1e6;
    }

    /// <summary>The watch's number.</summary>
    public int Watch { get; }

    /// <summary>The event's number among the changes of its resource.</summary>
    public long Sequence { get; }

    /// <summary>Delivered, Doubled, Reordered, Lost, CutInLine, NotSelected, Pending, InDoubt (written, but the connection may have ended first) or Forgotten (overwritten).</summary>
    public string Result { get; }

    /// <summary>The fault that did it; null for none.</summary>
    public int? Fault { get; }

    /// <summary>ADDED, MODIFIED or DELETED, as a watcher without a selector sees it.</summary>
    public string Type { get; }

    /// <summary>Plural and group.</summary>
    public string Resource { get; }

    /// <summary>namespace/name, or the name alone.</summary>
    public string Key { get; }

    /// <summary>That the change was given.</summary>
    public long ResourceVersion { get; }

    /// <summary>From commit to when the connection had taken it, in milliseconds; null where it was not sent or its time was not kept.</summary>
    public double? DelayMs { get; }

    /// <summary>When the change took effect, on the monotonic clock.</summary>
    public long CommittedNanoseconds { get; }

    /// <summary>When the connection had taken it.</summary>
    public long? WrittenNanoseconds { get; }
}
