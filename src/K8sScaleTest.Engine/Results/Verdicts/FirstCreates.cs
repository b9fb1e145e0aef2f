using K8sScaleTest.Engine.Records;

namespace K8sScaleTest.Engine.Results.Verdicts;

/// <summary>The service times of a run's first creates, by when they were due: what the server did before there was a load.</summary>
/// <remarks>
/// By when they were due, since the first to finish are the fastest. The lower of two medians: a hundred creates tell most, but an overloaded server
/// is slow before they are over, and the first twenty can be slowed by all that is still cold.
/// </remarks>
internal sealed class FirstCreates
{
    private const int Many = 100;
    private const int Few = 20;

    // The latest of those kept lies on top, to be thrown out by an earlier one.
    private readonly PriorityQueue<double, long> _kept = new(Many + 1);

    /// <summary>In ms; NaN when there was none.</summary>
    public double MedianServiceMs
    {
        get
        {
            var inOrder = _kept.UnorderedItems.OrderByDescending(item => item.Priority).Select(item => item.Element).ToList();
            return inOrder.Count == 0 ? double.NaN : Math.Min(Median([.. inOrder]), Median([.. inOrder.Take(Few)]));
        }
    }

    public void Record(in OperationSample sample)
    {
        if (double.IsNaN(sample.ServiceMs)) return;
        if (_kept.Count == Many && _kept.TryPeek(out _, out var latest) && -latest <= sample.ScheduledUnixNanoseconds) return;
        _kept.Enqueue(sample.ServiceMs, -sample.ScheduledUnixNanoseconds);
        if (_kept.Count > Many) _kept.Dequeue();
    }

    private static double Median(List<double> values)
    {
        values.Sort();
        return (values[(values.Count - 1) / 2] + values[values.Count / 2]) / 2;
    }
}
