using System.Collections;
using System.Management.Automation;
using System.Text.Json.Nodes;

namespace K8sScaleTest;

/// <summary>Makes a local API server misbehave in a known way, and ends; the fault stays until its count or time is over, or until Clear-LocalApiFault.</summary>
/// <remarks>
/// <para>
/// A server whose faults are known shows what a client, an informer or a driver makes of them: latency, refusals, resets before or after a write took effect, watches that end, stall
/// or lose events, history that is forgotten, a server restored from a backup, a wrong clock. Get-LocalApiLedger tells what was done to which request and event, so that a test need not
/// trust the client, nor the fault.
/// </para>
/// <para>
/// A fault happens to what matches all of -Verb, -Resource, -Namespace, -Name, -UserAgent (and -EventType); of the matches -Skip lets off the first, -Every takes each n-th, and
/// -Probability draws among those. A draw depends on the seed and on the number of the match alone, so the same -Seed and the same sequence of requests have the same faults. Several
/// faults may hold at once: latencies add up, and of those that end a request the oldest does.
/// </para>
/// <para>
/// Faults of events concern watches; a watcher draws for itself, by the order in which the watchers met the fault, or with -ForAll the server draws once for all of them. What a selector
/// leaves out is not a match.
/// </para>
/// </remarks>
/// <example>
/// <code>
/// $server = Start-LocalApiServer
/// $server | Set-LocalApiFault -Verb create -Latency 50ms
/// $server | Start-ConfigMapDriver -Rate 100 -Count 1000 | Measure-ScaleTest
/// </code>
/// Creates take 50 ms longer, deletes do not: the summary says so.
/// </example>
/// <example>
/// <code>
/// $server | Set-LocalApiFault -Verb create -StatusCode 429 -RetryAfter 1s -Probability 0.05 -Seed 42
/// </code>
/// Refuses one create in twenty, the same ones each time.
/// </example>
/// <example>
/// <code>
/// $server | Set-LocalApiFault -Verb create, patch -Reset -AfterCommit -Every 100
/// </code>
/// Each hundredth write takes effect, but its client never learns of it.
/// </example>
/// <example>
/// <code>
/// $server | Set-LocalApiFault -Resource configmaps -LoseEvent -ForAll -Probability 0.001
/// $server | Set-LocalApiFault -Resource configmaps -StallWatch 5s -Now
/// $server | Set-LocalApiFault -Compact
/// </code>
/// Loses events on purpose, stalls all watches for five seconds, and forgets the history: what becomes of an informer's cache?
/// </example>
/// <example>
/// <code>
/// $server | Set-LocalApiFault -LatencyMix @{ Weight = 99; Latency = '2ms' }, @{ Weight = 1; Median = '500ms'; Sigma = 1 } -For 5m
/// </code>
/// A server with a bad tail, for five minutes.
/// </example>
/// <seealso cref="GetLocalApiFaultCommand"/>
/// <seealso cref="ClearLocalApiFaultCommand"/>
/// <seealso cref="GetLocalApiLedgerCommand"/>
/// <seealso cref="StartLocalApiServerCommand"/>
[Cmdlet(VerbsCommon.Set, "LocalApiFault", SupportsShouldProcess = true)]
[OutputType(typeof(LocalApiFault))]
public sealed class SetLocalApiFaultCommand : FaultMatchCmdlet
{
    /// <summary>Adds this latency.</summary>
    [Parameter(Mandatory = true, ParameterSetName = LatencySet)]
    [Duration]
    public TimeSpan Latency { get; set; }

    /// <summary>Adds a latency drawn evenly from this to -LatencyTo.</summary>
    [Parameter(Mandatory = true, ParameterSetName = UniformSet)]
    [Duration]
    public TimeSpan LatencyFrom { get; set; }

    /// <summary>The longest latency that is drawn, with -LatencyFrom.</summary>
    [Parameter(Mandatory = true, ParameterSetName = UniformSet)]
    [Duration]
    public TimeSpan LatencyTo { get; set; }

    /// <summary>Adds a latency drawn from the exponential distribution with this mean.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ExponentialSet)]
    [Duration]
    public TimeSpan LatencyMean { get; set; }

    /// <summary>Adds a latency drawn from the lognormal distribution with this median and -LatencySigma.</summary>
    [Parameter(Mandatory = true, ParameterSetName = LogNormalSet)]
    [Duration]
    public TimeSpan LatencyMedian { get; set; }

    /// <summary>The standard deviation of the logarithm of the latency, with -LatencyMedian: 0.5 is a moderate tail, 1 a long one.</summary>
    [Parameter(Mandatory = true, ParameterSetName = LogNormalSet)]
    [ValidateRange(0.0, 10.0)]
    public double LatencySigma { get; set; }

    /// <summary>Adds a latency drawn from one of several distributions, each a hashtable with Weight and Latency, or From and To, or Mean, or Median and Sigma: @{ Weight = 99; Latency = '5ms' }, @{ Weight = 1; Median = '500ms'; Sigma = 1 }.</summary>
    [Parameter(Mandatory = true, ParameterSetName = MixSet)]
    [ValidateNotNullOrEmpty]
    public Hashtable[] LatencyMix { get; set; } = [];

    /// <summary>Answers with this status code, from 400 to 599: 429 as plain text with Retry-After, as priority and fairness does, the others as a Status.</summary>
    [Parameter(Mandatory = true, ParameterSetName = StatusSet)]
    [ValidateRange(400, 599)]
    public int StatusCode { get; set; }

    /// <summary>The Retry-After header, in whole seconds; 1 s for a 429, none for others by default.</summary>
    [Parameter(ParameterSetName = StatusSet)]
    [Duration]
    public TimeSpan? RetryAfter { get; set; }

    /// <summary>The message of the answer; what the real server says by default.</summary>
    [Parameter(ParameterSetName = StatusSet)]
    [ValidateNotNullOrEmpty]
    public string? Message { get; set; }

    /// <summary>Never answers: the client has to give up.</summary>
    [Parameter(Mandatory = true, ParameterSetName = NoAnswerSet)]
    public SwitchParameter NoAnswer { get; set; }

    /// <summary>Resets the stream (RST_STREAM with INTERNAL_ERROR), or the connection on HTTP/1.1.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ResetSet)]
    public SwitchParameter Reset { get; set; }

    /// <summary>Serves the request and then closes its connection gracefully: GOAWAY, or Connection: close on HTTP/1.1.</summary>
    [Parameter(Mandatory = true, ParameterSetName = GoAwaySet)]
    public SwitchParameter GoAway { get; set; }

    /// <summary>Refuses the stream before anything was read (RST_STREAM with REFUSED_STREAM), or resets the connection on HTTP/1.1.</summary>
    [Parameter(Mandatory = true, ParameterSetName = RefuseStreamSet)]
    public SwitchParameter RefuseStream { get; set; }

    /// <summary>Listens to nobody for the time of -For: connecting fails, open connections live on.</summary>
    [Parameter(Mandatory = true, ParameterSetName = RefuseConnectionSet)]
    public SwitchParameter RefuseConnection { get; set; }

    /// <summary>Ends a watch at an event that is chosen, which is not sent: End as if its time were up, Reset by a reset, MidLine after half of the event's line.</summary>
    [Parameter(Mandatory = true, ParameterSetName = CutWatchSet)]
    [ValidateSet("End", "Reset", "MidLine")]
    public string CutWatch { get; set; } = "";

    /// <summary>Sends nothing on a watch for this time, from an event that is chosen on; then everything.</summary>
    [Parameter(Mandatory = true, ParameterSetName = StallWatchSet)]
    [Duration]
    public TimeSpan StallWatch { get; set; }

    /// <summary>Sends an ERROR event with a Status (410, or -ErrorCode) in place of an event that is chosen, and ends the watch.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ErrorEventSet)]
    public SwitchParameter ErrorEvent { get; set; }

    /// <summary>The code of the Status that -ErrorEvent sends, from 400 to 599: 410 (Expired) by default; 429 and 500 are what else a real server sends there.</summary>
    [Parameter(ParameterSetName = ErrorEventSet)]
    [ValidateRange(400, 599)]
    public int ErrorCode { get; set; } = 410;

    /// <summary>Does it at once to all open watches that match, not at an event: -Name, -EventType and what chooses among events do not go with it.</summary>
    [Parameter(ParameterSetName = CutWatchSet)]
    [Parameter(ParameterSetName = StallWatchSet)]
    [Parameter(ParameterSetName = ErrorEventSet)]
    public SwitchParameter Now { get; set; }

    /// <summary>Sends on a watch no more than this, on average.</summary>
    [Parameter(Mandatory = true, ParameterSetName = SlowBytesSet)]
    [ValidateRange(1.0, 1e12)]
    public double BytesPerSecond { get; set; }

    /// <summary>Sends on a watch no more than this.</summary>
    [Parameter(Mandatory = true, ParameterSetName = SlowEventsSet)]
    [ValidateRange(0.001, 1e9)]
    public double EventsPerSecond { get; set; }

    /// <summary>Never sends an event that is chosen.</summary>
    [Parameter(Mandatory = true, ParameterSetName = LoseEventSet)]
    public SwitchParameter LoseEvent { get; set; }

    /// <summary>Sends an event that is chosen twice.</summary>
    [Parameter(Mandatory = true, ParameterSetName = DoubleEventSet)]
    public SwitchParameter DoubleEvent { get; set; }

    /// <summary>Sends an event that is chosen after the one that follows it.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ReorderEventSet)]
    public SwitchParameter ReorderEvent { get; set; }

    /// <summary>Chooses once for all watchers, when the event is made; for each watcher by itself by default.</summary>
    [Parameter(ParameterSetName = LoseEventSet)]
    [Parameter(ParameterSetName = DoubleEventSet)]
    [Parameter(ParameterSetName = ReorderEventSet)]
    public SwitchParameter ForAll { get; set; }

    /// <summary>Forgets the history now, as a compaction of etcd does: watches and lists from before are answered 410, tokens of lists expire, watchers that are up to date go on.</summary>
    [Parameter(Mandatory = true, ParameterSetName = CompactSet)]
    public SwitchParameter Compact { get; set; }

    /// <summary>Takes the objects and the counter back to this resourceVersion, as a restore of etcd does, and cuts the watches; the history has to reach back to it.</summary>
    [Parameter(Mandatory = true, ParameterSetName = RestoreSet)]
    [ValidateRange(1L, long.MaxValue)]
    public long RestoreTo { get; set; }

    /// <summary>Sets the server's clock wrong by this many seconds (or a timespan), ahead or, negative, behind: creationTimestamp, other timestamps that the server gives, and the Date header.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ClockSkewSet)]
    [SignedDuration]
    public TimeSpan ClockSkew { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        var target = Target();
        var fault = Matching();
        try
        {
            Act(fault);
        }
        catch (ArgumentException bad)
        {
            ThrowTerminatingError(new ErrorRecord(bad, "InvalidLocalApiFault", ErrorCategory.InvalidArgument, null));
        }
        if (!ShouldProcess(target, $"Order the fault {fault["action"]}")) return;
        LocalApiFault ordered = null!;
        WithControl(target, async (client, _, cancellationToken) =>
            ordered = new LocalApiFault(await client.SendAsync(HttpMethod.Post, "/faults", fault.ToJsonString(), cancellationToken), target));
        if (ordered.Warning.Length > 0) WriteWarning(ordered.Warning);
        WriteObject(ordered);
    }

    /// <summary>Adds the action with its particulars.</summary>
    private void Act(JsonObject fault)
    {
        var action = ParameterSetName switch
        {
            UniformSet or ExponentialSet or LogNormalSet or MixSet => LatencySet,
            SlowBytesSet or SlowEventsSet => "SlowWatch",
            var same => same,
        };
        fault["action"] = action;
        if (Now) fault["now"] = true;
        if (ForAll) fault["scope"] = "All";
        switch (ParameterSetName)
        {
            case LatencySet: fault["latency"] = LatencyShape.Constant(Latency); break;
            case UniformSet: fault["latency"] = LatencyShape.Uniform(LatencyFrom, LatencyTo); break;
            case ExponentialSet: fault["latency"] = LatencyShape.Exponential(LatencyMean); break;
            case LogNormalSet: fault["latency"] = LatencyShape.LogNormal(LatencyMedian, LatencySigma); break;
            case MixSet: fault["latency"] = LatencyShape.Mix(LatencyMix); break;
            case ErrorEventSet: fault["statusCode"] = ErrorCode; break;
            case StatusSet:
                fault["statusCode"] = StatusCode;
                if (RetryAfter is { } wait) fault["retryAfterSeconds"] = (int)Math.Ceiling(wait.TotalSeconds);
                if (Message is not null) fault["message"] = Message;
                break;
            case CutWatchSet: fault["cut"] = CutWatch; break;
            case StallWatchSet: fault["stallMilliseconds"] = StallWatch.TotalMilliseconds; break;
            case SlowBytesSet: fault["bytesPerSecond"] = BytesPerSecond; break;
            case SlowEventsSet: fault["eventsPerSecond"] = EventsPerSecond; break;
            case RestoreSet: fault["resourceVersion"] = RestoreTo; break;
            case ClockSkewSet: fault["skewMilliseconds"] = ClockSkew.TotalMilliseconds; break;
            default: break;
        }
    }
}
