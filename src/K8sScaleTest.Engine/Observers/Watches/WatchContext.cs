using K8sScaleTest.Engine.Records;

namespace K8sScaleTest.Engine.Observers.Watches;

/// <summary>What all watchers of a run share.</summary>
internal sealed class WatchContext(WatchOptions options, WatchInfo info, RecordStream<WatchRow> records)
{
    // A thousand lists at once would hold a thousand buffers, and measure this process.
    private const int ListsAtOnce = 16;

    public WatchOptions Options => options;

    public WatchInfo Info => info;

    public RecordStream<WatchRow> Records => records;

    public WatchCounts Counts { get; } = new();

    public WatchedObjects Objects { get; } = new();

    public SemaphoreSlim Lists { get; } = new(ListsAtOnce);

    /// <summary>Hears of the first error of a run that ends with it.</summary>
    public TaskCompletionSource Failure { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
}
