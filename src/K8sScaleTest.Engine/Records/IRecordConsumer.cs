namespace K8sScaleTest.Engine.Records;

/// <summary>Takes a run's records as they come, on one thread of the run.</summary>
/// <typeparam name="TRow">The records in their compact form.</typeparam>
public interface IRecordConsumer<TRow>
    where TRow : struct
{
    /// <summary>Takes one record.</summary>
    void Take(in TRow row);

    /// <summary>For the moment there are no more; comes at least every few tens of milliseconds while records are slow.</summary>
    void Pause();
}
