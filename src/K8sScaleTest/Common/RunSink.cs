using System.Collections.Concurrent;
using System.Diagnostics;
using K8sScaleTest.Engine.Records;
using K8sScaleTest.Engine.Results.Files;

namespace K8sScaleTest;

/// <summary>
/// Where a run's records go: to the file, into the summary, to the pipeline. It is called on one thread of the run, never on the
/// pipeline's, so that a slow pipeline holds nothing up.
/// </summary>
/// <typeparam name="TRow">The records in their compact form.</typeparam>
internal sealed class RunSink<TRow> : IRecordConsumer<TRow>
    where TRow : struct
{
    // Of a long run the health takes ever longer to write: it is then written less often, so that it never takes more than a hundredth of the time.
    private const int HealthShare = 100;
    private static readonly TimeSpan ShortestHealthInterval = TimeSpan.FromSeconds(5);
    private TimeSpan _healthInterval = ShortestHealthInterval;
    private readonly RowAction<TRow>? _also;
    private readonly ConcurrentQueue<TRow>? _pipeline;
    private readonly string? _recordPath;
    private long _healthWritten;

    public RunSink(string? recordPath, ConcurrentQueue<TRow>? pipeline, RowAction<TRow>? also)
    {
        _recordPath = recordPath;
        _also = also;
        _pipeline = pipeline;
    }

    /// <summary>Gives the generator's health so far; set once the run exists.</summary>
    public Func<RunHealth?> Health { get; set; } = static () => null;

    /// <summary>Where records are written; set before the first comes.</summary>
    public RecordFile<TRow>? File { get; set; }

    /// <inheritdoc/>
    public void Take(in TRow row)
    {
        File?.Write(row);
        _also?.Invoke(row);
        _pipeline?.Enqueue(row);
    }

    /// <summary>Closes the file. May be called again.</summary>
    /// <returns>What ended its writing, now or before; null for nothing.</returns>
    public RecordFileException? Close()
    {
        try
        {
            File?.Dispose();
        }
        catch (RecordFileException)
        {
            // It is the file's fault from now on.
        }

        return File?.Fault;
    }

    /// <inheritdoc/>
    public void Pause()
    {
        File?.FlushIfDue();
        if (_recordPath is null || (_healthWritten != 0 && Stopwatch.GetElapsedTime(_healthWritten) < _healthInterval)) return;

        // A run that is killed leaves its health beside its records.
        if (Health() is not { } health) return;
        var began = Stopwatch.GetTimestamp();
        RunHealthFile.Write(_recordPath, health);
        _healthWritten = Stopwatch.GetTimestamp();
        var proportionate = Stopwatch.GetElapsedTime(began, _healthWritten) * HealthShare;
        _healthInterval = proportionate > ShortestHealthInterval ? proportionate : ShortestHealthInterval;
    }
}
