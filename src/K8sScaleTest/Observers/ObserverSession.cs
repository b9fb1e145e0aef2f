using System.Collections.Concurrent;
using System.Diagnostics;
using System.Management.Automation;
using K8sScaleTest.Engine.Records;
using K8sScaleTest.Engine.Results.Files;

namespace K8sScaleTest;

/// <summary>
/// One run of an observer seen from the pipeline's thread: hands records on while it goes, shows progress, and whatever happens downstream, lets it end in order
/// before it returns.
/// </summary>
/// <typeparam name="TRow">The records in their compact form.</typeparam>
internal sealed class ObserverSession<TRow> : IRecordConsumer<TRow>, IDisposable
    where TRow : struct
{
    private const int BacklogWorthAWarning = 100_000;
    private static readonly TimeSpan Turn = TimeSpan.FromMilliseconds(25);
    private static readonly TimeSpan ProgressInterval = TimeSpan.FromMilliseconds(250);
    private readonly ObserverCmdlet _cmdlet;
    private readonly Func<TRow, object> _toRecord;
    private readonly ConcurrentQueue<TRow>? _pipeline;
    private volatile RecordFile<TRow>? _file;
    private long _progressShown;
    private bool _warnedOfBacklog;

    /// <param name="cmdlet">The cmdlet.</param>
    /// <param name="toRecord">Makes the public record of a row.</param>
    public ObserverSession(ObserverCmdlet cmdlet, Func<TRow, object> toRecord)
    {
        _cmdlet = cmdlet;
        _toRecord = toRecord;
        _pipeline = cmdlet.OutFile is null || cmdlet.PassThru ? new() : null;
    }

    /// <summary>Where records are written besides; it is closed with the session.</summary>
    public RecordFile<TRow>? File
    {
        get => _file;
        set => _file = value;
    }

    /// <inheritdoc/>
    public void Take(in TRow row)
    {
        _file?.Write(row);
        _pipeline?.Enqueue(row);
    }

    /// <inheritdoc/>
    public void Pause() => _file?.FlushIfDue();

    /// <summary>Runs to the end; returns after the last record was written, whatever stopped the pipeline.</summary>
    /// <param name="run">Starts the run.</param>
    /// <param name="stop">Asks it to end.</param>
    /// <param name="status">Where it stands, in words, and in percent where that is known.</param>
    /// <param name="stopped">What is to be said of a run that was stopped: the pipeline takes no summary any more. Null for nothing.</param>
    public TResult Run<TResult>(Func<Task<TResult>> run, Action stop, Func<(string Status, int? Percent)> status, Func<TResult, string?> stopped)
    {
        var task = run();
        var handedOver = false;
        try
        {
            while (!task.IsCompleted)
            {
                if (_cmdlet.Stopping) throw new PipelineStoppedException();
                HandOver();
                ShowProgress(status, _cmdlet.WriteProgress);
                ((IAsyncResult)task).AsyncWaitHandle.WaitOne(Turn);
            }

            // The stop itself may have ended the run before this thread looked again.
            if (_cmdlet.Stopping) throw new PipelineStoppedException();
            while (HandOver())
            {
            }

            handedOver = true;
        }
        finally
        {
            // Here too when WriteObject threw: the pipeline is stopped, but the run must end in order.
            if (!handedOver)
            {
                stop();
                AwaitQuietly(task, stopped);
            }
        }

        _cmdlet.WriteProgress(new(1, "run", "ended") { RecordType = ProgressRecordType.Completed });
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

    /// <inheritdoc/>
    public void Dispose() => _file?.Dispose();

    /// <summary>Hands over what there is, up to a number, so that progress is shown and a stop is seen; true when there may be more.</summary>
    private bool HandOver()
    {
        if (_pipeline is null) return false;
        if (!_warnedOfBacklog && _pipeline.Count > BacklogWorthAWarning)
        {
            _warnedOfBacklog = true;
            _cmdlet.WriteWarning($"The pipeline is slower than the events: {_pipeline.Count:N0} records wait in memory. The observer is not held up. -OutFile writes them as they come.");
        }

        for (var budget = BacklogWorthAWarning; budget > 0; budget--)
        {
            if (!_pipeline.TryDequeue(out var row)) return false;
            _cmdlet.WriteObject(_toRecord(row));
        }

        return true;
    }

    private void ShowProgress(Func<(string Status, int? Percent)> status, Action<ProgressRecord> show)
    {
        if (Stopwatch.GetElapsedTime(_progressShown) < ProgressInterval) return;
        _progressShown = Stopwatch.GetTimestamp();
        var (text, percent) = status();
        show(new(1, _cmdlet.MyInvocation.MyCommand.Name, text) { PercentComplete = percent ?? -1 });
    }

    /// <summary>Lets a run whose pipeline is gone end, and says through the host what the pipeline could not take: the cmdlet's own streams throw by now.</summary>
    private void AwaitQuietly<TResult>(Task<TResult> task, Func<TResult, string?> stopped)
    {
        var host = _cmdlet.Host.UI;
        while (!task.IsCompleted) ((IAsyncResult)task).AsyncWaitHandle.WaitOne(Turn);
        host.WriteProgress(0, new(1, "run", "ended") { RecordType = ProgressRecordType.Completed });
        if (task.IsFaulted && task.Exception!.InnerException is { } fault and not OperationCanceledException) host.WriteErrorLine(fault.Message);
        if (_pipeline is { IsEmpty: false } && _file is null)
            host.WriteWarningLine($"{_pipeline.Count:N0} records came after the pipeline had stopped and are lost; with -OutFile they would be in the file.");
        if (task.IsCompletedSuccessfully && stopped(task.Result) is { } words) host.WriteWarningLine(words);
    }
}
