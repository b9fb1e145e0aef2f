using K8sScaleTest.Engine.Observers.Auditing;

namespace K8sScaleTest.Engine.Tests.Observers;

/// <summary>The audit on sequences of events: what it must find, and what it must not.</summary>
public sealed class WatchAuditTests : AuditScene
{
    [Fact]
    public void A_watch_that_delivers_everything_in_order_is_clean()
    {
        var one = Watcher("one", 10);
        Added(one, "a", 11);
        Modified(one, "a", 12);
        Deleted(one, "a", 13);
        one.Bookmark(20, 0);

        var result = Assert.Single(Audit.Conclude());

        Assert.Equal((0, 10UL, 20UL, 3L), (result.FaultCount, result.From, result.Through, result.Events));
        Assert.Empty(result.Gaps);
        Assert.Null(result.SentinelArrived);
    }

    [Fact]
    public void What_another_watcher_was_delivered_was_missed_once_the_watch_has_passed_it()
    {
        var one = Watcher("one", 10);
        var two = Watcher("two", 10);
        Added(one, "a", 11);
        Modified(one, "a", 12);
        Added(two, "a", 11);
        two.Bookmark(15, 0);

        AssertFaults("one");
        AssertFaults("two", (AuditFaultKind.Missed, AuditEventKind.Modified, 12, AuditProof.OtherParticipant));
    }

    [Fact]
    public void The_slower_watcher_may_be_the_one_that_proves_it()
    {
        var fast = Watcher("fast", 10);
        var slow = Watcher("slow", 10);
        Added(fast, "b", 14);
        Added(slow, "a", 11);
        Added(slow, "b", 14);

        AssertFaults("slow");
        AssertFaults("fast", (AuditFaultKind.Missed, AuditEventKind.Added, 11, AuditProof.OtherParticipant));
    }

    [Fact]
    public void Beyond_the_last_word_of_a_watch_nothing_is_missed()
    {
        var one = Watcher("one", 10);
        Watcher("silent", 10);
        Added(one, "a", 11);
        Audit.AcknowledgeWrite(Uid("b"), "ns/b", 12, 0);

        AssertFaults("one");
        AssertFaults("silent");
    }

    [Fact]
    public void How_long_a_watch_was_told_nothing_before_its_end_is_known()
    {
        var one = Watcher("one", 10);
        one.Event(AuditEventKind.Added, Uid("a"), Key("a"), 11, Seconds(60));
        one.WatchEnded(Seconds(300));

        // It goes on from there, at a server that was restored from a backup: nothing comes until that is at 11 again.
        one.WatchOpened(11, Seconds(301));
        one.WatchEnded(Seconds(600));

        Assert.Equal(TimeSpan.FromSeconds(540), Assert.Single(Audit.Conclude()).Silence);
    }

    [Theory]
    [InlineData("bookmark")]
    [InlineData("event")]
    [InlineData("list")]
    public void Each_word_ends_the_silence(string word)
    {
        var one = Watcher("one", 10);
        one.WatchEnded(Seconds(300));
        one.WatchOpened(10, Seconds(301));
        switch (word)
        {
            case "bookmark": one.Bookmark(10, Seconds(590)); break;
            case "event": one.Event(AuditEventKind.Added, Uid("a"), Key("a"), 11, Seconds(590)); break;
            default: one.ListEnded(11, Seconds(590)); break;
        }

        one.WatchEnded(Seconds(600));

        Assert.Equal(TimeSpan.FromSeconds(10), Assert.Single(Audit.Conclude()).Silence);
    }

    [Fact]
    public void A_watch_that_ended_before_the_last_list_was_not_silent_after_it()
    {
        var one = Watcher("one", 10);
        one.WatchEnded(Seconds(300));
        one.ListEnded(11, Seconds(301));

        Assert.Equal(TimeSpan.Zero, Assert.Single(Audit.Conclude()).Silence);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void An_acknowledged_write_that_was_passed_was_missed_whichever_comes_first(bool acknowledgedFirst)
    {
        var one = Watcher("one", 10);
        if (acknowledgedFirst) Audit.AcknowledgeWrite(Uid("a"), "ns/a", 11, 0);
        Added(one, "b", 12);
        if (!acknowledgedFirst) Audit.AcknowledgeWrite(Uid("a"), "ns/a", 11, 0);
        Audit.AcknowledgeWrite(Uid("b"), "ns/b", 12, 0);

        AssertFaults("one", (AuditFaultKind.Missed, AuditEventKind.Unknown, 11, AuditProof.Acknowledgement));
    }

    [Fact]
    public void A_list_bears_witness_to_a_write_that_an_earlier_watch_did_not_deliver()
    {
        var one = Watcher("one", 10);
        Added(one, "b", 12);
        List(one, 20, ("a", 11), ("b", 12), ("c", 15));

        AssertFaults("one", (AuditFaultKind.Missed, AuditEventKind.Unknown, 11, AuditProof.List));
        var result = Assert.Single(Audit.Conclude());
        Assert.Equal([new AuditGap(12, 20, 0)], result.Gaps);
        Assert.Equal(1, result.EventsInGaps);
    }

    [Fact]
    public void What_falls_between_a_watch_and_the_next_list_is_a_gap_and_legal_with_its_length()
    {
        var one = Watcher("one", 10);
        var other = Watcher("other", 10);
        Added(one, "a", 11);
        one.Bookmark(12, 100);
        foreach (var (name, version) in ((string, ulong)[])[("a", 11), ("b", 13), ("c", 14), ("d", 16)]) Added(other, name, version);
        one.ListEnded(15, 400);
        one.WatchOpened(15, 400);
        Added(one, "d", 16);

        var result = Audit.Conclude()[0];

        Assert.Equal(0, result.FaultCount);
        Assert.Equal([new AuditGap(12, 15, 300)], result.Gaps);
        Assert.Equal((2, 2L, 2), (result.Lists, result.EventsInGaps, result.Watches));
    }

    [Fact]
    public void A_watch_that_goes_on_where_the_last_one_ended_leaves_no_gap()
    {
        var one = Watcher("one", 10);
        var other = Watcher("other", 10);
        Added(one, "a", 11);
        one.WatchOpened(11, 0);
        Added(one, "c", 13);
        foreach (var (name, version) in ((string, ulong)[])[("a", 11), ("b", 12), ("c", 13)]) Added(other, name, version);

        var result = Audit.Conclude()[0];

        Assert.Empty(result.Gaps);
        Assert.Equal((1L, 12UL), (result.Missed, result.Faults[0].ResourceVersion));
    }

    [Fact]
    public void An_event_that_comes_again_is_a_duplicate_in_the_same_watch_and_in_the_next()
    {
        var one = Watcher("one", 10);
        Added(one, "a", 11);
        Added(one, "a", 11);
        Added(one, "b", 12);
        one.WatchOpened(12, 0);
        Added(one, "b", 12);

        AssertFaults(
            "one",
            (AuditFaultKind.Duplicated, AuditEventKind.Added, 11, AuditProof.Delivery),
            (AuditFaultKind.Duplicated, AuditEventKind.Added, 12, AuditProof.Delivery));
    }

    [Fact]
    public void The_objects_of_a_relist_are_no_duplicates()
    {
        var one = Watcher("one", 10, ("old", 5));
        Added(one, "a", 11);
        List(one, 12, ("old", 5), ("a", 11));
        one.WatchOpened(12, 0);

        AssertFaults("one");
    }

    [Fact]
    public void An_event_after_a_later_one_is_out_of_order_and_neither_missed_nor_a_fault_of_those_that_got_it_in_order()
    {
        var one = Watcher("one", 10);
        var other = Watcher("other", 10);
        Added(other, "a", 11);
        Added(other, "b", 12);
        Added(one, "b", 12);
        Added(one, "a", 11);

        AssertFaults("one", (AuditFaultKind.OutOfOrder, AuditEventKind.Added, 11, AuditProof.Delivery));
        AssertFaults("other");
    }

    [Fact]
    public void Out_of_order_alike_for_all_is_seen_too_also_within_one_object()
    {
        var all = new[] { Watcher("one", 10), Watcher("two", 10) };
        foreach (var each in all)
        {
            Modified(each, "a", 12);
            Added(each, "a", 11);
        }

        AssertFaults("one", (AuditFaultKind.OutOfOrder, AuditEventKind.Added, 11, AuditProof.Delivery));
        AssertFaults("two", (AuditFaultKind.OutOfOrder, AuditEventKind.Added, 11, AuditProof.Delivery));
    }

    [Fact]
    public void Lists_bookmarks_and_events_that_go_back_have_regressed()
    {
        var one = Watcher("one", 10);
        Added(one, "a", 15);
        one.Bookmark(14, 0);
        one.ListEnded(13, 0);
        one.WatchOpened(13, 0);
        Added(one, "a", 15); // asked for again: no duplicate
        Added(one, "z", 12);

        AssertFaults(
            "one",
            (AuditFaultKind.Regressed, AuditEventKind.Position, 14, AuditProof.Delivery),
            (AuditFaultKind.Regressed, AuditEventKind.Position, 13, AuditProof.Delivery),
            (AuditFaultKind.Regressed, AuditEventKind.Added, 12, AuditProof.Delivery));
    }

    [Fact]
    public void Deletes_are_audited_by_uid_up_to_the_sentinel()
    {
        var one = Watcher("one", 10);
        Added(one, "a", 11);
        Added(one, "b", 12);
        Deleted(one, "b", 14);
        Audit.AcknowledgeWrite(Uid("a"), "ns/a", 11, 100);
        Audit.AcknowledgeWrite(Uid("b"), "ns/b", 12, 110);
        Audit.AcknowledgeDelete(Uid("a"), "ns/a", 200);
        Audit.AcknowledgeDelete(Uid("b"), "ns/b", 210);
        Assert.False(Audit.SentinelReached);
        Audit.Sentinel(Uid("end"), "ns/end", 15, 300);
        Assert.False(Audit.SentinelReached);
        Added(one, "end", 15);
        Assert.True(Audit.SentinelReached);

        var result = Assert.Single(Audit.Conclude());

        Assert.True(result.SentinelArrived);
        Assert.Equal(1, result.Missed);
        var fault = Assert.Single(result.Faults);
        Assert.Equal(
            (AuditFaultKind.Missed, AuditEventKind.Deleted, Uid("a"), "ns/a", AuditProof.Acknowledgement), (fault.Kind, fault.Event, fault.Uid, fault.Key, fault.Proof));
    }

    [Fact]
    public void A_delete_that_was_acknowledged_after_the_sentinels_launch_is_beyond_the_horizon()
    {
        var one = Watcher("one", 10);
        Added(one, "a", 11);
        Audit.AcknowledgeWrite(Uid("a"), "ns/a", 11, 100);
        Audit.AcknowledgeDelete(Uid("a"), "ns/a", 301);
        Audit.Sentinel(Uid("end"), "ns/end", 15, 300);
        Added(one, "end", 15);

        AssertFaults("one");
    }

    [Fact]
    public void A_delete_event_may_come_before_its_acknowledgement()
    {
        var one = Watcher("one", 10);
        Added(one, "a", 11);
        Audit.AcknowledgeWrite(Uid("a"), "ns/a", 11, 100);
        Deleted(one, "a", 12);
        Audit.AcknowledgeDelete(Uid("a"), "ns/a", 200);
        Audit.Sentinel(Uid("end"), "ns/end", 15, 300);
        Added(one, "end", 15);

        AssertFaults("one");
    }

    [Theory]
    [InlineData(13, 1, 0)] // a write that was launched later came at 13, before the gap: the delete was covered
    [InlineData(25, 0, 1)] // none before the gap: it may have fallen into it
    public void A_delete_that_may_have_fallen_into_a_gap_is_undecided_and_one_that_cannot_have_is_missed(ulong later, long missed, long undecided)
    {
        var one = Watcher("one", 10);
        Added(one, "a", 11);
        Audit.AcknowledgeWrite(Uid("a"), "ns/a", 11, 100);
        Audit.AcknowledgeDelete(Uid("a"), "ns/a", 200);
        Audit.AcknowledgeWrite(Uid("b"), "ns/b", later, 250);
        if (later < 15) Added(one, "b", later);
        one.Bookmark(15, 0);
        one.ListEnded(20, 0);
        one.WatchOpened(20, 0);
        if (later > 20) Added(one, "b", later);
        Added(one, "c", 30);

        var result = Assert.Single(Audit.Conclude());

        Assert.Equal((missed, undecided), (result.Missed, result.Undecided));
    }

    [Fact]
    public void A_modification_of_what_was_never_added_proves_that_the_addition_was_missed()
    {
        var one = Watcher("one", 10, ("old", 5));
        Modified(one, "old", 11);
        Modified(one, "new", 13);

        AssertFaults("one", (AuditFaultKind.Missed, AuditEventKind.Added, 13, AuditProof.History));
    }

    [Fact]
    public void A_second_object_of_one_name_proves_that_the_end_of_the_first_was_missed()
    {
        var one = Watcher("one", 10, ("a", 5));
        one.Event(AuditEventKind.Added, Uid("another"), "ns/a"u8, 12, 0);

        AssertFaults("one", (AuditFaultKind.Missed, AuditEventKind.Deleted, 12, AuditProof.History));
    }

    [Fact]
    public void History_proves_nothing_across_a_gap()
    {
        var one = Watcher("one", 10, ("a", 5));
        one.Bookmark(11, 0);
        one.ListEnded(15, 0);
        one.WatchOpened(15, 0);
        one.Event(AuditEventKind.Added, Uid("another"), "ns/a"u8, 16, 0);
        Modified(one, "made in the gap", 17);

        AssertFaults("one");
    }

    [Fact]
    public void Objects_that_one_transaction_deleted_share_a_resourceVersion_in_any_order()
    {
        var one = Watcher("one", 10, ("a", 5), ("b", 6), ("c", 7));
        var two = Watcher("two", 10);
        foreach (var name in (string[])["a", "b", "c"]) Deleted(one, name, 12);
        foreach (var name in (string[])["c", "a", "b"]) Deleted(two, name, 12);

        AssertFaults("one");
        AssertFaults("two");
    }

    [Fact]
    public void Each_watcher_is_audited_from_its_own_list_on()
    {
        var early = Watcher("early", 10);
        Added(early, "a", 11);
        Added(early, "b", 12);
        var late = Watcher("late", 11, ("a", 11));
        Added(late, "b", 12);
        late.Bookmark(13, 0);

        AssertFaults("early");
        AssertFaults("late");
    }
}
