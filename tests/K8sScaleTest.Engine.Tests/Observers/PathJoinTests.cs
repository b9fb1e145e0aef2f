using K8sScaleTest.Engine.Observers.Paths;
using K8sScaleTest.Engine.Records;

namespace K8sScaleTest.Engine.Tests.Observers;

public sealed class PathJoinTests
{
    private const string RunId = "run";
    private static readonly RunInfo Run = new(RunId, 0, "configmaps", "ns", new RunClock((0, 1_795_500_000_000_000_000)));
    private readonly List<PathRow> _rows = [];
    private readonly PathJoin _join;

    public PathJoinTests() => _join = new(Run, _rows.Add, TimeSpan.FromSeconds(60));

    [Fact]
    public void A_create_and_an_update_are_joined_by_uid_and_version_and_a_delete_by_uid()
    {
        Write(OperationKind.Create, 1, 10, 0, 5);
        Tell(NotifiedEvent.Added, 1, 10, 7);
        Write(OperationKind.Update, 1, 11, 20, 25);
        Tell(NotifiedEvent.Updated, 1, 11, 28);
        Write(OperationKind.Delete, 1, null, 40, 45);
        Tell(NotifiedEvent.Deleted, 1, 12, 48);
        Assert.Equal([OperationKind.Create, OperationKind.Update, OperationKind.Delete], _rows.Select(row => row.Write.Operation));
        Assert.Equal([10UL, 11UL, 12UL], _rows.Select(row => row.Notification.ResourceVersion));
        Assert.All(_rows, row => Assert.True(row.Certain));
        var result = _join.Complete();
        Assert.Equal((3, 3, 0, 0, 1.0), (result.Writes, result.Joined, result.Unjoined, result.Unaccounted, result.JoinedShare));
    }

    [Fact]
    public void An_event_that_came_before_the_acknowledgement_stays_negative()
    {
        Tell(NotifiedEvent.Added, 1, 10, 3);
        Write(OperationKind.Create, 1, 10, 0, 5);
        var row = Assert.Single(_rows);
        Assert.Equal((-2, 3, 2, 4, 5), (Ms(row.AcknowledgedToReceived), Ms(row.LaunchedToReceived), Ms(row.SentToReceived), Ms(row.LaunchedToHandled), Ms(row.LaunchedToDequeued)));
        var create = _join.Complete().Statistics[0];
        Assert.Equal((1L, -2.0, 1L), (create.FinishedToReceived.Negative, create.FinishedToReceived.MinMs, create.LaunchedToReceived.Count));
    }

    [Fact]
    public void Writes_that_did_not_happen_are_not_looked_for()
    {
        Write(OperationKind.Create, 1, 10, 0, 5, Outcome.Rejected);
        Write(OperationKind.Create, 2, 11, 0, 5, Outcome.NotSent);
        Write(OperationKind.Create, 3, 12, 0, 5, phase: Phase.WarmUp);
        Assert.Equal(0, _join.Complete().Writes);
    }

    [Fact]
    public void A_write_of_unknown_outcome_may_have_the_event_that_no_other_write_accounts_for()
    {
        Write(OperationKind.Create, 1, null, 0, 60_000, Outcome.Unknown);
        Tell(NotifiedEvent.Added, 1, 10, 4);
        Assert.Empty(_rows);
        var result = _join.Complete();
        var row = Assert.Single(_rows);
        Assert.False(row.Certain);
        Assert.Equal((0L, 0L, 1L, 1L, 0L), (result.Writes, result.Joined, result.Unknown, result.UnknownJoined, result.Unaccounted));
        Assert.Equal(0, result.Statistics[0].LaunchedToReceived.Count);
    }

    [Fact]
    public void A_delete_of_unknown_outcome_leaves_the_event_to_the_one_that_was_acknowledged()
    {
        Write(OperationKind.Delete, 1, null, 0, 65, Outcome.Unknown);
        Tell(NotifiedEvent.Deleted, 1, 12, 80);
        Write(OperationKind.Delete, 1, null, 70, 85);
        var result = _join.Complete();
        Assert.Equal(70, Ms(Assert.Single(_rows).Write.Launched));
        Assert.Equal((1L, 1L, 1L, 0L), (result.Writes, result.Joined, result.Unknown, result.UnknownJoined));
    }

    [Fact]
    public void Events_of_other_runs_and_namespaces_do_not_count()
    {
        _join.Add(Event(NotifiedEvent.Added, 1, 10, 5) with { Key = "other/run-1" });
        _join.Add(Event(NotifiedEvent.Added, 2, 10, 5) with { Key = "ns/rung-1" });
        Assert.Equal(0, _join.Complete().Unaccounted);
    }

    [Fact]
    public void What_is_left_on_either_side_is_counted()
    {
        Write(OperationKind.Create, 1, 10, 0, 5);
        Tell(NotifiedEvent.Added, 2, 11, 5);
        Write(OperationKind.Create, 3, null, 0, 5);
        var result = _join.Complete();
        Assert.Equal((2L, 0L, 1L, 1L, 1L), (result.Writes, result.Joined, result.Unjoined, result.Unidentified, result.Unaccounted));
    }

    [Fact]
    public void What_waits_for_longer_than_the_window_leaves()
    {
        Write(OperationKind.Create, 1, 10, 0, 5);
        Tell(NotifiedEvent.Added, 1, 10, 60_006);
        Assert.Single(_rows);
        Write(OperationKind.Create, 2, 11, 60_000, 60_005);
        Write(OperationKind.Create, 3, 12, 130_000, 130_005);
        Tell(NotifiedEvent.Added, 2, 11, 130_010);
        Assert.Single(_rows);
        var result = _join.Complete();
        Assert.Equal((2L, 1L), (result.Unjoined, result.Unaccounted));
    }

    [Fact]
    public void The_memory_it_needs_does_not_grow_with_the_run()
    {
        for (var i = 1; i <= 20_000; i++)
        {
            Write(OperationKind.Create, i, i, i, i + 5);
            Tell(NotifiedEvent.Added, i, i, i + 6);
        }

        var result = _join.Complete();
        Assert.Equal((20_000L, 1), (result.Joined, result.MostWaiting));
    }

    private static long Ms(long ticks) => (long)Math.Round(RunClock.ToMilliseconds(ticks));

    private static long Ticks(long ms) => RunClock.FromNanoseconds(ms * 1_000_000);

    private static Guid Uid(int number) => new(number, 0, 0, new byte[8]);

    private void Write(OperationKind operation, int number, int? version, long launched, long finished, Outcome outcome = Outcome.Succeeded, Phase phase = Phase.Steady) =>
        _join.Add(new OperationRow
        {
            Run = Run,
            Operation = operation,
            Name = $"{RunId}-{number}",
            Phase = phase,
            Outcome = outcome,
            Uid = outcome == Outcome.Unknown ? null : Uid(number).ToString(),
            ResourceVersion = version?.ToString(),
            Launched = Ticks(launched),
            Sent = Ticks(launched + 1),
            Finished = Ticks(finished),
        });

    private void Tell(NotifiedEvent notified, int number, int version, long received) => _join.Add(Event(notified, number, version, received));

    private static NotificationRow Event(NotifiedEvent notified, int number, int version, long received) => new()
    {
        Run = Run,
        Key = $"ns/{RunId}-{number}",
        Event = notified,
        Uid = Uid(number),
        ResourceVersion = (ulong)version,
        Received = Ticks(received),
        Handled = Ticks(received + 1),
        Dequeued = Ticks(received + 2),
    };
}
