using System.Management.Automation;
using K8sScaleTest.Engine.Api;
using K8sScaleTest.Engine.Informers;
using K8sScaleTest.Engine.Metrics;
using K8sScaleTest.Engine.Observers;

namespace K8sScaleTest;

/// <summary>The parameters that all loggers share, and the run from the pipeline's side.</summary>
public abstract class LoggerCmdlet : ObserverCmdlet
{
    /// <summary>How many workers take keys from the work queue at once; 1 by default. They wait without a thread of their own.</summary>
    [Parameter]
    public int Threads { get; set; } = 1;

    /// <summary>
    /// Compares each object with what the dequeue before found, by a hash of its content, and says in Duplicate whether nothing had changed. Replaces the Go flag
    /// no-compare, which switched it off.
    /// </summary>
    [Parameter]
    public SwitchParameter Compare { get; set; }

    /// <summary>Writes one record for each event of the informer, also for those that one dequeue stands for together.</summary>
    [Parameter]
    public SwitchParameter PerEvent { get; set; }

    /// <summary>Starts with pages of a list, and not with the stream (WatchList) that newer servers offer and client-go prefers.</summary>
    [Parameter]
    public SwitchParameter NoWatchList { get; set; }

    /// <inheritdoc/>
    private protected override void CheckParameters() => ReadOptions(ApiResource.ConfigMaps with { Plural = "objects" });

    /// <inheritdoc/>
    private protected override void Observe(ApiTarget target, ApiResource resource, string? serverVersion, RunMetrics? metrics)
    {
        var options = ReadOptions(resource);
        using var session = new LoggerSession(this, options);
        var run = session.NewRun(target, metrics);
        try
        {
            Prepare(run.PrepareAsync, run.Stop);
            if (OutFile == "-") LogParameters(options.ToDictionary(), resource, target, serverVersion);
            WriteVerbose($"Run {options.RunId}: logging {resource.Plural} as {resource.ApiVersion} in {options.Namespace ?? "all namespaces"} at {target.Url}, HTTP/{options.HttpVersion}, {options.Threads} workers.");
            session.OpenFile();
            session.Run();
        }
        finally
        {
            Release(run);
        }
    }

    private LoggerOptions ReadOptions(ApiResource resource)
    {
        var options = new LoggerOptions
        {
            RunId = RunId!,
            Resource = resource,
            Namespace = Namespace,
            LabelSelector = LabelSelector,
            FieldSelector = FieldSelector,
            Threads = Threads,
            Compare = Compare,
            PerEvent = PerEvent,
            Duration = IsBound(nameof(Duration)) ? Duration : null,
            Program = Program,
            HttpVersion = HttpVersionInEffect,
            RequestTimeout = RequestTimeout,
            Informer = new InformerOptions { WatchList = !NoWatchList },
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
}
