using System.Text.Json;

namespace K8sScaleTest;

/// <summary>A request as the local API server's ledger has it. Nanoseconds are those of the monotonic clock (CLOCK_MONOTONIC, Stopwatch), which all processes of the machine share.</summary>
public sealed class LocalApiRequestRecord
{
    internal LocalApiRequestRecord(JsonElement line, LocalApiClock clock)
    {
        Number = line.Number("number");
        Verb = line.Text("verb");
        Resource = line.Text("resource");
        Namespace = line.Text("namespace");
        Name = line.Text("name");
        Path = line.Text("path");
        End = line.Text("end");
        StatusCode = (int?)line.Optional("status");
        ResourceVersion = line.Optional("resourceVersion");
        Fault = line.List("faults");
        LatencyMs = (line.Optional("latencyNanoseconds") ?? 0) / 1e6;
        ArrivedNanoseconds = line.Number("arrivedNanoseconds");
        CommittedNanoseconds = line.Optional("committedNanoseconds");
        AnsweredNanoseconds = line.Optional("answeredNanoseconds");
        Connection = line.Text("connection");
        RemotePort = (int)line.Number("remotePort");
        Stream = (int?)line.Optional("stream");
        UserAgent = line.Text("userAgent");
        Method = line.Text("method");
        Arrived = clock.Utc(ArrivedNanoseconds);
        CommitMs = (CommittedNanoseconds - ArrivedNanoseconds) / 1e6;
        AnswerMs = (AnsweredNanoseconds - ArrivedNanoseconds) / 1e6;
    }

    /// <summary>Its number in the ledger, by arrival.</summary>
    public long Number { get; }

    /// <summary>When its headers had been read (UTC, for people: measure with the nanoseconds).</summary>
    public DateTime Arrived { get; }

    /// <summary>get, list, watch, create, update, patch, delete, deletecollection, or other for what is no resource.</summary>
    public string Verb { get; }

    /// <summary>Plural and group; empty for what is no resource.</summary>
    public string Resource { get; }

    /// <summary>Empty for a cluster-wide request.</summary>
    public string Namespace { get; }

    /// <summary>The object's name; of a create once it took effect.</summary>
    public string Name { get; }

    /// <summary>The path of what is no resource; empty for others.</summary>
    public string Path { get; }

    /// <summary>Open, Answered, Reset, Refused, NoAnswer, ClientGone or BrokenOff.</summary>
    public string End { get; }

    /// <summary>Of the answer; null where there was none.</summary>
    public int? StatusCode { get; }

    /// <summary>That the write was given; null where nothing was written.</summary>
    public long? ResourceVersion { get; }

    /// <summary>The numbers of the faults that happened to it, comma-separated, in their order.</summary>
    public string Fault { get; }

    /// <summary>The latency that faults added, as it was drawn, in milliseconds: the request took at least so much longer. 0 for none.</summary>
    public double LatencyMs { get; }

    /// <summary>When its headers had been read.</summary>
    public long ArrivedNanoseconds { get; }

    /// <summary>When the write took effect; of a deletecollection, the last one.</summary>
    public long? CommittedNanoseconds { get; }

    /// <summary>When the answer was complete and handed to the connection; of others, when the server was done with it.</summary>
    public long? AnsweredNanoseconds { get; }

    /// <summary>From arrival to commit, in milliseconds.</summary>
    public double? CommitMs { get; }

    /// <summary>From arrival to answer, in milliseconds.</summary>
    public double? AnswerMs { get; }

    /// <summary>The server's name for the connection.</summary>
    public string Connection { get; }

    /// <summary>The client's port.</summary>
    public int RemotePort { get; }

    /// <summary>The HTTP/2 stream; null on HTTP/1.1.</summary>
    public int? Stream { get; }

    /// <summary>The client's User-Agent header.</summary>
    public string UserAgent { get; }

    /// <summary>The HTTP method.</summary>
    public string Method { get; }
}
