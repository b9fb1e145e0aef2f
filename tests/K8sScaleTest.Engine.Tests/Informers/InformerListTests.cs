using K8sScaleTest.Engine.Api;
using K8sScaleTest.Engine.Tests.Api;
using static K8sScaleTest.Engine.Tests.Api.Streams.ObjectText;

namespace K8sScaleTest.Engine.Tests.Informers;

/// <summary>How an informer lists, and what a list means for what was known.</summary>
public sealed class InformerListTests
{
    [Fact]
    public async Task The_first_list_takes_what_the_cache_has_in_pages_where_the_server_pages()
    {
        await using var test = new InformerUnderTest();
        test.Server.List(10, ["a@1"], "two").List(10, ["b@2"], "three").List(10, ["c@3"]);
        test.Start();
        await test.Server.ExpectAsync("list '0' limit 500", "list '' limit 500 continue two", "list '' limit 500 continue three", "watch '10'");
        await test.Seen.ExpectAsync("add a@1 initial", "add b@2 initial", "add c@3 initial", "synced");
        Assert.Contains("replaced 10 3", test.Covered);
    }

    [Fact]
    public async Task A_relist_asks_for_what_was_last_seen_without_pages_so_that_the_cache_may_answer()
    {
        await using var test = new InformerUnderTest();
        test.Server.List(10, ["a@1"]);
        test.Server.Watch().Send(Event("MODIFIED", ConfigMap("a", 12))).End(StreamEnd.ErrorEvent, 410, "Expired");
        test.Start();
        await test.Server.ExpectAsync("list '0' limit 500", "watch '10'", "list '12'");
    }

    [Fact]
    public async Task A_server_that_pages_even_then_is_always_asked_for_pages()
    {
        await using var test = new InformerUnderTest();
        test.Server.List(10, ["a@1"], "two").List(10, ["b@2"]);
        test.Server.Watch().Send(Bookmark(20)).End(StreamEnd.ErrorEvent, 410, "Expired");
        test.Start();
        await test.Server.ExpectAsync("list '0' limit 500", "list '' limit 500 continue two", "watch '10'", "list '20' limit 500");
    }

    [Fact]
    public async Task A_page_size_that_was_given_is_asked_for_always()
    {
        await using var test = new InformerUnderTest();
        test.Server.List(10, []);
        test.Server.Watch().Send(Bookmark(20)).End(StreamEnd.ErrorEvent, 410, "Expired");
        test.Start(change: options => options with { PageSize = 20 });
        await test.Server.ExpectAsync("list '0' limit 20", "watch '10'", "list '20' limit 20");
    }

    [Fact]
    public async Task Pages_that_expire_are_given_up_for_one_full_list()
    {
        await using var test = new InformerUnderTest();
        test.Server.List(10, ["gone@1"], "two").RefuseList(410, "Expired").List(30, ["b@2"]);
        test.Start();
        await test.Server.ExpectAsync("list '0' limit 500", "list '' limit 500 continue two", "list '0'", "watch '30'");
        await test.Seen.ExpectAsync("add b@2 initial", "synced");
    }

    [Theory]
    [InlineData(410, "Expired", "too old")]
    [InlineData(504, "Timeout", "Too large resource version: 10, current: 2")]
    public async Task A_version_that_the_server_cannot_list_is_given_up_for_the_newest_at_once(int code, string reason, string message)
    {
        await using var test = new InformerUnderTest();
        test.Server.List(10, []);
        test.Server.Watch().Send(Bookmark(20)).End(StreamEnd.ErrorEvent, 410, "Expired");
        test.Server.RefuseList(code, reason, message).List(3, ["a@2"]);
        test.Start();
        await test.Server.ExpectAsync("list '0' limit 500", "watch '10'", "list '20'", "list ''", "watch '3'");
        Assert.Single(test.Waits);
    }

    [Fact]
    public async Task A_list_that_fails_is_tried_again_with_back_off_and_nothing_is_told()
    {
        await using var test = new InformerUnderTest();
        test.Server.RefuseList(500, "InternalError").RefuseList(403, "Forbidden").List(10, ["a@1"]);
        test.Start();
        await test.Server.ExpectAsync("list '0' limit 500", "list '0' limit 500", "list '0' limit 500", "watch '10'");
        Assert.Equal([1.2, 2.4], test.Waits.Select(wait => wait.TotalSeconds));
        await test.Seen.ExpectAsync("add a@1 initial", "synced");
    }

    [Fact]
    public async Task A_server_that_says_how_long_to_wait_for_a_list_is_waited_for()
    {
        await using var test = new InformerUnderTest();
        test.Server.RefuseList(429, "TooManyRequests", retryAfter: TimeSpan.FromSeconds(9)).List(10, []);
        test.Start();
        await test.Server.ExpectAsync("list '0' limit 500", "list '0' limit 500", "watch '10'");
        Assert.Equal(9, Assert.Single(test.Waits).TotalSeconds);
    }

    [Fact]
    public async Task The_newest_is_asked_for_until_a_list_succeeds()
    {
        await using var test = new InformerUnderTest();
        test.Server.List(10, []);
        test.Server.Watch().Send(Bookmark(20)).End(StreamEnd.ErrorEvent, 410, "Expired");
        test.Server.RefuseList(410, "Expired").RefuseList(500, "InternalError").List(30, []);
        test.Server.Watch().Send(Bookmark(31)).End(StreamEnd.ErrorEvent, 410, "Expired");
        test.Start();
        await test.Server.ExpectAsync(
            "list '0' limit 500", "watch '10'", "list '20'", "list ''", "list '' limit 500", "watch '30'", "list '31'");
    }

    [Fact]
    public async Task A_relist_tells_first_what_is_gone_by_its_last_known_state_then_what_changed_and_what_is_new()
    {
        await using var test = new InformerUnderTest();
        test.Server.List(10, ["same@1", "changed@2", "gone@3"]);
        test.Server.Watch().Send(Bookmark(10)).End(StreamEnd.ErrorEvent, 410, "Expired");
        test.Server.List(20, ["new@15", "changed@12", "same@1"]);
        test.Start();
        await test.Seen.ExpectAsync(
            "add same@1 initial", "add changed@2 initial", "add gone@3 initial", "synced", "delete last known gone@3", "add new@15", "update changed@2 changed@12");
        await Wait.UntilAsync(() => test.Informer.Count == 3, "the store");
    }
}
