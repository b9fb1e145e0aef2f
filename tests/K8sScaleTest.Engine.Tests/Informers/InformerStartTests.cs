using K8sScaleTest.Engine.Api;
using K8sScaleTest.Engine.Records;
using K8sScaleTest.Engine.Tests.Api;
using static K8sScaleTest.Engine.Tests.Api.Streams.ObjectText;

namespace K8sScaleTest.Engine.Tests.Informers;

/// <summary>How an informer learns of what there is: WatchList, and lists where the server does not know it.</summary>
public sealed class InformerStartTests
{
    [Fact]
    public async Task It_streams_what_there_is_and_goes_on_watching_on_the_same_stream()
    {
        await using var test = new InformerUnderTest();
        var watch = test.Server.Watch();
        test.Start(watchList: true);
        watch.Send(Added("a", 3), Added("b", 2), Bookmark(7, initialEventsEnd: true), Added("c", 8));
        await test.Seen.ExpectAsync("add a@3 initial", "add b@2 initial", "synced", "add c@8");
        await test.Server.ExpectAsync("watchlist ''");
        Assert.Equal(["replaced 7 2", "from 7", "Added 8"], test.Covered);
        Assert.Empty(test.Waits);
    }

    [Fact]
    public async Task Nothing_is_told_before_the_stream_says_that_it_is_all()
    {
        await using var test = new InformerUnderTest();
        var watch = test.Server.Watch();
        test.Start(watchList: true);
        watch.Send(Added("a", 3), Added("b", 2), Event("MODIFIED", ConfigMap("a", 4)), Event("DELETED", ConfigMap("b", 5)), Bookmark(4));
        watch.End(StreamEnd.Reset);
        test.Server.Watch().Send(Added("c", 9), Bookmark(9, initialEventsEnd: true));
        await test.Server.ExpectAsync("watchlist ''", "watchlist ''").WaitAsync(TestContext.Current.CancellationToken);
        await test.Seen.ExpectAsync("add c@9 initial", "synced");
    }

    [Fact]
    public async Task What_changed_or_went_while_it_was_streamed_is_as_it_is_at_the_end()
    {
        await using var test = new InformerUnderTest();
        test.Server.Watch().Send(Added("a", 3), Added("b", 2), Event("MODIFIED", ConfigMap("a", 4)), Event("DELETED", ConfigMap("b", 5)), Bookmark(5, initialEventsEnd: true));
        test.Start(watchList: true);
        await test.Seen.ExpectAsync("add a@4 initial", "synced");
    }

    [Fact]
    public async Task A_server_that_refuses_it_is_listed_at_once()
    {
        await using var test = new InformerUnderTest();
        test.Server.Watch(opens: false).End(StreamEnd.Refused, 422, "Invalid", "resourceVersionMatch is forbidden for watch");
        test.Server.List(10, ["a@3"]);
        test.Start(watchList: true);
        await test.Seen.ExpectAsync("add a@3 initial", "synced");
        await test.Server.ExpectAsync("watchlist ''", "list '0' limit 500", "watch '10'");
        Assert.Empty(test.Waits);
    }

    [Theory]
    [InlineData(StreamEnd.Refused, 403, "Forbidden")]
    [InlineData(StreamEnd.Refused, 404, "NotFound")]
    [InlineData(StreamEnd.Refused, 500, "InternalError")]
    [InlineData(StreamEnd.ErrorEvent, 500, "InternalError")]
    [InlineData(StreamEnd.Malformed, 0, "UnexpectedResponse")]
    [InlineData(StreamEnd.NotOpened, 0, Reasons.TlsFailed)]
    public async Task Whatever_else_it_fails_of_leads_to_a_list_at_once_and_the_next_time_a_stream_is_tried_first_again(StreamEnd end, int code, string reason)
    {
        await using var test = new InformerUnderTest();
        test.Server.Watch(opens: end is StreamEnd.ErrorEvent or StreamEnd.Malformed).End(end, code, reason);
        test.Server.List(10, []);
        test.Server.Watch().Send(Bookmark(11)).End(StreamEnd.ErrorEvent, 410, "Expired");
        test.Start(watchList: true);
        await test.Server.ExpectAsync("watchlist ''", "list '0' limit 500", "watch '10'", "watchlist '11'");
        Assert.Single(test.Waits);
    }

    [Fact]
    public async Task A_stream_that_ends_at_once_before_it_said_that_it_is_all_leads_to_a_list()
    {
        await using var test = new InformerUnderTest();
        test.Server.Watch().End();
        test.Server.List(10, []);
        test.Start(watchList: true);
        await test.Server.ExpectAsync("watchlist ''", "list '0' limit 500", "watch '10'");
        Assert.Empty(test.Waits);
    }

    [Fact]
    public async Task A_stream_that_ends_within_a_second_of_saying_that_it_is_all_was_a_short_watch()
    {
        await using var test = new InformerUnderTest();
        test.Server.Watch().Send(Added("a", 3), Bookmark(7, initialEventsEnd: true)).End();
        var second = test.Server.Watch().Send(Added("a", 3), Bookmark(7, initialEventsEnd: true));
        test.Start(watchList: true);
        await test.Server.ExpectAsync("watchlist ''", "watchlist '7'");
        Assert.Single(test.Waits);
        await Wait.UntilAsync(() => test.Covered.Count(each => each == "from 7") == 2, "the second stream");
        test.Time.Advance(TimeSpan.FromSeconds(1));
        second.End();
        await test.Server.ExpectAsync("watchlist ''", "watchlist '7'", "watch '7'");
        Assert.Single(test.Waits);
    }

    [Fact]
    public async Task A_server_that_never_says_that_it_is_all_is_listed_after_ten_seconds_of_silence_with_a_warning()
    {
        await using var test = new InformerUnderTest();
        var watch = test.Server.Watch();
        test.Server.List(10, ["a@3"]);
        test.Start(watchList: true);
        test.Time.Advance(TimeSpan.FromSeconds(9));
        watch.Send(Added("a", 3), Bookmark(9));
        await Wait.UntilAsync(() => test.Server.Requests.Count == 1, "the stream");
        test.Time.Advance(TimeSpan.FromSeconds(0.9));
        Assert.Empty(test.Warnings);
        test.Time.Advance(TimeSpan.FromSeconds(20));
        await test.Server.ExpectAsync("watchlist ''", "list '0' limit 500", "watch '10'");
        Assert.Contains("never sent the bookmark", Assert.Single(test.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_takes_its_time_to_answer_at_all_is_not_taken_for_one_that_knows_no_WatchList()
    {
        await using var test = new InformerUnderTest();
        test.Server.Watch(opens: false);
        test.Start(watchList: true);
        await test.Server.ExpectAsync("watchlist ''");
        test.Time.Advance(TimeSpan.FromSeconds(60));
        await test.Server.ExpectAsync("watchlist ''");
        Assert.Empty(test.Warnings);
    }

    [Fact]
    public async Task A_server_that_is_not_there_yet_is_tried_again_with_back_off()
    {
        await using var test = new InformerUnderTest();
        test.Server.Watch(opens: false).End(StreamEnd.NotOpened, reason: Reasons.ConnectionRefused);
        test.Server.Watch(opens: false).End(StreamEnd.Refused, 429, "TooManyRequests");
        test.Server.Watch().End(StreamEnd.ErrorEvent, 429, "TooManyRequests");
        test.Start(watchList: true);
        await test.Server.ExpectAsync("watchlist ''", "watchlist ''", "watchlist ''", "watchlist ''");
        Assert.Equal([1.2, 2.4, 4.8], test.Waits.Select(wait => wait.TotalSeconds));
    }

    [Theory]
    [InlineData(410, "Expired", "too old resource version: 7 (9)")]
    [InlineData(504, "Timeout", "Too large resource version: 7, current: 3")]
    public async Task A_version_that_the_server_cannot_serve_is_given_up_for_the_newest(int code, string reason, string message)
    {
        await using var test = new InformerUnderTest();
        var watch = test.Server.Watch().Send(Bookmark(7, initialEventsEnd: true));
        test.Server.Watch(opens: false).End(StreamEnd.Refused, code, reason, message);
        test.Start(watchList: true);
        await test.Seen.ExpectAsync("synced");
        watch.End(StreamEnd.ErrorEvent, 410, "Expired");
        await test.Server.ExpectAsync("watchlist ''", "watchlist '7'", "watchlist ''");
        Assert.Single(test.Waits);
    }

    [Fact]
    public async Task A_handler_is_in_sync_when_it_has_been_told_everything()
    {
        await using var test = new InformerUnderTest();
        using var hold = new ManualResetEventSlim();
        test.Seen.Before = informed =>
        {
            if (informed.New?.ResourceVersion == 3) hold.Wait(TestContext.Current.CancellationToken);
        };
        var other = new SeenInforms();
        test.Server.List(10, ["a@3"]);
        test.Start(more: other);
        await other.ExpectAsync("add a@3 initial", "synced");
        Assert.False(test.Informer.Synced.IsCompleted);
        hold.Set();
        await test.Informer.Synced.WaitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(1, test.Informer.Count);
    }

    private static string Added(string name, int version) => Event("ADDED", ConfigMap(name, version));
}
