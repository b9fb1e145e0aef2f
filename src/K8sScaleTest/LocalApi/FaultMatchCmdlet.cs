using System.Management.Automation;
using System.Text.Json.Nodes;

namespace K8sScaleTest;

/// <summary>To what a fault happens: the parameters by which requests and events are chosen.</summary>
public abstract class FaultMatchCmdlet : LocalApiControlCmdlet
{
    private protected const string LatencySet = "Latency";
    private protected const string UniformSet = "Uniform";
    private protected const string ExponentialSet = "Exponential";
    private protected const string LogNormalSet = "LogNormal";
    private protected const string MixSet = "Mix";
    private protected const string StatusSet = "Status";
    private protected const string NoAnswerSet = "NoAnswer";
    private protected const string ResetSet = "Reset";
    private protected const string GoAwaySet = "GoAway";
    private protected const string RefuseStreamSet = "RefuseStream";
    private protected const string LoseEventSet = "LoseEvent";
    private protected const string DoubleEventSet = "DoubleEvent";
    private protected const string ReorderEventSet = "ReorderEvent";
    private protected const string CutWatchSet = "CutWatch";
    private protected const string StallWatchSet = "StallWatch";
    private protected const string ErrorEventSet = "ErrorEvent";
    private protected const string SlowBytesSet = "SlowBytes";
    private protected const string SlowEventsSet = "SlowEvents";
    private protected const string CompactSet = "Compact";
    private protected const string RestoreSet = "Restore";
    private protected const string RefuseConnectionSet = "RefuseConnection";
    private protected const string ClockSkewSet = "ClockSkew";

    /// <summary>The verbs of the requests, in the words of RBAC; all by default.</summary>
    [Parameter(ParameterSetName = LatencySet)]
    [Parameter(ParameterSetName = UniformSet)]
    [Parameter(ParameterSetName = ExponentialSet)]
    [Parameter(ParameterSetName = LogNormalSet)]
    [Parameter(ParameterSetName = MixSet)]
    [Parameter(ParameterSetName = StatusSet)]
    [Parameter(ParameterSetName = NoAnswerSet)]
    [Parameter(ParameterSetName = ResetSet)]
    [Parameter(ParameterSetName = GoAwaySet)]
    [Parameter(ParameterSetName = RefuseStreamSet)]
    [ValidateSet("get", "list", "watch", "create", "update", "patch", "delete", "deletecollection")]
    public string[] Verb { get; set; } = [];

    /// <summary>The resources, by plural with or without group (configmaps, flunders.wardle.example.com), with the wildcards * and ?; all by default. For -RestoreTo: whose etcd it is, core resources' by default.</summary>
    [Parameter(ParameterSetName = LatencySet)]
    [Parameter(ParameterSetName = UniformSet)]
    [Parameter(ParameterSetName = ExponentialSet)]
    [Parameter(ParameterSetName = LogNormalSet)]
    [Parameter(ParameterSetName = MixSet)]
    [Parameter(ParameterSetName = StatusSet)]
    [Parameter(ParameterSetName = NoAnswerSet)]
    [Parameter(ParameterSetName = ResetSet)]
    [Parameter(ParameterSetName = GoAwaySet)]
    [Parameter(ParameterSetName = RefuseStreamSet)]
    [Parameter(ParameterSetName = LoseEventSet)]
    [Parameter(ParameterSetName = DoubleEventSet)]
    [Parameter(ParameterSetName = ReorderEventSet)]
    [Parameter(ParameterSetName = CutWatchSet)]
    [Parameter(ParameterSetName = StallWatchSet)]
    [Parameter(ParameterSetName = ErrorEventSet)]
    [Parameter(ParameterSetName = SlowBytesSet)]
    [Parameter(ParameterSetName = SlowEventsSet)]
    [Parameter(ParameterSetName = CompactSet)]
    [Parameter(ParameterSetName = RestoreSet)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(LocalApiResourceCompleter))]
    public string[] Resource { get; set; } = [];

    /// <summary>The namespace, with wildcards; any by default, cluster-wide requests too.</summary>
    [Parameter(ParameterSetName = LatencySet)]
    [Parameter(ParameterSetName = UniformSet)]
    [Parameter(ParameterSetName = ExponentialSet)]
    [Parameter(ParameterSetName = LogNormalSet)]
    [Parameter(ParameterSetName = MixSet)]
    [Parameter(ParameterSetName = StatusSet)]
    [Parameter(ParameterSetName = NoAnswerSet)]
    [Parameter(ParameterSetName = ResetSet)]
    [Parameter(ParameterSetName = GoAwaySet)]
    [Parameter(ParameterSetName = RefuseStreamSet)]
    [Parameter(ParameterSetName = LoseEventSet)]
    [Parameter(ParameterSetName = DoubleEventSet)]
    [Parameter(ParameterSetName = ReorderEventSet)]
    [Parameter(ParameterSetName = CutWatchSet)]
    [Parameter(ParameterSetName = StallWatchSet)]
    [Parameter(ParameterSetName = ErrorEventSet)]
    [Parameter(ParameterSetName = SlowBytesSet)]
    [Parameter(ParameterSetName = SlowEventsSet)]
    [ValidateNotNullOrEmpty]
    public string? Namespace { get; set; }

    /// <summary>The object's name, with wildcards; any by default.</summary>
    [Parameter(ParameterSetName = LatencySet)]
    [Parameter(ParameterSetName = UniformSet)]
    [Parameter(ParameterSetName = ExponentialSet)]
    [Parameter(ParameterSetName = LogNormalSet)]
    [Parameter(ParameterSetName = MixSet)]
    [Parameter(ParameterSetName = StatusSet)]
    [Parameter(ParameterSetName = NoAnswerSet)]
    [Parameter(ParameterSetName = ResetSet)]
    [Parameter(ParameterSetName = GoAwaySet)]
    [Parameter(ParameterSetName = LoseEventSet)]
    [Parameter(ParameterSetName = DoubleEventSet)]
    [Parameter(ParameterSetName = ReorderEventSet)]
    [Parameter(ParameterSetName = CutWatchSet)]
    [Parameter(ParameterSetName = StallWatchSet)]
    [Parameter(ParameterSetName = ErrorEventSet)]
    [ValidateNotNullOrEmpty]
    public string? Name { get; set; }

    /// <summary>The client's User-Agent header, with wildcards; any by default. Not with -ForAll.</summary>
    [Parameter(ParameterSetName = LatencySet)]
    [Parameter(ParameterSetName = UniformSet)]
    [Parameter(ParameterSetName = ExponentialSet)]
    [Parameter(ParameterSetName = LogNormalSet)]
    [Parameter(ParameterSetName = MixSet)]
    [Parameter(ParameterSetName = StatusSet)]
    [Parameter(ParameterSetName = NoAnswerSet)]
    [Parameter(ParameterSetName = ResetSet)]
    [Parameter(ParameterSetName = GoAwaySet)]
    [Parameter(ParameterSetName = RefuseStreamSet)]
    [Parameter(ParameterSetName = LoseEventSet)]
    [Parameter(ParameterSetName = DoubleEventSet)]
    [Parameter(ParameterSetName = ReorderEventSet)]
    [Parameter(ParameterSetName = CutWatchSet)]
    [Parameter(ParameterSetName = StallWatchSet)]
    [Parameter(ParameterSetName = ErrorEventSet)]
    [Parameter(ParameterSetName = SlowBytesSet)]
    [Parameter(ParameterSetName = SlowEventsSet)]
    [ValidateNotNullOrEmpty]
    public string? UserAgent { get; set; }

    /// <summary>The types of the events; all by default.</summary>
    [Parameter(ParameterSetName = LoseEventSet)]
    [Parameter(ParameterSetName = DoubleEventSet)]
    [Parameter(ParameterSetName = ReorderEventSet)]
    [Parameter(ParameterSetName = CutWatchSet)]
    [Parameter(ParameterSetName = StallWatchSet)]
    [Parameter(ParameterSetName = ErrorEventSet)]
    [ValidateSet("ADDED", "MODIFIED", "DELETED")]
    public string[] EventType { get; set; } = [];

    /// <summary>Lets off the first so many matches; none by default.</summary>
    [Parameter(ParameterSetName = LatencySet)]
    [Parameter(ParameterSetName = UniformSet)]
    [Parameter(ParameterSetName = ExponentialSet)]
    [Parameter(ParameterSetName = LogNormalSet)]
    [Parameter(ParameterSetName = MixSet)]
    [Parameter(ParameterSetName = StatusSet)]
    [Parameter(ParameterSetName = NoAnswerSet)]
    [Parameter(ParameterSetName = ResetSet)]
    [Parameter(ParameterSetName = GoAwaySet)]
    [Parameter(ParameterSetName = RefuseStreamSet)]
    [Parameter(ParameterSetName = LoseEventSet)]
    [Parameter(ParameterSetName = DoubleEventSet)]
    [Parameter(ParameterSetName = ReorderEventSet)]
    [Parameter(ParameterSetName = CutWatchSet)]
    [Parameter(ParameterSetName = StallWatchSet)]
    [Parameter(ParameterSetName = ErrorEventSet)]
    [ValidateRange(0L, 1_000_000_000_000L)]
    public long Skip { get; set; }

    /// <summary>Chooses every n-th match; each by default.</summary>
    [Parameter(ParameterSetName = LatencySet)]
    [Parameter(ParameterSetName = UniformSet)]
    [Parameter(ParameterSetName = ExponentialSet)]
    [Parameter(ParameterSetName = LogNormalSet)]
    [Parameter(ParameterSetName = MixSet)]
    [Parameter(ParameterSetName = StatusSet)]
    [Parameter(ParameterSetName = NoAnswerSet)]
    [Parameter(ParameterSetName = ResetSet)]
    [Parameter(ParameterSetName = GoAwaySet)]
    [Parameter(ParameterSetName = RefuseStreamSet)]
    [Parameter(ParameterSetName = LoseEventSet)]
    [Parameter(ParameterSetName = DoubleEventSet)]
    [Parameter(ParameterSetName = ReorderEventSet)]
    [Parameter(ParameterSetName = CutWatchSet)]
    [Parameter(ParameterSetName = StallWatchSet)]
    [Parameter(ParameterSetName = ErrorEventSet)]
    [ValidateRange(1L, 1_000_000_000_000L)]
    public long Every { get; set; } = 1;

    /// <summary>Of the matches that are left, each with this probability, from 0 to 1; 1 by default.</summary>
    [Parameter(ParameterSetName = LatencySet)]
    [Parameter(ParameterSetName = UniformSet)]
    [Parameter(ParameterSetName = ExponentialSet)]
    [Parameter(ParameterSetName = LogNormalSet)]
    [Parameter(ParameterSetName = MixSet)]
    [Parameter(ParameterSetName = StatusSet)]
    [Parameter(ParameterSetName = NoAnswerSet)]
    [Parameter(ParameterSetName = ResetSet)]
    [Parameter(ParameterSetName = GoAwaySet)]
    [Parameter(ParameterSetName = RefuseStreamSet)]
    [Parameter(ParameterSetName = LoseEventSet)]
    [Parameter(ParameterSetName = DoubleEventSet)]
    [Parameter(ParameterSetName = ReorderEventSet)]
    [Parameter(ParameterSetName = CutWatchSet)]
    [Parameter(ParameterSetName = StallWatchSet)]
    [Parameter(ParameterSetName = ErrorEventSet)]
    [ValidateRange(0.0, 1.0)]
    public double Probability { get; set; } = 1;

    /// <summary>Ends the fault after so many times; alone it means the first so many. No limit by default.</summary>
    [Parameter(ParameterSetName = LatencySet)]
    [Parameter(ParameterSetName = UniformSet)]
    [Parameter(ParameterSetName = ExponentialSet)]
    [Parameter(ParameterSetName = LogNormalSet)]
    [Parameter(ParameterSetName = MixSet)]
    [Parameter(ParameterSetName = StatusSet)]
    [Parameter(ParameterSetName = NoAnswerSet)]
    [Parameter(ParameterSetName = ResetSet)]
    [Parameter(ParameterSetName = GoAwaySet)]
    [Parameter(ParameterSetName = RefuseStreamSet)]
    [Parameter(ParameterSetName = LoseEventSet)]
    [Parameter(ParameterSetName = DoubleEventSet)]
    [Parameter(ParameterSetName = ReorderEventSet)]
    [Parameter(ParameterSetName = CutWatchSet)]
    [Parameter(ParameterSetName = StallWatchSet)]
    [Parameter(ParameterSetName = ErrorEventSet)]
    [ValidateRange(1L, 1_000_000_000_000L)]
    public long? Count { get; set; }

    /// <summary>Repeats the draws of -Probability and of latencies exactly; drawn and reported by default.</summary>
    [Parameter(ParameterSetName = LatencySet)]
    [Parameter(ParameterSetName = UniformSet)]
    [Parameter(ParameterSetName = ExponentialSet)]
    [Parameter(ParameterSetName = LogNormalSet)]
    [Parameter(ParameterSetName = MixSet)]
    [Parameter(ParameterSetName = StatusSet)]
    [Parameter(ParameterSetName = NoAnswerSet)]
    [Parameter(ParameterSetName = ResetSet)]
    [Parameter(ParameterSetName = GoAwaySet)]
    [Parameter(ParameterSetName = RefuseStreamSet)]
    [Parameter(ParameterSetName = LoseEventSet)]
    [Parameter(ParameterSetName = DoubleEventSet)]
    [Parameter(ParameterSetName = ReorderEventSet)]
    [Parameter(ParameterSetName = CutWatchSet)]
    [Parameter(ParameterSetName = StallWatchSet)]
    [Parameter(ParameterSetName = ErrorEventSet)]
    public ulong? Seed { get; set; }

    /// <summary>Ends the fault after this time; it stays until Clear-LocalApiFault by default. -RefuseConnection needs it.</summary>
    [Parameter(ParameterSetName = LatencySet)]
    [Parameter(ParameterSetName = UniformSet)]
    [Parameter(ParameterSetName = ExponentialSet)]
    [Parameter(ParameterSetName = LogNormalSet)]
    [Parameter(ParameterSetName = MixSet)]
    [Parameter(ParameterSetName = StatusSet)]
    [Parameter(ParameterSetName = NoAnswerSet)]
    [Parameter(ParameterSetName = ResetSet)]
    [Parameter(ParameterSetName = GoAwaySet)]
    [Parameter(ParameterSetName = RefuseStreamSet)]
    [Parameter(ParameterSetName = LoseEventSet)]
    [Parameter(ParameterSetName = DoubleEventSet)]
    [Parameter(ParameterSetName = ReorderEventSet)]
    [Parameter(ParameterSetName = CutWatchSet)]
    [Parameter(ParameterSetName = StallWatchSet)]
    [Parameter(ParameterSetName = ErrorEventSet)]
    [Parameter(ParameterSetName = SlowBytesSet)]
    [Parameter(ParameterSetName = SlowEventsSet)]
    [Parameter(Mandatory = true, ParameterSetName = RefuseConnectionSet)]
    [Parameter(ParameterSetName = ClockSkewSet)]
    [Duration]
    public TimeSpan? For { get; set; }

    /// <summary>Has it happen after the request took effect, before it is answered; before the request takes effect by default.</summary>
    [Parameter(ParameterSetName = LatencySet)]
    [Parameter(ParameterSetName = UniformSet)]
    [Parameter(ParameterSetName = ExponentialSet)]
    [Parameter(ParameterSetName = LogNormalSet)]
    [Parameter(ParameterSetName = MixSet)]
    [Parameter(ParameterSetName = StatusSet)]
    [Parameter(ParameterSetName = NoAnswerSet)]
    [Parameter(ParameterSetName = ResetSet)]
    public SwitchParameter AfterCommit { get; set; }

    /// <summary>What was given of these parameters, in the endpoint's words.</summary>
    private protected JsonObject Matching()
    {
        var fault = new JsonObject();
        Add(fault, "verbs", Verb);
        Add(fault, "resources", Resource);
        Add(fault, "eventTypes", EventType);
        if (Namespace is not null) fault["namespace"] = Namespace;
        if (Name is not null) fault["name"] = Name;
        if (UserAgent is not null) fault["userAgent"] = UserAgent;
        if (Skip != 0) fault["skip"] = Skip;
        if (Every != 1) fault["every"] = Every;
        if (Probability != 1) fault["probability"] = Probability;
        if (Count is { } count) fault["count"] = count;
        if (Seed is { } seed) fault["seed"] = seed;
        if (For is { } time) fault["forMilliseconds"] = time.TotalMilliseconds;
        if (AfterCommit) fault["at"] = "AfterCommit";
        return fault;
    }

    private static void Add(JsonObject fault, string name, string[] values)
    {
        if (values.Length > 0) fault[name] = new JsonArray([.. values.Select(value => (JsonNode)value)]);
    }
}
