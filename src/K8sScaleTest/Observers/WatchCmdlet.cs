using System.Management.Automation;
using System.Security.Cryptography;
using K8sScaleTest.Engine.Api;
using K8sScaleTest.Engine.Metrics;
using K8sScaleTest.Engine.Observers.Watches;

namespace K8sScaleTest;

/// <summary>The parameters that all watches share, and the run from the pipeline's side.</summary>
public abstract class WatchCmdlet : ObserverCmdlet
{
    /// <summary>How many watchers there are in this process, each with lists and watches of its own; 1 by default.</summary>
    [Parameter]
    public int Watchers { get; set; } = 1;

    /// <summary>
    /// Connections that the watchers share: by default one for every 100 of them (servers allow 100 to 250 streams on each); over HTTP/1.1 each has its own.
    /// </summary>
    [Parameter]
    public int Connections { get; set; }

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

    /// <summary>With -OutFile, the file's format: Csv (default) or JsonLines.</summary>
    [Parameter]
    [ValidateSet("Csv", "JsonLines")]
    public override string Format { get; set; } = "Csv";

    /// <inheritdoc/>
    private protected override Version HttpVersionInEffect => IsSlow && !IsBound(nameof(HttpVersion)) ? System.Net.HttpVersion.Version11 : base.HttpVersionInEffect;

    private bool IsSlow => IsBound(nameof(ReadRate));

    internal override ErrorRecord? Explain(Exception exception) => exception is WatchFailedException failed
        ? new(failed, failed.Reason, ErrorCategory.ConnectionError, failed.Watcher)
        : base.Explain(exception);

    /// <inheritdoc/>
    private protected override void CheckParameters() => ReadOptions();

    /// <inheritdoc/>
    private protected override void Observe(ApiTarget target, ApiResource resource, string? serverVersion, RunMetrics? metrics)
    {
        var options = ReadOptions(resource);
        using var session = new WatchSession(this, options);
        var run = session.NewRun(target, resource, metrics);
        try
        {
            Prepare(run.PrepareAsync, run.Stop);
            if (OutFile == "-") LogParameters(options.ToDictionary(), resource, target, serverVersion);
            WriteVerbose($"Run {options.RunId}, seed {options.Seed}: {options.Watchers} watchers of {resource.QualifiedName} ({resource.ApiVersion}) at {target.Url}; HTTP/{options.HttpVersion}, {options.ConnectionsInEffect} connections.");
            session.OpenFile();
            session.Run();
        }
        finally
        {
            Release(run);
        }
    }

    /// <param name="resource">What is watched, once that is known.</param>
    private WatchOptions ReadOptions(ApiResource? resource = null)
    {
        var options = new WatchOptions
        {
            RunId = RunId!,
            Namespace = Namespace,
            LabelSelector = LabelSelector,
            FieldSelector = FieldSelector,
            Watchers = Watchers,
            Connections = IsBound(nameof(Connections)) ? Connections : null,
            HttpVersion = HttpVersionInEffect,
            MinTimeoutSeconds = TimeoutSeconds[0],
            MaxTimeoutSeconds = TimeoutSeconds[1],
            Seed = IsBound(nameof(Seed)) ? Seed : (ulong)RandomNumberGenerator.GetInt32(int.MaxValue),
            Resume = Resume,
            WatchList = WatchList,
            ReadRate = IsSlow ? ReadRate : null,
            Duration = IsBound(nameof(Duration)) ? Duration : null,
            RequestTimeout = RequestTimeout,
            StopOnError = MyInvocation.BoundParameters.TryGetValue("ErrorAction", out var preference) && preference is ActionPreference.Stop,
            Program = Program,
        };
        try
        {
            if (resource is null) options.Validate();
            else options.ValidateFor(resource);
        }
        catch (ArgumentException e)
        {
            throw Invalid(e);
        }

        return options;
    }
}
