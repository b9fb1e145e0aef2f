using K8sScaleTest.Engine.Records;
using K8sScaleTest.Engine.Results.Latencies;

namespace K8sScaleTest.Engine.Results.Verdicts;

/// <summary>One second of a run: what was due, what was answered, and compact distributions of what Steady's verdict needs.</summary>
internal sealed class SecondBin
{
    private CompactHistogram? _creates;
    private CompactHistogram? _others;
    private CompactHistogram? _lateLaunches;
    private CompactHistogram? _longWaits;
    private int _createsTimedOut;
    private int _neverSent;
    private int _createsDone;
    private int _updatesDone;
    private int _deletesDone;

    /// <summary>Operations of any phase that were due in this second.</summary>
    public int Due { get; private set; }

    /// <summary>Operations of any phase that had their answer (or their end without one, save shedding and time-outs) in this second.</summary>
    public int Answered { get; private set; }

    /// <summary>Operations of Steady that were due in this second.</summary>
    public int Steady { get; private set; }

    public void RecordDue(in OperationSample sample)
    {
        Due++;
        if (sample.Phase != Phase.Steady) return;
        Steady++;
        if (sample.Outcome == Outcome.Succeeded) Service(sample.Operation).Add(sample.ServiceMs);
        if (sample.PacerDelayMs > MeasurementWindow.LowestLimitMs) (_lateLaunches ??= new()).Add(sample.PacerDelayMs);
        if (sample.ConnectionWaitMs > MeasurementWindow.LowestLimitMs) (_longWaits ??= new()).Add(sample.ConnectionWaitMs);
        if (!OperationTally.IsTimeout(sample)) return;
        if (sample.Outcome == Outcome.NotSent) _neverSent++;
        else if (sample.Operation == OperationKind.Create) _createsTimedOut++;
    }

    public void RecordFinished(in OperationSample sample)
    {
        if (sample is not { Outcome: Outcome.NotSent, Reason: Reasons.Shed } && !OperationTally.IsTimeout(sample)) Answered++;
        if (sample.Outcome != Outcome.Succeeded) return;
        switch (sample.Operation)
        {
            case OperationKind.Create: _createsDone++; break;
            case OperationKind.Update: _updatesDone++; break;
            default: _deletesDone++; break;
        }
    }

    public int Done(OperationKind operation) => operation switch
    {
        OperationKind.Create => _createsDone,
        OperationKind.Update => _updatesDone,
        _ => _deletesDone,
    };

    /// <summary>Adds this second to a window's distributions.</summary>
    public void AddTo(WindowTally window)
    {
        window.Operations += Steady;
        window.NeverSent += _neverSent;
        if (_creates is not null) window.Service.Add(_creates);
        if (_others is not null) window.Service.Add(_others);
        if (_lateLaunches is not null) window.LateLaunches.Add(_lateLaunches);
        if (_longWaits is not null) window.LongWaits.Add(_longWaits);
    }

    /// <summary>Adds the service times of this second's creates, and returns how many of them timed out.</summary>
    public int AddCreatesTo(CompactHistogram creates)
    {
        if (_creates is not null) creates.Add(_creates);
        return _createsTimedOut;
    }

    private CompactHistogram Service(OperationKind operation) =>
        operation == OperationKind.Create ? _creates ??= new CompactHistogram() : _others ??= new CompactHistogram();
}
