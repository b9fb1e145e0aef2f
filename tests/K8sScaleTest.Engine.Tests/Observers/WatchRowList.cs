using K8sScaleTest.Engine.Records;

namespace K8sScaleTest.Engine.Tests.Observers;

/// <summary>Keeps all records of a run of watches.</summary>
internal sealed class WatchRowList : IRecordConsumer<WatchRow>
{
    public List<WatchRow> Rows { get; } = [];

    public IEnumerable<WatchRow> Of(WatchRecordKind kind) => Rows.Where(row => row.Kind == kind);

    public void Take(in WatchRow row) => Rows.Add(row);

    public void Pause()
    {
    }
}
