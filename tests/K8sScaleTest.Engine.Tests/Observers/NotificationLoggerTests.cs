using K8sScaleTest.Engine.Objects;
using K8sScaleTest.Engine.Records;
using static K8sScaleTest.Engine.Tests.Observers.LoggerUnderTest;

namespace K8sScaleTest.Engine.Tests.Observers;

public sealed class NotificationLoggerTests
{
    private const long Written = 1_795_500_000_123_456;

    [Fact]
    public async Task Each_stage_has_its_moment_and_they_come_in_order()
    {
        await using var test = new LoggerUnderTest();
        test.Add(State("ns/a", 7, Written));
        await test.DequeuedAsync(1);
        var row = test.Dequeues.Single();
        Assert.True(row.Received <= row.Handled && row.Handled <= row.FirstEnqueued && row.FirstEnqueued <= row.LastEnqueued && row.LastEnqueued <= row.Dequeued);
        Assert.Equal((NotificationKind.Create, NotifiedEvent.Added, 7UL, 1, 1), (row.Operation, row.Event, row.ResourceVersion, row.EventNumber, row.Events));
        Assert.Equal((Written, RunIdentity.LaunchedAnnotation), (row.WrittenUnixMicroseconds, row.LatencyFrom));
        Assert.Equal((test.Run.Clock.ToUnixNanoseconds(row.Received) / 1e6) - (Written / 1e3), row.LatencyMs(row.Received), 0.001);
    }

    [Fact]
    public async Task An_object_is_created_updated_and_deleted_by_whether_it_existed_at_the_dequeue_before()
    {
        await using var test = new LoggerUnderTest();
        test.Add(State("ns/a", 1));
        await test.DequeuedAsync(1);
        test.Update(State("ns/a", 1), State("ns/a", 2));
        await test.DequeuedAsync(2);
        test.Delete(State("ns/a", 3));
        await test.DequeuedAsync(3);
        Assert.Equal([NotificationKind.Create, NotificationKind.Update, NotificationKind.Delete], test.Dequeues.Select(row => row.Operation));
    }

    [Fact]
    public async Task Events_that_come_while_the_key_waits_share_a_dequeue_and_each_keeps_its_own_times()
    {
        await using var test = new LoggerUnderTest();
        test.Together(() =>
        {
            test.Add(State("ns/a", 1, Written));
            test.Update(State("ns/a", 1, Written), State("ns/a", 2, Written, Written + 5));
            test.Update(State("ns/a", 2, Written, Written + 5), State("ns/a", 3, Written, Written + 9));
        });
        await test.DequeuedAsync(1);
        var rows = test.Rows.Where(row => row.Key == "ns/a").ToList();
        Assert.Equal([1, 2, 3], rows.Select(row => row.EventNumber));
        Assert.Equal([1, 2, 3], rows.Select(row => (int)row.ResourceVersion));
        Assert.Equal([Written, Written + 5, Written + 9], rows.Select(row => row.WrittenUnixMicroseconds));
        Assert.All(rows, row => Assert.Equal((NotificationKind.Create, 3, 1, 2, 0), (row.Operation, row.Events, row.QueuedAdds, row.QueuedUpdates, row.QueuedDeletes)));
        Assert.All(rows, row => Assert.Equal((rows[0].Handled, rows[2].Handled), (row.FirstEnqueued, row.LastEnqueued)));
        Assert.True(rows[2].IsLast);
    }

    [Fact]
    public async Task An_object_created_and_deleted_between_two_dequeues_is_of_its_own_kind()
    {
        await using var test = new LoggerUnderTest(compare: true);
        test.Together(() =>
        {
            test.Add(State("ns/a", 1));
            test.Delete(State("ns/a", 2));
        });
        await test.DequeuedAsync(1);
        var row = test.Dequeues.Single();
        Assert.Equal((NotificationKind.CreateDelete, true, false), (row.Operation, row.Compared, row.Duplicate));
    }

    [Fact]
    public async Task An_object_that_took_anothers_name_between_two_dequeues_is_a_recreation()
    {
        await using var test = new LoggerUnderTest();
        test.Add(State("ns/a", 1));
        await test.DequeuedAsync(1);
        test.Together(() =>
        {
            test.Delete(State("ns/a", 2));
            test.Add(State("ns/a", 3, uid: "00000000-0000-0000-0000-000000000001"));
        });
        await test.DequeuedAsync(2);
        Assert.Equal(NotificationKind.Recreate, test.Dequeues.Last().Operation);
    }

    [Fact]
    public async Task A_delete_gives_one_row_and_the_key_begins_anew()
    {
        await using var test = new LoggerUnderTest();
        test.Add(State("ns/a", 1));
        await test.DequeuedAsync(1);
        test.Together(() =>
        {
            test.Update(State("ns/a", 1), State("ns/a", 2));
            test.Delete(State("ns/a", 3));
        });
        await test.DequeuedAsync(2);
        test.Add(State("ns/a", 4));
        await test.DequeuedAsync(3);
        Assert.Equal([NotificationKind.Create, NotificationKind.Delete, NotificationKind.Create], test.Dequeues.Select(row => row.Operation));
    }

    [Fact]
    public async Task An_object_that_was_there_before_the_logger_has_no_latency_until_it_is_updated()
    {
        await using var test = new LoggerUnderTest();
        test.Add(State("ns/a", 1, Written), initial: true);
        await test.DequeuedAsync(1);
        test.Update(State("ns/a", 1, Written), State("ns/a", 2, Written, Written + 5));
        await test.DequeuedAsync(2);
        var rows = test.Dequeues.ToList();
        Assert.Equal([0L, Written + 5], rows.Select(row => row.WrittenUnixMicroseconds));
        Assert.Equal([null, RunIdentity.UpdatedAnnotation], rows.Select(row => row.LatencyFrom));
        Assert.All(rows, row => Assert.True(row.ExistedBefore));
    }

    [Fact]
    public async Task An_update_that_left_the_annotation_as_it_was_and_a_delete_have_no_latency()
    {
        await using var test = new LoggerUnderTest();
        test.Add(State("ns/a", 1, Written, Written + 5));
        await test.DequeuedAsync(1);
        test.Update(State("ns/a", 1, Written, Written + 5), State("ns/a", 2, Written, Written + 5));
        await test.DequeuedAsync(2);
        test.Delete(State("ns/a", 3, Written, Written + 5));
        await test.DequeuedAsync(3);
        Assert.Equal([Written, 0L, 0L], test.Dequeues.Select(row => row.WrittenUnixMicroseconds));
    }

    [Theory]
    [InlineData(2, 5, false)]
    [InlineData(1, 6, false)]
    [InlineData(1, 5, true)]
    public async Task A_duplicate_is_what_is_as_it_was_in_every_way(ulong version, ulong hash, bool duplicate)
    {
        await using var test = new LoggerUnderTest(compare: true);
        test.Add(State("ns/a", 1, hash: 5));
        await test.DequeuedAsync(1);
        test.Update(State("ns/a", 1, hash: 5), State("ns/a", version, hash: hash));
        await test.DequeuedAsync(2);
        var row = test.Dequeues.Last();
        Assert.Equal((true, duplicate), (row.Compared, row.Duplicate));
    }

    [Fact]
    public async Task Whatever_workers_do_meanwhile_every_event_has_one_row_and_was_handled_before_it_was_dequeued()
    {
        const int Keys = 20;
        const int Lives = 500;
        var test = new LoggerUnderTest(compare: true, threads: 4);
        for (var life = 0; life < Lives; life++)
        {
            for (var key = 0; key < Keys; key++)
            {
                var (created, updated) = (State($"ns/{key}", (ulong)(life * 3) + 1), State($"ns/{key}", (ulong)(life * 3) + 2));
                test.Add(created);
                test.Update(created, updated);
                test.Delete(updated);
            }
        }

        await test.DisposeAsync();
        foreach (var rows in test.Rows.GroupBy(row => row.Key).Select(group => group.ToList()))
        {
            // In the order in which they were told, none lost, none twice, none with a moment of its own that is not there.
            Assert.Equal(Enumerable.Range(0, Lives).SelectMany(_ => (NotifiedEvent[])[NotifiedEvent.Added, NotifiedEvent.Updated, NotifiedEvent.Deleted]), rows.Select(row => row.Event));
            Assert.All(rows, row => Assert.True(0 < row.Received && row.Received <= row.Handled && row.FirstEnqueued <= row.Handled && row.Handled <= row.LastEnqueued && row.LastEnqueued <= row.Dequeued));
            Assert.All(rows, row => Assert.Equal(row.Events, row.QueuedAdds + row.QueuedUpdates + row.QueuedDeletes));
            Assert.Equal(rows.Count, rows.Where(row => row.IsLast).Sum(row => row.Events));

            // What a dequeue found follows from what the dequeue before found: no deletion without an object, none of what never was seen.
            var existed = false;
            foreach (var row in rows.Where(row => row.IsLast))
            {
                var exists = row.Event != NotifiedEvent.Deleted;
                Assert.Equal((existed, exists) switch { (false, true) => NotificationKind.Create, (true, true) => NotificationKind.Update, (true, false) => NotificationKind.Delete, _ => NotificationKind.CreateDelete }, row.Operation);
                Assert.False(row.Duplicate);
                existed = exists;
            }
        }
    }

    [Fact]
    public async Task What_waits_at_the_end_is_dequeued_before_the_workers_go()
    {
        var test = new LoggerUnderTest();
        test.Together(() =>
        {
            for (var i = 0; i < 100; i++) test.Add(State($"ns/{i}", 1));
        });
        await test.DisposeAsync();
        Assert.Equal(100, test.Dequeues.Count());
    }
}
