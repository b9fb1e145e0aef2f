using System.Globalization;
using System.Management.Automation;
using System.Security.Cryptography;
using K8sScaleTest.Engine.Api;
using K8sScaleTest.Engine.Metrics;
using K8sScaleTest.Engine.Observers.Watches;
using K8sScaleTest.Engine.Records;
using K8sScaleTest.Engine.Results.Files;

namespace K8sScaleTest;

/// <summary>The parameters that all watches share, and the run from the pipeline's side.</summary>
public abstract class WatchCmdlet : ObserverCmdlet
{
    private WatchRun? _run;
    private StandardOutputGuard? _standardOutput;
    private bool _ran;
    private volatile bool _stopped;

    /// <summary>How many watchers there are in this process, each with lists and watches of its own; 1 by default.</summary>
    [Parameter]
    public int Watchers { get; set; } = 1;

    /// <summary>
    /// Connections that the watchers share: by default one for every 100 of them (servers allow 100 to 250 streams on each); over HTTP/1.1 each has its own.
    /// </summary>
    [Parameter]
    public int Connections { get; set; }

    /// <summary>2 (default), or 1.1 (default with -ReadRate).</summary>
    [Parameter]
    [ValidateSet("2", "1.1")]
    public string HttpVersion { get; set; } = "2";

    /// <summary>
    /// After how many seconds the server is asked to end each watch: a number, or a range from which one is drawn each time; 300..599 by default, as the Go
    /// program.
    /// </summary>
    [Parameter]
    [SecondsRange]
    public int[] TimeoutSeconds { get; set; } = [300, 599];

    /// <summary>
    /// When a watch has ended, goes on from the last resourceVersion it delivered, as informers do, instead of listing everything again. After a 410 it lists in
    /// any case.
    /// </summary>
    [Parameter]
    public SwitchParameter Resume { get; set; }

    /// <summary>Begins with the initial events of a WatchList instead of a list; with a server that knows none, with a list.</summary>
    [Parameter]
    public SwitchParameter WatchList { get; set; }

    /// <summary>
    /// Makes each watcher a slow reader, of so many events a second at most: over HTTP/1.1 on a connection of its own with a small receive buffer, so that the
    /// server feels it.
    /// </summary>
    [Parameter]
    public double ReadRate { get; set; }

    /// <summary>Seed of the time-outs that are drawn, from 0 to 18446744073709551615; at random when it is not given.</summary>
    [Parameter]
    public ulong Seed { get; set; }

    /// <summary>The file's format: Csv (default) or JsonLines.</summary>
    [Parameter]
    [ValidateSet("Csv", "JsonLines")]
    public string Format { get; set; } = "Csv";

    /// <summary>The program that the User-Agent names.</summary>
    private protected abstract string Program { get; }

    /// <summary>Finds what to watch, on the server where need be.</summary>
    private protected abstract Task<ApiResource> FindResourceAsync(ApiClient client, CancellationToken cancellationToken);

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        if (OutFile == "-") _standardOutput = new();
    }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        var options = ReadOptions();
        if (_ran && OutFile is not null)
            throw Terminating("OutFileTaken", ErrorCategory.InvalidArgument, $"More than one API server came through the pipeline, and each run would write to '{OutFile}'. Give -OutFile for one server at a time.", OutFile);
        _ran = true;
        using var signal = new SignalGuard(StopProcessing); // outermost: it ends the process, when all else is written and closed
        using var metrics = OpenMetrics();
        Watch(options, metrics?.Metrics);
        Linger(metrics);
    }

    /// <inheritdoc/>
    protected override void StopProcessing()
    {
        _stopped = true;
        base.StopProcessing();
        _run?.Stop();
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        // Only now: what comes after this cmdlet in the pipeline has shown the summary.
        if (disposing) _standardOutput?.Dispose();
        base.Dispose(disposing);
    }

    internal override ErrorRecord? Explain(Exception exception) => exception is WatchFailedException failed
        ? new(failed, failed.Reason, ErrorCategory.ConnectionError, failed.Watcher)
        : base.Explain(exception);

    private void Watch(WatchOptions options, RunMetrics? metrics)
    {
        using var session = new ObserverSession<WatchRow>(this, row => WatchRecord.From(row));
        var target = ResolveTarget();
        try
        {
            var (resource, version) = Run(async cancellationToken =>
            {
                using var client = new ApiClient(target, options.HttpVersion, Program, options.RequestTimeout);
                return (await FindResourceAsync(client, cancellationToken), OutFile == "-" ? await ApiDiscovery.ServerVersionAsync(client, cancellationToken) : null);
            });
            var run = _run = new(options, target, resource, session, metrics);
            try
            {
                if (_stopped) throw new PipelineStoppedException();
                Run(async cancellationToken =>
                {
                    await using var stop = cancellationToken.Register(run.Stop);
                    await run.PrepareAsync();
                });
                if (OutFile == "-") LogParameters(options.ToDictionary(), resource, target, version);
                WriteVerbose($"Run {options.RunId}, seed {options.Seed}: {options.Watchers} watchers of {resource.QualifiedName} ({resource.ApiVersion}) at {target.Url}; HTTP/{options.HttpVersion}, {options.ConnectionsInEffect} connections.");
                OpenFile(session);
                Report(run, session.Run(run.RunAsync, run.Stop, () => Describe(run), result => Stopped(run, result, session)));
            }
            catch (RecordFileException e)
            {
                ThrowTerminatingError(Explain(e)!);
            }
            finally
            {
                run.DisposeAsync().AsTask().GetAwaiter().GetResult();
            }
        }
        finally
        {
            target.DisposeAsync().AsTask().GetAwaiter().GetResult();
        }
    }

    private void OpenFile(ObserverSession<WatchRow> session)
    {
        if (OutFile is null) return;
        var format = Enum.Parse<OutputFormat>(Format, ignoreCase: true);
        session.File = _standardOutput is not null ? RecordFiles.OfWatches(_standardOutput.Stream, format) : RecordFiles.OfWatches(ResolvePath(OutFile), format);
    }

    private static (string Status, int? Percent) Describe(WatchRun run)
    {
        var progress = run.Progress;
        var text = string.Create(
            CultureInfo.InvariantCulture,
            $"{progress.Open:N0} watches open, {progress.Events:N0} events ({progress.Events / Math.Max(0.001, progress.Elapsed.TotalSeconds):0.0}/s), {progress.Windows:N0} ended, {progress.Lists:N0} lists, {progress.Errors:N0} errors");
        return (text, run.Options.Duration is { } duration ? (int)Math.Min(100, progress.Elapsed / duration * 100) : null);
    }

    private void Report(WatchRun run, WatchRunResult result)
    {
        var summary = WatchSummary.From(run, result);
        if (OutFile is not null) WriteObject(summary);
        if (summary.Verdict == "Failed") WriteWarning(summary.Reason);
        else WriteVerbose(summary.Reason);
    }

    /// <summary>Whoever takes a few records from the pipeline has what was wanted; whoever writes a file gets its summary in words.</summary>
    private string? Stopped(WatchRun run, WatchRunResult result, ObserverSession<WatchRow> session)
    {
        var summary = WatchSummary.From(run, result);
        if (OutFile is not null && _standardOutput is null)
            return string.Create(CultureInfo.InvariantCulture, $"The run was stopped. Its {session.File!.Rows:N0} records are whole in '{ResolvePath(OutFile)}'.{Environment.NewLine}{summary}");
        return summary.Verdict == "Failed" ? summary.Reason : null;
    }

    private WatchOptions ReadOptions()
    {
        var slow = IsBound(nameof(ReadRate));
        var options = new WatchOptions
        {
            RunId = RunIdInEffect,
            Namespace = Namespace,
            LabelSelector = LabelSelector,
            FieldSelector = FieldSelector,
            Watchers = Watchers,
            Connections = IsBound(nameof(Connections)) ? Connections : null,
            HttpVersion = HttpVersion == "1.1" || (slow && !IsBound(nameof(HttpVersion))) ? System.Net.HttpVersion.Version11 : System.Net.HttpVersion.Version20,
            MinTimeoutSeconds = TimeoutSeconds[0],
            MaxTimeoutSeconds = TimeoutSeconds[1],
            Seed = IsBound(nameof(Seed)) ? Seed : (ulong)RandomNumberGenerator.GetInt32(int.MaxValue),
            Resume = Resume,
            WatchList = WatchList,
            ReadRate = slow ? ReadRate : null,
            Duration = IsBound(nameof(Duration)) ? Duration : null,
            RequestTimeout = RequestTimeout,
            StopOnError = MyInvocation.BoundParameters.TryGetValue("ErrorAction", out var preference) && preference is ActionPreference.Stop,
            Program = Program,
        };
        try
        {
            options.Validate();
        }
        catch (ArgumentException e)
        {
            var text = e.Message.Replace($" (Parameter '{e.ParamName}')", "", StringComparison.Ordinal);
            throw Terminating($"Invalid{e.ParamName}", ErrorCategory.InvalidArgument, text, e.ParamName);
        }

        return options;
    }
}
