using K8sScaleTest.Engine.Records;
using K8sScaleTest.Engine.ScaleTests;

namespace K8sScaleTest.Engine.Tests.ScaleTests;

/// <summary>Writes and their events, whichever half comes first.</summary>
public sealed class PathJoinTests
{
    private static readonly RunInfo Run = new("run", 0, "configmaps", "ns", new((0, 0)));
    private readonly PathJoin _join = new();
    private readonly Joined _joined = new();

    public PathJoinTests() => _join.Consumer = _joined;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_create_is_joined_by_uid_and_resourceVersion(bool writeFirst)
    {
        var write = Write(OperationKind.Create, "a", 7, launched: 100, finished: 130);
        var told = Event(NotifiedEvent.Added, "a", 7, received: 120);
        if (writeFirst) _join.Add(write);
        _join.Add(told);
        if (!writeFirst) _join.Add(write);

        var row = Assert.Single(_joined.Rows);
        Assert.Equal((OperationKind.Create, "a", 7UL, 100L, 130L, 120L), (row.Operation, row.Name, row.ResourceVersion, row.Launched, row.Finished, row.Received));
        Assert.Equal((1, 1), (Of(OperationKind.Create).Writes, Of(OperationKind.Create).Joined));
    }

    [Fact]
    public void An_event_before_the_response_is_a_negative_time()
    {
        _join.Add(Write(OperationKind.Create, "a", 7, launched: 0, finished: RunClock.FromNanoseconds(30_000_000)));
        _join.Add(Event(NotifiedEvent.Added, "a", 7, received: RunClock.FromNanoseconds(10_000_000)));

        var times = Of(OperationKind.Create).FinishedToReceived;
        Assert.Equal((1, 1), (times.Count, times.Negative));
        Assert.Equal(-20, times.MinMs!.Value, 0.001);
    }

    [Fact]
    public void Updates_of_one_object_are_told_apart_by_their_resourceVersions()
    {
        _join.Add(Write(OperationKind.Update, "a", 9));
        _join.Add(Write(OperationKind.Update, "a", 8));
        _join.Add(Event(NotifiedEvent.Updated, "a", 8, received: 80));
        _join.Add(Event(NotifiedEvent.Updated, "a", 9, received: 90));

        Assert.Equal([(8UL, 80L), (9UL, 90L)], _joined.Rows.Select(row => (row.ResourceVersion, row.Received)));
    }

    [Fact]
    public void A_delete_is_joined_by_uid_since_its_answer_has_no_resourceVersion()
    {
        var write = Write(OperationKind.Delete, "a", 0);
        write.ResourceVersion = null;
        _join.Add(write);
        _join.Add(Event(NotifiedEvent.Deleted, "a", 12));

        Assert.Equal((OperationKind.Delete, 12UL), (Assert.Single(_joined.Rows).Operation, _joined.Rows[0].ResourceVersion));
    }

    [Theory]
    [InlineData(OperationKind.Create, NotifiedEvent.Added, true)]
    [InlineData(OperationKind.Create, NotifiedEvent.Added, false)]
    [InlineData(OperationKind.Delete, NotifiedEvent.Deleted, true)]
    [InlineData(OperationKind.Delete, NotifiedEvent.Deleted, false)]
    public void A_write_of_unknown_outcome_is_told_by_its_event_to_have_happened(OperationKind operation, NotifiedEvent told, bool writeFirst)
    {
        var write = Write(operation, "a", 0);
        (write.Outcome, write.Uid, write.ResourceVersion) = (Outcome.Unknown, null, null);
        if (writeFirst) _join.Add(write);
        _join.Add(Event(told, "a", 7));
        if (!writeFirst) _join.Add(write);

        Assert.Equal(Outcome.Unknown, Assert.Single(_joined.Rows).Outcome);
        Assert.Equal((0, 0, 1, 1), (Of(operation).Writes, Of(operation).Joined, Of(operation).Unknown, Of(operation).UnknownJoined));
    }

    [Fact]
    public void What_was_refused_or_never_sent_has_no_event_and_counts_nowhere()
    {
        foreach (var outcome in (Outcome[])[Outcome.Rejected, Outcome.NotSent])
        {
            var write = Write(OperationKind.Create, "a", 7);
            write.Outcome = outcome;
            _join.Add(write);
        }

        var warmUp = Write(OperationKind.Create, "b", 8);
        warmUp.Phase = Phase.WarmUp;
        _join.Add(warmUp);

        Assert.Empty(_join.Summarize());
    }

    [Fact]
    public void Objects_that_a_list_tells_at_the_start_are_no_events()
    {
        var told = Event(NotifiedEvent.Added, "a", 7);
        (told.ExistedBefore, told.FromList) = (true, true);
        _join.Add(told);
        _join.Add(Write(OperationKind.Create, "a", 7));

        Assert.Empty(_joined.Rows);
        Assert.Equal((1, 0, 0.0), (Of(OperationKind.Create).Writes, Of(OperationKind.Create).Joined, Of(OperationKind.Create).JoinedShare));
    }

    [Fact]
    public void Times_are_of_Steady_and_counts_of_the_whole_run()
    {
        foreach (var phase in (Phase[])[Phase.Fill, Phase.Steady, Phase.Drain])
        {
            var write = Write(OperationKind.Create, $"object-{phase}", 7);
            write.Phase = phase;
            _join.Add(write);
            _join.Add(Event(NotifiedEvent.Added, $"object-{phase}", 7));
        }

        Assert.Equal((3, 1), (Of(OperationKind.Create).Joined, Of(OperationKind.Create).LaunchedToReceived.Count));
    }

    [Fact]
    public void Events_of_others_do_not_pile_up_for_ever()
    {
        for (var i = 0; i <= PathJoin.MostWaiting; i++) _join.Add(Event(NotifiedEvent.Added, $"object-{i}", (ulong)i + 1));

        // The oldest has been given up, the next has not.
        _join.Add(Write(OperationKind.Create, "object-0", 1));
        _join.Add(Write(OperationKind.Create, "object-1", 2));
        Assert.Equal("object-1", Assert.Single(_joined.Rows).Name);
    }

    private static OperationRow Write(OperationKind operation, string name, ulong version, long launched = 1, long finished = 2) => new()
    {
        Run = Run,
        Operation = operation,
        Name = name,
        Phase = Phase.Steady,
        Outcome = Outcome.Succeeded,
        Uid = Uid(name).ToString(),
        ResourceVersion = version.ToString(System.Globalization.CultureInfo.InvariantCulture),
        Scheduled = launched,
        Launched = launched,
        Sent = launched,
        Finished = finished,
    };

    private static NotificationRow Event(NotifiedEvent told, string name, ulong version, long received = 3) => new()
    {
        Run = Run,
        Key = $"ns/{name}",
        Uid = Uid(name),
        ResourceVersion = version,
        Event = told,
        EventNumber = 1,
        Events = 1,
        Received = received,
        Handled = received + 1,
        Dequeued = received + 2,
    };

    private static Guid Uid(string name) => new(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(name)).AsSpan(0, 16));

    private PathStatistics Of(OperationKind operation) => _join.Summarize().Single(each => each.Operation == operation);

    private sealed class Joined : IRecordConsumer<PathRow>
    {
        public List<PathRow> Rows { get; } = [];

        public void Take(in PathRow row) => Rows.Add(row);

        public void Pause()
        {
        }
    }
}
