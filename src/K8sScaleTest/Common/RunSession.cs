using System.Collections.Concurrent;
using System.Diagnostics;
using System.Management.Automation;
using K8sScaleTest.Engine.Records;
using K8sScaleTest.Engine.Results.Files;

namespace K8sScaleTest;

/// <summary>
/// One run seen from the pipeline's thread: opens the file before any load, hands records on while the run goes, shows progress, and
/// whatever happens downstream, lets the run end in order before it returns.
/// </summary>
/// <typeparam name="TRow">The records in their compact form.</typeparam>
internal abstract class RunSession<TRow> : IDisposable
    where TRow : struct
{
    private const int BacklogWorthAWarning = 100_000;
    private const string ReportAfterRecords = "K8sScaleTest.ReportAfterRecords"; // a view's type name
    private static readonly TimeSpan Turn = TimeSpan.FromMilliseconds(25);
    private static readonly TimeSpan ProgressInterval = TimeSpan.FromMilliseconds(250);
    private readonly RecordingCmdlet _cmdlet;
    private readonly ConcurrentQueue<TRow>? _pipeline;
    private long _progressShown;
    private bool _warnedOfBacklog;

    /// <param name="cmdlet">Whose run it is.</param>
    /// <param name="also">Gets each row besides, on a thread of the run.</param>
    /// <param name="streams">Whether the pipeline gets the records.</param>
    protected RunSession(RecordingCmdlet cmdlet, RowAction<TRow>? also, bool streams)
    {
        _cmdlet = cmdlet;
        Format = Enum.Parse<OutputFormat>(cmdlet.Format, ignoreCase: true);
        Path = cmdlet.OutFile is null || cmdlet.StandardOutput is not null ? null : cmdlet.ResolvePath(cmdlet.OutFile);
        _pipeline = streams ? new() : null;
        Sink = new(Path, _pipeline, also);
    }

    /// <summary>Where the run's records go.</summary>
    protected RunSink<TRow> Sink { get; }

    /// <summary>The file's path; null without a file, and for standard output.</summary>
    protected string? Path { get; }

    /// <summary>The file's format.</summary>
    protected OutputFormat Format { get; }

    /// <summary>Whether Measure-ScaleTest reads the file.</summary>
    protected virtual bool IsMeasurable => false;

    /// <summary>What the records come from, in words.</summary>
    protected abstract string Source { get; }

    /// <summary>Opens the file. Only now that the server is known to take the run: a file of an earlier run is written over.</summary>
    public void OpenFile()
    {
        if (_cmdlet.StandardOutput is { } standardOutput) Sink.File = Open(standardOutput);
        if (Path is null) return;
        Sink.File = Open(Path);
        FileOpened(Path);
    }

    /// <summary>Closes what no run came to write; after a run there is nothing left to close.</summary>
    public void Dispose() => CloseFiles();

    /// <summary>Closes every file, whatever happens to the others. May be called again.</summary>
    /// <returns>What ended the writing of each, now or before; null of those that are whole.</returns>
    protected virtual IReadOnlyList<RecordFileException?> CloseFiles() => [Sink.Close()];

    protected abstract RecordFile<TRow> Open(string path);

    protected abstract RecordFile<TRow> Open(Stream standardOutput);

    /// <summary>Writes what belongs beside the file.</summary>
    protected virtual void FileOpened(string path)
    {
    }

    /// <summary>The row's public record.</summary>
    protected abstract object RecordOf(in TRow row);

    /// <summary>Ends the run, in order.</summary>
    protected abstract void Stop();

    protected abstract ProgressRecord Progress();

    /// <summary>On the pipeline's thread, every few tens of milliseconds while the run goes, and once at its end: for what is to be written besides.</summary>
    protected virtual void Turned()
    {
    }

    /// <summary>What to say while a stopped run ends; null for nothing.</summary>
    protected abstract string? Stopping();

    /// <summary>A run has ended, well or not: what belongs into its files and is known only now.</summary>
    /// <exception cref="RecordFileException">A file cannot be written.</exception>
    protected virtual void Complete()
    {
    }

    /// <summary>A stopped run has ended well: writes what belongs beside the file, and says what is to be said.</summary>
    protected abstract string? Stopped();

    /// <summary>A run has ended by a fault: what is to be said besides; null for nothing.</summary>
    protected virtual string? Failed() => null;

    /// <summary>Waits for the run, until after its last record was written and its files are closed, whatever stopped the pipeline; throws when that was stopped.</summary>
    protected void Await(Task task)
    {
        var handedOver = false;
        try
        {
            while (!task.IsCompleted)
            {
                if (_cmdlet.Stopping) throw new PipelineStoppedException();
                HandOver();
                Turned();
                ShowProgress(_cmdlet.WriteProgress);
                ((IAsyncResult)task).AsyncWaitHandle.WaitOne(Turn);
            }

            // The stop itself may have ended the run before this thread looked again.
            do
            {
                if (_cmdlet.Stopping) throw new PipelineStoppedException();
                HandOver();
                Turned();
            }
            while (_pipeline is { IsEmpty: false });
            handedOver = true;
        }
        finally
        {
            // Here too when WriteObject threw: the pipeline is stopped, but the run must end in order.
            if (!task.IsCompleted) Stop();
            if (!handedOver) AwaitQuietly(task);
        }

        _cmdlet.WriteProgress(Ended());
        foreach (var fault in Close(task)) _cmdlet.WriteError(_cmdlet.Explain(fault));
    }

    /// <summary>As the other, for a run that has a result; a fault that users can do something about ends the cmdlet with its own error.</summary>
    protected TResult Await<TResult>(Task<TResult> task)
    {
        Await((Task)task);
        try
        {
            return task.GetAwaiter().GetResult();
        }
        catch (Exception e) when (_cmdlet.Explain(e) is { } error)
        {
            _cmdlet.ThrowTerminatingError(error);
            throw;
        }
    }

    /// <summary>Writes the health of the run's process beside the file; without a file nothing.</summary>
    protected void WriteHealth(RunHealth health)
    {
        if (Path is not null) RunHealthFile.Write(Path, health);
    }

    /// <summary>Writes the run's summary, after whatever records the pipeline got.</summary>
    protected void WriteSummary(object summary)
    {
        // PowerShell shows what follows objects of another type as a list of properties, unless its view is out of band; and such a view takes the place of what Format-List and
        // Format-Table are asked for. So a summary has it only where records come before it.
        var shown = PSObject.AsPSObject(summary);
        if (_pipeline is not null) shown.TypeNames.Insert(1, ReportAfterRecords);
        _cmdlet.WriteObject(shown);
    }

    private static ProgressRecord Ended() => new(1, "run", "ended") { RecordType = ProgressRecordType.Completed };

    private void HandOver()
    {
        if (_pipeline is null) return;
        if (!_warnedOfBacklog && _pipeline.Count > BacklogWorthAWarning)
        {
            _warnedOfBacklog = true;
            _cmdlet.WriteWarning($"The pipeline is slower than {Source}: {_pipeline.Count:N0} records wait in memory. {char.ToUpperInvariant(Source[0])}{Source[1..]} is not held up. -OutFile writes them as they come.");
        }

        // Bounded, so that progress is shown and a stop is seen while records keep coming.
        for (var budget = BacklogWorthAWarning; budget > 0 && _pipeline.TryDequeue(out var row); budget--) _cmdlet.WriteObject(RecordOf(row));
    }

    private void ShowProgress(Action<ProgressRecord> show)
    {
        if (Stopwatch.GetElapsedTime(_progressShown) < ProgressInterval) return;
        _progressShown = Stopwatch.GetTimestamp();
        show(Progress());
    }

    /// <summary>Lets a run whose pipeline is gone end, and says through the host what the pipeline could not take: the cmdlet's own streams throw by now.</summary>
    private void AwaitQuietly(Task task)
    {
        var host = _cmdlet.Host.UI;
        if (Stopping() is { } stopping) host.WriteWarningLine(stopping);
        while (!task.IsCompleted)
        {
            ShowProgress(record => host.WriteProgress(0, record));
            ((IAsyncResult)task).AsyncWaitHandle.WaitOne(Turn);
        }

        host.WriteProgress(0, Ended());
        foreach (var closing in Close(task)) host.WriteErrorLine(closing.Message);
        var said = task.IsCompletedSuccessfully ? Stopped() : Failed();
        if (task.IsFaulted && task.Exception!.InnerException is { } fault and not OperationCanceledException) host.WriteErrorLine(fault.Message);
        if (Path is not null && task.IsCompletedSuccessfully) host.WriteWarningLine($"The run was stopped. Its {Sink.File!.Rows:N0} records are whole in '{Path}'{(IsMeasurable ? "; Measure-ScaleTest sums them up" : "")}.");
        if (_pipeline is { IsEmpty: false })
            host.WriteWarningLine($"{_pipeline.Count:N0} records came after the pipeline had stopped{(Sink.File is null ? " and are lost; with -OutFile they would be in the file" : "; they are in the file")}.");
        if (said is not null) host.WriteWarningLine(said);
    }

    /// <summary>Completes and closes every file; what ended the writing of any, but for what the run itself ended with.</summary>
    private List<RecordFileException> Close(Task task)
    {
        try
        {
            Complete();
        }
        catch (RecordFileException)
        {
            // It is told as that file's.
        }

        var ended = task.Exception?.InnerException;
        return [.. CloseFiles().OfType<RecordFileException>().Where(fault => fault != ended)];
    }
}
