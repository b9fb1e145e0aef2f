using K8sScaleTest.Engine.Records;

namespace K8sScaleTest.Engine.Tests.ScaleTests;

/// <summary>Takes no record, as a file on a full disk.</summary>
/// <param name="atOnce">Whether it fails before there is a record.</param>
internal sealed class FailingConsumer<TRow>(bool atOnce) : IRecordConsumer<TRow>
    where TRow : struct
{
    public const string Message = "No space left on device.";

    public void Take(in TRow row) => throw new IOException(Message);

    public void Pause()
    {
        if (atOnce) throw new IOException(Message);
    }
}
