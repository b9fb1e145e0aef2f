using System.Management.Automation;

namespace K8sScaleTest;

/// <summary>The parameters that all cmdlets share whose run is a stream of records: where they are written.</summary>
public abstract class RecordingCmdlet : RunCmdlet
{
    private StandardOutputGuard? _standardOutput;
    private bool _ran;

    /// <summary>
    /// Writes the records to this file as they come, at least once a second; the pipeline then gets one summary instead of the records.
    /// &lt;OutFile&gt;.run.json beside it holds this process's health, which a driver's verdict needs. An existing file is written over.
    /// '-' is standard output; everything else then goes to standard error. Replaces the Go flag datafile.
    /// </summary>
    [Parameter]
    [Alias("Datafile", "DataFilename")]
    [ValidateNotNullOrEmpty]
    public string? OutFile { get; set; }

    /// <summary>
    /// With -OutFile, the file's format: Csv (default), JsonLines, or Original: the Go programs' columns without a header, and of a driver their
    /// &lt;runid&gt;-driver.parms beside the file.
    /// </summary>
    [Parameter]
    [ValidateSet("Csv", "JsonLines", "Original")]
    public virtual string Format { get; set; } = "Csv";

    /// <summary>With -OutFile: writes the records to the pipeline too, before the summary.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <summary>Standard output, where the records go there.</summary>
    internal Stream? StandardOutput => _standardOutput?.Stream;

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        if (OutFile is null && (IsBound(nameof(Format)) || PassThru))
        {
            throw Terminating("OutFileMissing", ErrorCategory.InvalidArgument,
                "-Format says how the file of -OutFile is written, and -PassThru that the pipeline gets its records too: give -OutFile, or leave them out.", null);
        }

        if (OutFile == "-") _standardOutput = new();
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        // Only now: what comes after this cmdlet in the pipeline has shown the summary.
        if (disposing) _standardOutput?.Dispose();
        base.Dispose(disposing);
    }

    /// <summary>A file is one run's.</summary>
    private protected void TakeOutFile()
    {
        if (_ran && OutFile is not null)
            throw Terminating("OutFileTaken", ErrorCategory.InvalidArgument, $"More than one API server came through the pipeline, and each run would write to '{OutFile}'. Give -OutFile for one server at a time.", OutFile);
        _ran = true;
    }

    private protected bool IsBound(string parameter) => MyInvocation.BoundParameters.ContainsKey(parameter);

    /// <summary>Waits for what closes connections: it takes no time worth a stop.</summary>
    private protected static void Release(IAsyncDisposable disposable) => disposable.DisposeAsync().AsTask().GetAwaiter().GetResult();

    /// <summary>The error for parameters that make no sense together.</summary>
    private protected InvalidOperationException Invalid(ArgumentException e)
    {
        var text = e.Message.Replace($" (Parameter '{e.ParamName}')", "", StringComparison.Ordinal);
        return Terminating($"Invalid{e.ParamName}", ErrorCategory.InvalidArgument, text, e.ParamName);
    }
}
