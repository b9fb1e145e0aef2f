using K8sScaleTest.Engine.Observers.Auditing;

namespace K8sScaleTest.Engine.Tests.Observers;

/// <summary>What the audit of observers that write nothing is put into words as.</summary>
public sealed class AuditVerdictTests : AuditScene
{
    [Fact]
    public void Events_once_and_in_order_are_valid_as_far_as_that_can_be_told()
    {
        var one = Watcher("one", 10);
        Added(one, "a", 11);

        Assert.Equal(("Valid", "1 event was delivered once and in order, as far as lists and histories can tell"), AuditVerdict.Of(Audit.Conclude()));
    }

    [Fact]
    public void Without_an_event_there_is_nothing_to_say()
    {
        Watcher("one", 10).Bookmark(12, 0);

        Assert.Equal(("Inconclusive", "no event was delivered, so that nothing can be said of their order"), AuditVerdict.Of(Audit.Conclude()));
    }

    [Fact]
    public void A_fault_is_the_servers_and_says_to_how_many()
    {
        var one = Watcher("one", 10);
        var two = Watcher("two", 10);
        Added(one, "a", 11);
        Added(two, "a", 11);
        Added(two, "a", 11);

        var (verdict, reason) = AuditVerdict.Of(Audit.Conclude());

        Assert.Equal("Failed", verdict);
        Assert.StartsWith("the server broke its word to 1 of 2 watchers: 0 events missed, 1 duplicated, 0 out of order, 0 regressed", reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_watch_that_was_told_nothing_for_more_than_two_minutes_says_so()
    {
        var one = Watcher("one", 10);
        Added(one, "a", 11);
        one.WatchEnded(Seconds(121));

        Assert.EndsWith("; in its last 121 s the watch was told nothing, not even a bookmark, and of those nothing is known", AuditVerdict.Of(Audit.Conclude()).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Bookmarks_come_each_minute_and_may_be_late()
    {
        var one = Watcher("one", 10);
        Added(one, "a", 11);
        one.WatchEnded(Seconds(120));

        Assert.EndsWith("can tell", AuditVerdict.Of(Audit.Conclude()).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_many_watches_it_is_said_how_many_were_told_nothing_and_for_how_long_at_most()
    {
        foreach (var (name, silence) in new[] { ("one", 130), ("two", 600), ("three", 20) })
        {
            var watcher = Watcher(name, 10);
            Added(watcher, "a", 11);
            watcher.WatchEnded(Seconds(silence));
        }

        Assert.EndsWith(
            "; 2 of 3 watchers were told nothing in their last 600 s or less, not even a bookmark, and of those nothing is known",
            AuditVerdict.Of(Audit.Conclude()).Reason,
            StringComparison.Ordinal);
    }
}
