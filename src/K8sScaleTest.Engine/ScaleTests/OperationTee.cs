using K8sScaleTest.Engine.Observers.Auditing;
using K8sScaleTest.Engine.Observers.Paths;
using K8sScaleTest.Engine.Records;

namespace K8sScaleTest.Engine.ScaleTests;

/// <summary>Gives the driver's records to the audit, which learns from them what must be delivered, and then to whoever wants them.</summary>
internal sealed class OperationTee(WatchAudit audit, PathJoin? join, IRecordConsumer<PathRow> paths, IRecordConsumer<OperationRow> consumer) : IRecordConsumer<OperationRow>
{
    /// <inheritdoc/>
    public void Take(in OperationRow row)
    {
        audit.Acknowledge(row);
        join?.Add(row);
        consumer.Take(row);
    }

    /// <inheritdoc/>
    public void Pause()
    {
        join?.Synchronized(paths.Pause);
        consumer.Pause();
    }
}
