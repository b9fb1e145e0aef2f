using System.Management.Automation;
using System.Security.Cryptography;
using K8sScaleTest.Engine.Api;
using K8sScaleTest.Engine.Drivers;
using K8sScaleTest.Engine.Metrics;
using K8sScaleTest.Engine.Objects;
using K8sScaleTest.Engine.Pacing;
using K8sScaleTest.Engine.Records;
using K8sScaleTest.Engine.Results.Files;

namespace K8sScaleTest;

/// <summary>The parameters that all open-loop drivers share, and the run from the pipeline's side.</summary>
public abstract class DriverCmdlet : RecordingCmdlet
{
    private const long DefaultCount = 300;
    private const long DefaultPopulation = 100;
    private DriverRun? _run;
    private volatile bool _stopped;

    /// <summary>The namespace of the objects; scaletest by default, as in the Go programs. Tab completes it with the namespaces of the server.</summary>
    [Parameter]
    [NamespaceName]
    [ArgumentCompleter(typeof(NamespaceCompleter))]
    public string Namespace { get; set; } = "scaletest";

    /// <summary>
    /// Creates per second over all workers; 1 by default. Each object is deleted again, and updated as often as -Updates says, so that there are (2 +
    /// Updates) x Rate writes per second. Max is full speed: -MaxInFlight operations are kept going, each followed by the next at once, and only throughput
    /// is a finding; while the server gives no answer at all they pause, and when it gives none for longer than -RequestTimeout the run ends with an error.
    /// Replaces the Go flag lambda.
    /// </summary>
    [Parameter(Position = 0)]
    [Alias("Lambda")]
    [Rate]
    public double Rate { get; set; } = 1;

    /// <summary>
    /// How many objects are created over all workers; 300 by default, without limit when -Duration is given. With both, whichever ends first. Replaces the Go
    /// flag n.
    /// </summary>
    [Parameter]
    [Alias("N")]
    public long Count { get; set; }

    /// <summary>
    /// How long objects are created: 90 (seconds), 90s, 500ms, 5m, 1h30m, 00:01:30 or a timespan. Then those that live are deleted in their time, which is
    /// part of the run.
    /// </summary>
    [Parameter]
    [Duration]
    public TimeSpan Duration { get; set; }

    /// <summary>
    /// The mean number of objects that live at once, 100 by default: each lives for MaxPopulation / Rate seconds (Little's law). Under Poisson arrivals the
    /// population varies by its square root. At full speed: how many live before the oldest are deleted. Replaces the Go flag maxpop.
    /// </summary>
    [Parameter]
    [Alias("Maxpop")]
    public long MaxPopulation { get; set; } = DefaultPopulation;

    /// <summary>How long each object lives, as a duration (see -Duration), instead of -MaxPopulation. The mean population is Rate x Lifetime.</summary>
    [Parameter]
    [Duration]
    public TimeSpan Lifetime { get; set; }

    /// <summary>What the lifetime counts from: the create's Response (default, as the Go programs did), or its Schedule.</summary>
    [Parameter]
    [ValidateSet("Response", "Schedule")]
    public string LifetimeFrom { get; set; } = "Response";

    /// <summary>Updates of each object, spread evenly over its lifetime; 0 by default.</summary>
    [Parameter]
    public int Updates { get; set; }

    /// <summary>
    /// How the gaps between creates are distributed: Poisson (default: exponential gaps, as independent clients arrive), Constant, or Uniform (between 0 and
    /// twice the mean).
    /// </summary>
    [Parameter]
    [ValidateSet("Poisson", "Constant", "Uniform")]
    public string Arrival { get; set; } = "Poisson";

    /// <summary>
    /// Seed of the schedule, from 0 to 18446744073709551615: the same seed, rate and arrival give the same schedule on every machine. Drawn at random when it
    /// is not given, and recorded in .run.json. Replaces the Go flag seed, where 0 meant the time.
    /// </summary>
    [Parameter]
    public ulong Seed { get; set; }

    /// <summary>
    /// The run's ID: it begins every object's name and stands in the label scaletest/run, and so must be lower-case letters, digits, '-' and '.', at most 63.
    /// Made as MMDD.hhmm.NNNN when it is not given. Objects of this run and worker must not exist yet. Replaces the Go flag runid.
    /// </summary>
    [Parameter]
    public string? RunId { get; set; }

    /// <summary>
    /// What happens when objects of this run and worker exist, as after the restart of a pod: Refuse (default) ends the cmdlet before any load and says what it
    /// found; Delete says so too, deletes them and begins anew.
    /// </summary>
    [Parameter]
    [ValidateSet("Refuse", "Delete")]
    public string IfRunExists { get; set; } = "Refuse";

    /// <summary>
    /// The moment at which the schedule begins, such as 2026-11-24T12:00:00Z, so that workers begin together; without it, it begins when the server has been
    /// checked and the connections are open. A moment that has passed by then is an error. Workers on several machines begin as far apart as their clocks are.
    /// </summary>
    [Parameter]
    public DateTime StartAt { get; set; }

    /// <summary>
    /// This worker's number, from 0: it plays every n-th arrival of the one global schedule. By default what JOB_COMPLETION_INDEX says, which Kubernetes sets in
    /// the pods of an Indexed Job, or 0.
    /// </summary>
    [Parameter]
    public int Worker { get; set; }

    /// <summary>
    /// How many workers share the schedule; by default what the environment variable SCALETEST_WORKERS says, or 1. All of them need the same -RunId, -Seed,
    /// -Rate, -Count and -Arrival.
    /// </summary>
    [Parameter]
    public int Workers { get; set; } = 1;

    /// <summary>Makes the namespace if it does not exist. Without it a missing namespace is an error.</summary>
    [Parameter]
    public SwitchParameter CreateNamespace { get; set; }

    /// <summary>
    /// Connections to the API server: by default 4, each one HTTP/2 connection on which servers allow 100 to 250 operations at once; with HTTP/1.1 64, each
    /// for one operation at a time. An operation takes the connection with the fewest under way.
    /// </summary>
    [Parameter]
    public int Connections { get; set; }

    /// <summary>2 (default), or 1.1.</summary>
    [Parameter]
    [ValidateSet("2", "1.1")]
    public string HttpVersion { get; set; } = "2";

    /// <summary>
    /// After this long without its whole response an operation ends as Unknown (NotSent, when it was never sent); 65s by default, past the server's own 60 s.
    /// </summary>
    [Parameter]
    [Duration]
    public TimeSpan RequestTimeout { get; set; } = TimeSpan.FromSeconds(65);

    /// <summary>
    /// Operations under way at most, 10000 by default; what falls due beyond it is not sent, and recorded as NotSent with the reason Shed. At full speed: how
    /// many operations are kept going, 64 by default.
    /// </summary>
    [Parameter]
    public int MaxInFlight { get; set; }

    /// <summary>When the run is stopped early, leaves what lives where it is. Remove-ScaleTestObject -RunId deletes it later.</summary>
    [Parameter]
    public SwitchParameter NoCleanup { get; set; }

    /// <summary>
    /// How long a stopped run may await what is under way and delete what lives, as a duration (see -Duration); 30s by default. Then it cuts off what has not
    /// been answered, looks for five seconds at most what is left, and says so.
    /// </summary>
    [Parameter]
    [Duration]
    public TimeSpan DrainTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>What is created, in words.</summary>
    protected abstract string ObjectsName { get; }

    private protected abstract int DataLengthInEffect { get; }

    /// <summary>Bytes that the first update adds to an object's data; 0 where objects are not updated.</summary>
    private protected virtual int UpdateDataLength => 0;

    /// <summary>Finds out what to write, on the server where need be.</summary>
    private protected abstract Task<ObjectTemplate> BuildTemplateAsync(ApiTarget target, DriverOptions options, ObjectIdentity identity, CancellationToken cancellationToken);

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        var options = ReadOptions();
        var (target, action) = DescribePlan(options);
        if (!ShouldProcess(target, action)) return;
        TakeOutFile();
        Drive(options);
    }

    /// <inheritdoc/>
    protected override void StopProcessing()
    {
        _stopped = true;
        base.StopProcessing();
        _run?.Stop();
    }

    private void Drive(DriverOptions options)
    {
        using var signal = new SignalGuard(StopProcessing); // outermost: it ends the process, when all else is written and closed
        using var metrics = OpenMetrics();
        Drive(options, metrics?.Metrics);
        Linger(metrics);
    }

    private void Drive(DriverOptions options, RunMetrics? metrics)
    {
        using var session = new DriverSession(this, options);
        var target = ResolveTarget();
        try
        {
            var identity = new ObjectIdentity(options.RunId, options.Worker, options.Namespace, options.NameDigits);
            var template = Run(cancellationToken => BuildTemplateAsync(target, options, identity, cancellationToken));
            var run = _run = session.NewRun(target, template, identity, metrics);
            try
            {
                Prepare(run, target, template);
                session.OpenFile();
                session.Run();
            }
            catch (RecordFileException e)
            {
                ThrowTerminatingError(Explain(e)!);
            }
            finally
            {
                Release(run);
            }
        }
        finally
        {
            Release(target);
        }
    }

    private void Prepare(DriverRun run, ApiTarget target, ObjectTemplate template)
    {
        if (_stopped) throw new PipelineStoppedException();
        var version = Run(async cancellationToken =>
        {
            await using var stop = cancellationToken.Register(run.Stop);
            await run.PrepareAsync();
            return await run.ServerVersionAsync();
        });
        WarnOfEarlierStart(run);
        if (OutFile == "-") LogParameters(run.Options.ToDictionary(), template.Resource, target, version);
        WriteVerbose($"Run {run.Identity.RunId}, seed {run.Options.Seed}: {ObjectsName} as {template.Resource.ApiVersion} on Kubernetes {version ?? "of unknown version"} at {target.Url}; HTTP/{run.Options.HttpVersion}, {run.ConnectionCount} connections open.");
    }

    /// <summary>Says what an earlier start of this run and worker left, or that nobody knows; once the run is prepared.</summary>
    private protected void WarnOfEarlierStart(DriverRun run)
    {
        if (run.Removed is { } removed)
            WriteWarning($"Of run {run.Identity.RunId}, worker {run.Identity.Worker}, {removed.Found:N0} objects were there from an earlier start; {removed.Deleted + removed.AlreadyGone:N0} were deleted, and the run begins anew.");
        if (run.RunIdFault is { } fault)
            WriteWarning($"Whether objects of run {run.Identity.RunId}, worker {run.Identity.Worker}, are there from an earlier start is not known: {fault}");
    }

    /// <summary>The driver's options of the parameters; what is wrong with them ends the cmdlet.</summary>
    private protected DriverOptions ReadOptions()
    {
        var fullSpeed = double.IsPositiveInfinity(Rate);
        var (worker, workers) = ReadWorker();
        var options = new DriverOptions
        {
            RunId = RunId ?? RunIdentity.NewRunId(DateTimeOffset.Now, Random.Shared),
            Worker = worker,
            Workers = workers,
            StartAt = ReadStartAt(),
            DeleteExisting = IfRunExists.Equals("Delete", StringComparison.OrdinalIgnoreCase),
            Namespace = Namespace,
            Mode = fullSpeed ? RunMode.FullSpeed : RunMode.OpenLoop,
            Rate = fullSpeed ? DriverOptions.MaxRate : Rate,
            Arrival = Enum.Parse<ArrivalKind>(Arrival, ignoreCase: true),
            Seed = IsBound(nameof(Seed)) ? Seed : (ulong)RandomNumberGenerator.GetInt32(int.MaxValue),
            Count = IsBound(nameof(Count)) ? Count : IsBound(nameof(Duration)) ? null : DefaultCount,
            Duration = IsBound(nameof(Duration)) ? Duration : null,
            MaxPopulation = IsBound(nameof(MaxPopulation)) || !IsBound(nameof(Lifetime)) ? MaxPopulation : null,
            Lifetime = IsBound(nameof(Lifetime)) ? Lifetime : null,
            LifetimeFrom = Enum.Parse<LifetimeOrigin>(LifetimeFrom, ignoreCase: true),
            Updates = Updates,
            DataLength = DataLengthInEffect,
            UpdateDataLength = UpdateDataLength,
            HttpVersion = HttpVersion == "2" ? System.Net.HttpVersion.Version20 : System.Net.HttpVersion.Version11,
            Connections = IsBound(nameof(Connections)) ? Connections : null,
            RequestTimeout = RequestTimeout,
            MaxInFlight = IsBound(nameof(MaxInFlight)) ? MaxInFlight : null,
            DrainTimeout = DrainTimeout,
            NoCleanup = NoCleanup,
            CreateNamespace = CreateNamespace,
        };
        try
        {
            options.Validate();
        }
        catch (ArgumentException e)
        {
            throw Invalid(e);
        }

        return options;
    }

    private (int Worker, int Workers) ReadWorker()
    {
        try
        {
            var worker = IsBound(nameof(Worker)) ? Worker : PodEnvironment.Number(PodEnvironment.Worker);
            var workers = IsBound(nameof(Workers)) ? Workers : PodEnvironment.Number(PodEnvironment.Workers);
            // Every pod of the Job would play the whole schedule.
            if (workers is null && !IsBound(nameof(Worker)) && worker is not null)
                throw Terminating("InvalidWorkers", ErrorCategory.InvalidArgument, $"{PodEnvironment.Worker} is set, as in a pod of an Indexed Job, and nothing says how many pods it has: give -Workers, or set {PodEnvironment.Workers}.", null);
            return (worker ?? 0, workers ?? 1);
        }
        catch (FormatException e)
        {
            throw Terminating("InvalidWorker", ErrorCategory.InvalidArgument, e.Message, null);
        }
    }

    private DateTimeOffset? ReadStartAt()
    {
        if (!IsBound(nameof(StartAt))) return null;
        try
        {
            return StartMoment.Read(StartAt, DateTimeOffset.UtcNow);
        }
        catch (ArgumentException e)
        {
            throw Invalid(e);
        }
    }

    private (string Target, string Action) DescribePlan(DriverOptions options)
    {
        var target = DescribeTarget();
        return ($"namespace '{options.Namespace}' of {target.Url} ({target.Source})", DriverPlan.Of(options).Describe(ObjectsName));
    }
}
