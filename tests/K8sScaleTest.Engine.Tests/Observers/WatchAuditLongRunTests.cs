using K8sScaleTest.Engine.Observers.Auditing;

namespace K8sScaleTest.Engine.Tests.Observers;

/// <summary>The audit of long runs, in which what is settled is forgotten, and acknowledgements and lists come late.</summary>
public sealed class WatchAuditLongRunTests : AuditScene
{
    [Fact]
    public void A_long_run_of_many_watchers_forgets_what_is_settled_and_still_finds_the_one_that_was_missed()
    {
        const int Events = 20_000;
        const int Missing = 12_345;
        var watchers = Enumerable.Range(0, 20).Select(i => Watcher($"w{i}", 0UL + 10)).ToList();
        for (var i = 0; i < Events; i++)
        {
            var version = 11UL + (ulong)i;
            Audit.AcknowledgeWrite(Uid($"o{i}"), $"ns/o{i}", version, i);
            foreach (var watcher in watchers)
            {
                if (i == Missing && watcher.Name == "w7") continue;
                Added(watcher, $"o{i}", version);
            }
        }

        Assert.InRange(Audit.Ledger.End - Audit.Ledger.First, 0, 2048);
        var results = Audit.Conclude();
        var wrong = Assert.Single(results, result => result.FaultCount > 0);
        Assert.Equal(("w7", 1L, 11UL + Missing), (wrong.Participant, wrong.Missed, wrong.Faults[0].ResourceVersion));
        Assert.Equal((AuditEventKind.Added, $"ns/o{Missing}", AuditProof.Acknowledgement), (wrong.Faults[0].Event, wrong.Faults[0].Key, wrong.Faults[0].Proof));
    }

    [Fact]
    public void In_a_long_run_whose_deletes_are_delivered_before_they_are_acknowledged_nothing_is_missed()
    {
        var one = Watcher("one", 10);
        ulong version = 10;
        for (var i = 1; i <= 3000; i++)
        {
            var name = $"object-{i}";
            Added(one, name, ++version);
            Audit.AcknowledgeWrite(Uid(name), $"ns/{name}", version, i * 10);
            Deleted(one, name, ++version);

            // The answer to the delete before comes only now.
            if (i > 1) Audit.AcknowledgeDelete(Uid($"object-{i - 1}"), $"ns/object-{i - 1}", (i * 10) + 5);
        }

        Audit.AcknowledgeDelete(Uid("object-3000"), "ns/object-3000", 30_010);
        Audit.Sentinel(Uid("end"), "ns/end", ++version, 40_000);
        Added(one, "end", version);

        AssertFaults("one");
    }

    [Fact]
    public void In_a_long_run_an_event_whose_acknowledgement_comes_late_and_that_nobody_was_delivered_is_still_found()
    {
        var one = Watcher("one", 10);
        for (var version = 12UL; version < 5000; version++)
        {
            Audit.AcknowledgeWrite(Uid($"{version}"), $"ns/{version}", version, 0);
            Added(one, $"{version}", version);
        }

        Assert.True(Audit.Ledger.DroppedThrough > 1000);
        Audit.AcknowledgeWrite(Uid("late"), "ns/late", 11, 0);

        AssertFaults("one", (AuditFaultKind.Missed, AuditEventKind.Unknown, 11, AuditProof.Acknowledgement));
    }

    [Fact]
    public void A_list_that_is_overtaken_by_events_is_no_witness_to_what_has_gone_since()
    {
        // Many watchers list in their turn, while the first of them watch already.
        var first = Watcher("first", 10);
        var late = Audit.Join("late");
        Assert.True(late.ListBegan());
        Added(first, "short-lived", 11);
        Audit.AcknowledgeWrite(Uid("short-lived"), "ns/short-lived", 11, 0);
        Deleted(first, "short-lived", 13);
        Audit.AcknowledgeDelete(Uid("short-lived"), "ns/short-lived", 1);
        Fill(first, 14, 3000);
        Assert.True(Audit.Ledger.DroppedThrough > 13);
        late.Listed(Uid("short-lived"), Key("short-lived"), 11);
        late.ListEnded(12, 0);
        late.WatchOpened(12, 0);

        AssertFaults("first");
    }

    [Fact]
    public void Events_that_come_before_the_first_list_is_whole_are_taken_over_after_it()
    {
        // The list that is read for the audit takes longer than the list and the events of another watcher.
        var slow = Audit.Join("slow");
        Assert.True(slow.ListBegan());
        slow.Listed(Uid("old"), Key("old"), 5);
        var fast = Audit.Join("fast");
        Assert.False(fast.ListBegan());
        fast.ListEnded(10, 0);
        fast.WatchOpened(10, 0);
        Added(fast, "new", 11);
        Deleted(fast, "old", 12);
        Fill(fast, 13, 3000);
        slow.ListEnded(10, 0);
        slow.WatchOpened(10, 0);
        Modified(fast, "new", 4000);
        fast.Event(AuditEventKind.Added, Uid("another"), Key("old"), 4001, 0);

        AssertFaults("fast");
    }
}
