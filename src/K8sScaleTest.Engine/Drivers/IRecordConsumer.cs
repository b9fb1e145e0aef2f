using K8sScaleTest.Engine.Records;

namespace K8sScaleTest.Engine.Drivers;

/// <summary>Takes a run's records as they come, on one thread of the run.</summary>
public interface IRecordConsumer
{
    /// <summary>Takes one record.</summary>
    void Take(in OperationRow row);

    /// <summary>For the moment there are no more; comes at least every few tens of milliseconds while records are slow.</summary>
    void Pause();
}
