using System.Text.Json;

namespace K8sScaleTest;

/// <summary>A change of an object as the local API server's ledger has it.</summary>
public sealed class LocalApiEventRecord
{
    internal LocalApiEventRecord(JsonElement line, LocalApiClock clock)
    {
        Sequence = line.Number("sequence");
        Type = line.Text("type");
        Resource = line.Text("resource");
        Key = line.Text("key");
        ResourceVersion = line.Number("resourceVersion");
        Request = line.Optional("request");
        Fault = (int?)line.Optional("fault");
        CommittedNanoseconds = line.Number("committedNanoseconds");
        Committed = clock.Utc(CommittedNanoseconds);
    }

    /// <summary>Its number among the changes of its resource.</summary>
    public long Sequence { get; }

    /// <summary>When it took effect (UTC, for people: measure with the nanoseconds).</summary>
    public DateTime Committed { get; }

    /// <summary>ADDED, MODIFIED or DELETED, as a watcher without a selector sees it.</summary>
    public string Type { get; }

    /// <summary>Plural and group.</summary>
    public string Resource { get; }

    /// <summary>namespace/name, or the name alone.</summary>
    public string Key { get; }

    /// <summary>That it was given.</summary>
    public long ResourceVersion { get; }

    /// <summary>The number of the request that made it; null for what the server did by itself.</summary>
    public long? Request { get; }

    /// <summary>The fault that was chosen for all watchers; null for none.</summary>
    public int? Fault { get; }

    /// <summary>When it took effect, on the monotonic clock.</summary>
    public long CommittedNanoseconds { get; }
}
