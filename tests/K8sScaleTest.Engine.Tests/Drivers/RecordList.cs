using K8sScaleTest.Engine.Records;

namespace K8sScaleTest.Engine.Tests.Drivers;

/// <summary>Keeps all records of a run.</summary>
internal sealed class RecordList : IRecordConsumer<OperationRow>
{
    public List<OperationRow> Rows { get; } = [];

    /// <summary>Runs on the run's own thread with each record: to stop a run, or to fail it, in its midst.</summary>
    public Action<OperationRow>? OnTake { get; init; }

    public IEnumerable<OperationRow> Of(OperationKind operation) => Rows.Where(row => row.Operation == operation && row.Phase != Phase.WarmUp);

    public void Take(in OperationRow row)
    {
        Rows.Add(row);
        OnTake?.Invoke(row);
    }

    public void Pause()
    {
    }
}
