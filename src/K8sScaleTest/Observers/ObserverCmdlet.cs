using System.Management.Automation;
using K8sScaleTest.Engine.Objects;

namespace K8sScaleTest;

/// <summary>The parameters of all cmdlets that observe a collection and write nothing to it.</summary>
public abstract class ObserverCmdlet : RunCmdlet
{
    private string? _runId;

    /// <summary>The namespace to observe; all of them by default. Tab completes it with the namespaces of the server.</summary>
    [Parameter]
    [NamespaceName]
    [ArgumentCompleter(typeof(NamespaceCompleter))]
    public string? Namespace { get; set; }

    /// <summary>Observes only objects with these labels, as kubectl's -l takes them: purpose=scaletest, scaletest/run=1124.0930.0042.</summary>
    [Parameter]
    [Alias("Selector")]
    [ValidateNotNullOrEmpty]
    public string? LabelSelector { get; set; }

    /// <summary>Observes only objects with these fields, as kubectl takes them: metadata.name=one.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? FieldSelector { get; set; }

    /// <summary>How long it observes: 90 (seconds), 90s, 5m, 1h30m, 00:01:30 or a timespan; until Ctrl+C by default.</summary>
    [Parameter]
    [Duration]
    public TimeSpan Duration { get; set; }

    /// <summary>This run's ID, which stands in its records; made as MMDD.hhmm.NNNN when it is not given.</summary>
    [Parameter]
    public string? RunId { get; set; }

    /// <summary>How long headers may take, as a duration (see -Duration); 65s by default.</summary>
    [Parameter]
    [Duration]
    public TimeSpan RequestTimeout { get; set; } = TimeSpan.FromSeconds(65);

    /// <summary>
    /// Writes the records to this file as they come, at least once a second; the pipeline then gets one summary instead of the records. An existing file is
    /// written over. '-' is standard output; everything else then goes to standard error.
    /// </summary>
    [Parameter]
    [Alias("DataFilename")]
    [ValidateNotNullOrEmpty]
    public string? OutFile { get; set; }

    /// <summary>With -OutFile: writes the records to the pipeline too, before the summary.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <summary>The run's ID in effect: the same at every call.</summary>
    private protected string RunIdInEffect => _runId ??= RunId ?? RunIdentity.NewRunId(DateTimeOffset.Now, Random.Shared);

    private protected bool IsBound(string parameter) => MyInvocation.BoundParameters.ContainsKey(parameter);
}
