using K8sScaleTest.Engine.Api;
using K8sScaleTest.Engine.Records;
using K8sScaleTest.Engine.Tests.Api;
using static K8sScaleTest.Engine.Tests.Api.Streams.ObjectText;

namespace K8sScaleTest.Engine.Tests.Informers;

/// <summary>How an informer watches, and what each end of a watch leads to.</summary>
public sealed class InformerWatchTests
{
    [Theory]
    [InlineData(0, 300)]
    [InlineData(0.5, 450)]
    [InlineData(0.999, 599.7)]
    public async Task The_time_out_is_drawn_from_five_to_ten_minutes(double drawn, double seconds)
    {
        await using var test = new InformerUnderTest();
        test.Server.List(10, []);
        test.Start(change: options => options with { Random = new FixedRandom(drawn) });
        await test.Server.ExpectAsync("list '0' limit 500", "watch '10'");
        Assert.Equal(seconds, Assert.Single(test.Server.Timeouts).TotalSeconds, 3);
    }

    [Fact]
    public async Task A_normal_end_leads_to_another_watch_at_once_from_the_last_event_or_bookmark()
    {
        await using var test = new InformerUnderTest();
        test.Server.List(10, []);
        test.Server.Watch().Send(Event("ADDED", ConfigMap("a", 12))).End();
        test.Server.Watch().Send(Bookmark(15)).End();
        test.Start();
        await test.Server.ExpectAsync("list '0' limit 500", "watch '10'", "watch '12'", "watch '15'");
        Assert.Empty(test.Waits);
        await Wait.UntilAsync(() => test.Covered.Count == 8, "the last watch");
        Assert.Equal(["replaced 10 0", "from 10", "Added 12", "to 12 Complete", "from 12", "Bookmark 15", "to 15 Complete", "from 15"], test.Covered);
    }

    [Theory]
    [InlineData(StreamEnd.Reset)]
    [InlineData(StreamEnd.Cut)]
    [InlineData(StreamEnd.Stalled)]
    public async Task A_connection_that_breaks_is_as_a_normal_end(StreamEnd end)
    {
        await using var test = new InformerUnderTest();
        test.Server.List(10, []);
        test.Server.Watch().Send(Bookmark(11)).End(end, reason: Reasons.ConnectionReset);
        test.Start();
        await test.Server.ExpectAsync("list '0' limit 500", "watch '10'", "watch '11'");
        Assert.Empty(test.Waits);
    }

    [Fact]
    public async Task A_watch_of_less_than_a_second_without_an_event_leads_to_back_off_and_a_relist()
    {
        await using var test = new InformerUnderTest();
        test.Server.List(10, []);
        var watch = test.Server.Watch();
        test.Start();
        await test.Server.ExpectAsync("list '0' limit 500", "watch '10'");
        test.Time.Advance(TimeSpan.FromSeconds(0.99));
        watch.End();
        await test.Server.ExpectAsync("list '0' limit 500", "watch '10'", "list '10'");
        Assert.Single(test.Waits);
    }

    [Fact]
    public async Task A_longer_watch_without_an_event_is_a_normal_end()
    {
        await using var test = new InformerUnderTest();
        test.Server.List(10, []);
        var watch = test.Server.Watch();
        test.Start();
        await test.Server.ExpectAsync("list '0' limit 500", "watch '10'");
        test.Time.Advance(TimeSpan.FromSeconds(1));
        watch.End();
        await test.Server.ExpectAsync("list '0' limit 500", "watch '10'", "watch '10'");
        Assert.Empty(test.Waits);
    }

    [Theory]
    [InlineData(StreamEnd.NotOpened, 0, Reasons.ConnectionRefused)]
    [InlineData(StreamEnd.Refused, 429, "TooManyRequests")]
    [InlineData(StreamEnd.ErrorEvent, 429, "TooManyRequests")]
    public async Task A_server_that_refuses_for_now_is_watched_again_after_a_back_off_without_a_relist(StreamEnd end, int code, string reason)
    {
        await using var test = new InformerUnderTest();
        test.Server.List(10, []);
        test.Server.Watch(opens: end == StreamEnd.ErrorEvent).End(end, code, reason);
        test.Server.Watch(opens: end == StreamEnd.ErrorEvent).End(end, code, reason);
        test.Start();
        await test.Server.ExpectAsync("list '0' limit 500", "watch '10'", "watch '10'", "watch '10'");
        Assert.Equal([1.2, 2.4], test.Waits.Select(wait => wait.TotalSeconds));
    }

    [Fact]
    public async Task A_server_that_says_how_long_to_wait_is_waited_for()
    {
        await using var test = new InformerUnderTest();
        test.Server.List(10, []);
        test.Server.Watch(opens: false).End(StreamEnd.Refused, 429, "TooManyRequests", retryAfter: TimeSpan.FromSeconds(7));
        test.Start();
        await test.Server.ExpectAsync("list '0' limit 500", "watch '10'", "watch '10'");
        Assert.Equal(7, Assert.Single(test.Waits).TotalSeconds);
    }

    [Theory]
    [InlineData(StreamEnd.ErrorEvent, 410, "Expired")]
    [InlineData(StreamEnd.ErrorEvent, 410, "Gone")]
    [InlineData(StreamEnd.Refused, 410, "Expired")]
    [InlineData(StreamEnd.ErrorEvent, 500, "InternalError")]
    [InlineData(StreamEnd.Malformed, 0, "UnexpectedResponse")]
    [InlineData(StreamEnd.Refused, 403, "Forbidden")]
    [InlineData(StreamEnd.NotOpened, 0, Reasons.TlsFailed)]
    public async Task What_is_no_end_of_a_watch_leads_to_back_off_and_a_relist(StreamEnd end, int code, string reason)
    {
        await using var test = new InformerUnderTest();
        test.Server.List(10, []);
        test.Server.Watch().Send(Bookmark(13)).End(end, code, reason);
        test.Start();
        await test.Server.ExpectAsync("list '0' limit 500", "watch '10'", "list '13'");
        Assert.Single(test.Waits);
    }

    [Fact]
    public async Task After_an_expired_watch_a_stream_is_tried_before_a_list_where_streams_are_used()
    {
        await using var test = new InformerUnderTest();
        test.Server.Watch().Send(Bookmark(7, initialEventsEnd: true)).End(StreamEnd.ErrorEvent, 410, "Expired");
        test.Start(watchList: true);
        await test.Server.ExpectAsync("watchlist ''", "watchlist '7'");
        Assert.Single(test.Waits);
    }

    [Fact]
    public async Task Internal_errors_are_borne_without_a_relist_for_as_long_as_was_asked_for()
    {
        await using var test = new InformerUnderTest();
        test.Server.List(10, []);
        test.Server.Watch().End(StreamEnd.ErrorEvent, 500, "InternalError");
        var second = test.Server.Watch();
        test.Start(change: options => options with { RetryInternalErrorsFor = TimeSpan.FromSeconds(5) });
        await test.Server.ExpectAsync("list '0' limit 500", "watch '10'", "watch '10'");
        test.Time.Advance(TimeSpan.FromSeconds(6));
        second.End(StreamEnd.ErrorEvent, 500, "InternalError");
        await test.Server.ExpectAsync("list '0' limit 500", "watch '10'", "watch '10'", "list '10'");
    }

    [Fact]
    public async Task Objects_that_a_watch_from_nowhere_begins_with_do_not_say_how_far_it_has_come()
    {
        await using var test = new InformerUnderTest();
        test.Server.List(0, []);
        test.Server.Watch().Send(Event("ADDED", ConfigMap("b", 90)), Event("ADDED", ConfigMap("a", 20))).End();
        test.Server.Watch().Send(Event("ADDED", ConfigMap("b", 90)), Event("MODIFIED", ConfigMap("b", 91))).End();
        test.Start();
        await test.Server.ExpectAsync("list '0' limit 500", "watch ''", "watch ''", "watch '91'");
    }

    [Fact]
    public async Task The_store_decides_what_an_event_is()
    {
        await using var test = new InformerUnderTest();
        test.Server.List(10, ["known@1"]);
        test.Server.Watch().Send(
            Event("ADDED", ConfigMap("known", 11)), Event("MODIFIED", ConfigMap("unknown", 12)), Event("DELETED", ConfigMap("never", 13)), Event("DELETED", ConfigMap("known", 14)));
        test.Start();
        await test.Seen.ExpectAsync("add known@1 initial", "synced", "update known@1 known@11", "add unknown@12", "delete known@14");
    }

    [Fact]
    public async Task An_event_that_leaves_the_version_as_it_was_is_told_to_no_handler()
    {
        await using var test = new InformerUnderTest();
        test.Server.List(10, ["a@1"]);
        test.Server.Watch().Send(Event("MODIFIED", ConfigMap("a", 1)), Event("MODIFIED", ConfigMap("a", 2)));
        test.Start();
        await test.Seen.ExpectAsync("add a@1 initial", "synced", "update a@1 a@2");
        Assert.Equal(["replaced 10 1", "from 10", "Modified 1", "Modified 2"], test.Covered);
    }

    [Fact]
    public async Task A_slow_handler_holds_up_neither_the_watch_nor_other_handlers()
    {
        await using var test = new InformerUnderTest();
        using var hold = new ManualResetEventSlim();
        test.Seen.Before = _ => hold.Wait(TestContext.Current.CancellationToken);
        var other = new SeenInforms();
        test.Server.List(10, []);
        test.Server.Watch().Send([.. Enumerable.Range(11, 1000).Select(version => Event("ADDED", ConfigMap("cm-" + version, version)))]).End();
        test.Start(more: other);
        await Wait.UntilAsync(() => other.All.Count == 1001, "the other handler");
        await test.Server.ExpectAsync("list '0' limit 500", "watch '10'", "watch '1010'");
        Assert.Equal(1001, test.Informer.Backlog);
        hold.Set();
        await Wait.UntilAsync(() => test.Seen.All.Count == 1001, "the slow handler");
        Assert.Equal(other.All, test.Seen.All);
    }

    [Fact]
    public async Task What_was_received_before_the_stop_has_been_handled_after_it()
    {
        await using var test = new InformerUnderTest();
        using var hold = new ManualResetEventSlim();
        test.Seen.Before = _ => hold.Wait(CancellationToken.None);
        test.Server.List(10, ["a@1", "b@2"]);
        test.Start();
        await test.Server.ExpectAsync("list '0' limit 500", "watch '10'");
        var stopped = test.StopAsync();
        Assert.False(stopped.IsCompleted);
        hold.Set();
        await stopped;
        Assert.Equal(3, test.Seen.All.Count);
    }

    [Fact]
    public async Task A_handler_that_throws_ends_the_informer_with_what_it_threw()
    {
        await using var test = new InformerUnderTest();
        test.Seen.Before = _ => throw new InvalidOperationException("handler");
        test.Server.List(10, ["a@1"]);
        test.Start();
        Assert.Equal("handler", (await Assert.ThrowsAsync<InvalidOperationException>(() => test.Completion)).Message);
    }
}
