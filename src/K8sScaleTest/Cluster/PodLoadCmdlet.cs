using System.Globalization;
using System.Management.Automation;
using K8sScaleTest.Engine.Api;
using K8sScaleTest.Engine.Cluster.Manifests;
using K8sScaleTest.Engine.Drivers;
using K8sScaleTest.Engine.Objects;
using K8sScaleTest.Engine.Observers;
using K8sScaleTest.Engine.Observers.Watches;
using K8sScaleTest.Engine.Records;

namespace K8sScaleTest;

/// <summary>The load that drivers, loggers and watches in pods shall be: the parameters of the cmdlets that run there, under the names of Invoke-ScaleTest.</summary>
public abstract class PodLoadCmdlet : TargetCmdlet
{
    /// <summary>An ID that is right, where only the other parameters are in question.</summary>
    private const string CheckedRunId = "a";

    /// <summary>Where two parts have a parameter of one name, one of them goes by another here.</summary>
    private static readonly Dictionary<string, string> NamesThere = new() { [nameof(LoggerThreads)] = nameof(LoggerOptions.Threads), [nameof(WatchConnections)] = nameof(WatchOptions.Connections) };

    private static readonly string[] AllNames = [nameof(HttpVersion), nameof(RequestTimeout)];
    private static readonly string[] ObserverNames = [nameof(LabelSelector), nameof(FieldSelector), .. AllNames];
    private static readonly string[] LoggerNames = [nameof(LoggerThreads), nameof(Compare), nameof(PerEvent), nameof(NoWatchList), .. ObserverNames];
    private static readonly string[] WatchNames = [nameof(Watchers), nameof(WatchConnections), nameof(TimeoutSeconds), nameof(Resume), nameof(WatchList), nameof(ReadRate), .. ObserverNames];
    private static readonly string[] DriverNames =
    [
        nameof(Rate), nameof(Count), nameof(Duration), nameof(MaxPopulation), nameof(Lifetime), nameof(LifetimeFrom), nameof(Updates), nameof(DataLength), nameof(Arrival), nameof(Seed),
        nameof(StartAt), nameof(IfRunExists), nameof(Connections), nameof(MaxInFlight), nameof(NoCleanup), nameof(MetricsLinger), .. AllNames,
    ];

    /// <summary>The driver's creates per second over all workers, or Max; 1 by default.</summary>
    [Parameter]
    [Alias("Lambda")]
    [Rate]
    public double Rate { get; set; } = 1;

    /// <summary>How many objects the driver creates over all workers; 300 by default, without limit when -Duration is given.</summary>
    [Parameter]
    [Alias("N")]
    public long Count { get; set; }

    /// <summary>How long the driver creates objects: 90 (seconds), 90s, 5m or a timespan. Loggers and watches run until their pods are deleted.</summary>
    [Parameter]
    [Duration]
    public TimeSpan Duration { get; set; }

    /// <summary>The mean number of the driver's objects that live at once; 100 by default.</summary>
    [Parameter]
    [Alias("Maxpop")]
    public long MaxPopulation { get; set; }

    /// <summary>How long each of the driver's objects lives, as a duration (see -Duration), instead of -MaxPopulation.</summary>
    [Parameter]
    [Duration]
    public TimeSpan Lifetime { get; set; }

    /// <summary>What the lifetime counts from: the create's Response (default), or its Schedule.</summary>
    [Parameter]
    [ValidateSet("Response", "Schedule")]
    public string LifetimeFrom { get; set; } = "Response";

    /// <summary>Updates of each object, spread evenly over its lifetime; 0 by default.</summary>
    [Parameter]
    public int Updates { get; set; }

    /// <summary>Bytes of data in each object, up to 1048576; the driver's own default otherwise: 2000 in a ConfigMap, 0 in a Flunder.</summary>
    [Parameter]
    [Alias("Datalen")]
    public int DataLength { get; set; }

    /// <summary>How the gaps between the driver's creates are distributed: Poisson (default), Constant, or Uniform.</summary>
    [Parameter]
    [ValidateSet("Poisson", "Constant", "Uniform")]
    public string Arrival { get; set; } = "Poisson";

    /// <summary>Seed of the driver's schedule. Without it one worker draws its own, and several get one from here.</summary>
    [Parameter]
    public ulong Seed { get; set; }

    /// <summary>The run's ID. Without it one worker makes its own, and several get one from here.</summary>
    [Parameter]
    public string? RunId { get; set; }

    /// <summary>
    /// The moment at which the driver's schedule begins, such as 2026-11-24T12:00:00Z: one by which all of its pods run, so that workers begin together. A pod
    /// that is ready only after it refuses to start.
    /// </summary>
    [Parameter]
    public DateTime StartAt { get; set; }

    /// <summary>
    /// What a driver's pod does that finds objects of its own run and worker, as one that replaces another: Refuse, as the driver does by default, or Delete, which
    /// deletes them and begins anew. It gets a -RunId from here where none is given, so that the next pod can know them.
    /// </summary>
    [Parameter]
    [ValidateSet("Refuse", "Delete")]
    public string IfRunExists { get; set; } = "Refuse";

    /// <summary>Connections of each driver's pod to the API server: by default 4, with HTTP/1.1 64.</summary>
    [Parameter]
    public int Connections { get; set; }

    /// <summary>Operations under way at most in each driver's pod, 10000 by default; at full speed how many are kept going, 64 by default.</summary>
    [Parameter]
    public int MaxInFlight { get; set; }

    /// <summary>A driver's pod that is told to end leaves what lives where it is. Remove-ScaleTestObject -RunId deletes it later.</summary>
    [Parameter]
    public SwitchParameter NoCleanup { get; set; }

    /// <summary>
    /// How long a driver's pod that is told to end may await what is under way and delete what lives, as a duration (see -Duration); 20s by default. The pod's
    /// grace period is 40 s longer.
    /// </summary>
    [Parameter]
    [Duration]
    public TimeSpan DrainTimeout { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>How long a driver's pod goes on serving its metrics when its run has ended, for a last scrape, as a duration (see -Duration); 0 by default.</summary>
    [Parameter]
    [Duration]
    public TimeSpan MetricsLinger { get; set; }

    /// <summary>How many workers take keys from each logger's work queue at once; 1 by default.</summary>
    [Parameter]
    public int LoggerThreads { get; set; } = 1;

    /// <summary>Has loggers compare each object with what the dequeue before found, by a hash of its content.</summary>
    [Parameter]
    public SwitchParameter Compare { get; set; }

    /// <summary>Has loggers write one record for each event, also for those that one dequeue stands for together.</summary>
    [Parameter]
    public SwitchParameter PerEvent { get; set; }

    /// <summary>Has loggers start with pages of a list, and not with the stream (WatchList) of newer servers.</summary>
    [Parameter]
    public SwitchParameter NoWatchList { get; set; }

    /// <summary>How many watchers each watch's pod has; 1 by default.</summary>
    [Parameter]
    public int Watchers { get; set; } = 1;

    /// <summary>Connections that the watchers of one pod share; by default one for every 100 of them, over HTTP/1.1 one for each.</summary>
    [Parameter]
    public int WatchConnections { get; set; }

    /// <summary>After how many seconds a watcher has the server end its watch: a number, or a range from which one is drawn each time; 300..599 by default.</summary>
    [Parameter]
    [SecondsRange]
    public int[] TimeoutSeconds { get; set; } = [300, 599];

    /// <summary>When a watcher's watch has ended, it goes on from the last resourceVersion instead of listing everything again.</summary>
    [Parameter]
    public SwitchParameter Resume { get; set; }

    /// <summary>Has watchers begin with the initial events of a WatchList instead of a list.</summary>
    [Parameter]
    public SwitchParameter WatchList { get; set; }

    /// <summary>Makes each watcher a slow reader, of so many events a second at most, over HTTP/1.1.</summary>
    [Parameter]
    public double ReadRate { get; set; }

    /// <summary>Has loggers and watches observe only objects with these labels, as kubectl takes them: purpose=scaletest, 'app in (a,b)', '!canary'.</summary>
    [Parameter]
    [Alias("Selector")]
    [ValidateNotNullOrEmpty]
    public string? LabelSelector { get; set; }

    /// <summary>Has loggers and watches observe only objects with these fields, as kubectl takes them, such as metadata.name=leader.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? FieldSelector { get; set; }

    /// <summary>2 (default), or 1.1, in all pods; watches with -ReadRate take 1.1 by themselves.</summary>
    [Parameter]
    [ValidateSet("2", "1.1")]
    public string HttpVersion { get; set; } = "2";

    /// <summary>How long a request of any pod may take (of a list or watch, until its answer begins), as a duration (see -Duration); 65s by default.</summary>
    [Parameter]
    [Duration]
    public TimeSpan RequestTimeout { get; set; } = TimeSpan.FromSeconds(65);

    /// <summary>The parameters that a part takes, by name.</summary>
    private protected static IReadOnlyList<string> NamesOf(ManifestPart part) => part switch
    {
        ManifestPart.Driver => [.. DriverNames, nameof(RunId), nameof(DrainTimeout)],
        ManifestPart.Logger => LoggerNames,
        ManifestPart.Watch => WatchNames,
        _ => [],
    };

    /// <summary>What the driver is told.</summary>
    /// <param name="workers">How many share its schedule: they need one seed.</param>
    private protected IReadOnlyList<CommandParameter> DriverParameters(int workers)
    {
        CheckDriver(workers);
        var parameters = Given(DriverNames).ToList();
        if (!IsBound(nameof(Rate))) parameters.Insert(0, CommandParameter.Of(nameof(Rate), Rate));
        if (workers > 1 && !IsBound(nameof(Seed))) parameters.Add(CommandParameter.Of(nameof(Seed), Random.Shared.Next()));
        return parameters;
    }

    /// <summary>What the loggers are told.</summary>
    private protected IReadOnlyList<CommandParameter> LoggerParameters()
    {
        var options = new LoggerOptions { RunId = CheckedRunId, Resource = ApiResource.ConfigMaps, Program = "logger", Threads = LoggerThreads };
        Check(options.Validate, nameof(LoggerThreads));
        return [.. Given(LoggerNames)];
    }

    /// <summary>What the watches are told.</summary>
    private protected IReadOnlyList<CommandParameter> WatchParameters()
    {
        var slow = IsBound(nameof(ReadRate));
        var options = new WatchOptions
        {
            RunId = CheckedRunId,
            Watchers = Watchers,
            Connections = IsBound(nameof(WatchConnections)) ? WatchConnections : null,
            HttpVersion = HttpVersion == "1.1" || (slow && !IsBound(nameof(HttpVersion))) ? System.Net.HttpVersion.Version11 : System.Net.HttpVersion.Version20,
            MinTimeoutSeconds = TimeoutSeconds[0],
            MaxTimeoutSeconds = TimeoutSeconds[1],
            ReadRate = slow ? ReadRate : null,
            RequestTimeout = RequestTimeout,
        };
        Check(options.Validate, nameof(WatchConnections));
        return [.. Given(WatchNames)];
    }

    private protected bool IsBound(string parameter) => MyInvocation.BoundParameters.ContainsKey(parameter);

    private protected InvalidOperationException Invalid(ArgumentException e) =>
        Terminating($"Invalid{e.ParamName}", ErrorCategory.InvalidArgument, e.Message.Replace($" (Parameter '{e.ParamName}')", "", StringComparison.Ordinal), e.ParamName);

    /// <summary>Those of the parameters that were given, for the cmdlet that runs in the pod.</summary>
    private IEnumerable<CommandParameter> Given(IEnumerable<string> names)
    {
        foreach (var name in names.Where(IsBound))
        {
            var value = MyInvocation.BoundParameters[name];
            if (value is SwitchParameter { IsPresent: false }) continue;
            yield return CommandParameter.Of(NamesThere.GetValueOrDefault(name, name), value switch { SwitchParameter => true, DateTime => ReadStartAt(), _ => value });
        }
    }

    /// <summary>Whether ConfigMaps are among what the driver writes.</summary>
    private protected abstract bool DrivesConfigMaps { get; }

    /// <summary>What the driver would refuse in its pod is refused here, where somebody reads it.</summary>
    private void CheckDriver(int workers)
    {
        var fullSpeed = double.IsPositiveInfinity(Rate);
        var options = new DriverOptions
        {
            RunId = RunId ?? CheckedRunId,
            Workers = Math.Max(1, workers),
            Mode = fullSpeed ? RunMode.FullSpeed : RunMode.OpenLoop,
            Rate = fullSpeed ? DriverOptions.MaxRate : Rate,
            Count = IsBound(nameof(Count)) ? Count : IsBound(nameof(Duration)) ? null : 1,
            Duration = IsBound(nameof(Duration)) ? Duration : null,
            MaxPopulation = IsBound(nameof(MaxPopulation)) ? MaxPopulation : IsBound(nameof(Lifetime)) ? null : 100,
            Lifetime = IsBound(nameof(Lifetime)) ? Lifetime : null,
            Updates = Updates,
            DataLength = DataLength,
            UpdateDataLength = Updates > 0 && DrivesConfigMaps ? ObjectTemplate.ConfigMapUpdateLength : 0,
            Connections = IsBound(nameof(Connections)) ? Connections : null,
            MaxInFlight = IsBound(nameof(MaxInFlight)) ? MaxInFlight : null,
            RequestTimeout = RequestTimeout,
            DrainTimeout = DrainTimeout,
        };
        Check(options.Validate);
    }

    private string ReadStartAt()
    {
        DateTimeOffset start = default;
        Check(() => start = StartMoment.Read(StartAt, DateTimeOffset.UtcNow));
        return start.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture);
    }

    /// <summary>Ends the cmdlet when something is wrong, by the name that the parameter has here.</summary>
    private void Check(Action validate, string renamed = "")
    {
        try
        {
            validate();
        }
        catch (ArgumentException e) when (e.ParamName is { } there && NamesThere.GetValueOrDefault(renamed) == there)
        {
            throw Invalid(new ArgumentException(e.Message.Replace($" (Parameter '{there}')", "", StringComparison.Ordinal).Replace(there, renamed, StringComparison.Ordinal), renamed));
        }
        catch (ArgumentException e)
        {
            throw Invalid(e);
        }
    }
}
