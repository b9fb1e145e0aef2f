using K8sScaleTest.Engine.Api;
using K8sScaleTest.Engine.Records;
using K8sScaleTest.Engine.Tests.Api;
using static K8sScaleTest.Engine.Tests.Api.Streams.ObjectText;

namespace K8sScaleTest.Engine.Tests.Informers;

/// <summary>Where a stop may find an informer: it ends at once, asks for nothing more, and tells nothing of what it had not whole.</summary>
public sealed class InformerStopTests
{
    [Fact]
    public async Task In_the_first_list()
    {
        await using var test = new InformerUnderTest();
        test.Start();
        await test.Server.ExpectAsync("list '0' limit 500");
        await test.StopAsync();
        Assert.Empty(test.Seen.All);
        Assert.Single(test.Server.Requests);
        Assert.False(test.Informer.Synced.IsCompleted);
    }

    [Fact]
    public async Task Between_two_pages_of_a_relist()
    {
        await using var test = new InformerUnderTest();
        test.Server.List(10, ["a@1", "b@2"]);
        test.Server.Watch().Send(Bookmark(12)).End(StreamEnd.ErrorEvent, 410, "Expired");
        test.Server.List(20, ["a@15"], "two");
        test.Start();
        await test.Server.ExpectAsync("list '0' limit 500", "watch '10'", "list '12'", "list '' continue two");
        await test.StopAsync();

        // The half list says nothing: b is not gone, and a is as it was.
        await test.Seen.ExpectAsync("add a@1 initial", "add b@2 initial", "synced");
        Assert.Equal(2, test.Informer.Count);
        Assert.Equal(4, test.Server.Requests.Count);
    }

    [Fact]
    public async Task Before_a_stream_has_said_that_it_is_all()
    {
        await using var test = new InformerUnderTest();
        test.Server.Watch().Send(Event("ADDED", ConfigMap("a", 3)));
        test.Start(watchList: true);
        await test.Server.ExpectAsync("watchlist ''");
        await test.StopAsync();
        Assert.Empty(test.Seen.All);
        Assert.Equal(["not 0 Stopped"], test.Covered);
        Assert.Single(test.Server.Requests);
    }

    [Theory]
    [InlineData(StreamEnd.ErrorEvent, 410, "Expired")]
    [InlineData(StreamEnd.NotOpened, 0, Reasons.ConnectionRefused)]
    public async Task While_it_backs_off(StreamEnd end, int code, string reason)
    {
        await using var test = new InformerUnderTest(delaysPass: false);
        test.Server.List(10, []);
        test.Server.Watch(opens: code != 0).End(end, code, reason);
        test.Start();
        await Wait.UntilAsync(() => test.Waits.Count == 1, "the back-off");
        await test.StopAsync();
        Assert.Equal(["list '0' limit 500", "watch '10'"], test.Server.Requests);
    }

    [Fact]
    public async Task In_a_watch()
    {
        await using var test = new InformerUnderTest();
        test.Server.List(10, []);
        test.Server.Watch().Send(Event("ADDED", ConfigMap("a", 11)));
        test.Start();
        await test.Seen.ExpectAsync("synced", "add a@11");
        await test.StopAsync();
        Assert.Equal("to 11 Stopped", test.Covered.Last());
        Assert.Equal(["list '0' limit 500", "watch '10'"], test.Server.Requests);
    }
}
