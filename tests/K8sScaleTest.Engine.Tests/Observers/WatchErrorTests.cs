using K8sScaleTest.Engine.Observers.Watches;
using K8sScaleTest.Engine.Records;

namespace K8sScaleTest.Engine.Tests.Observers;

/// <summary>What a watcher does when the server says no, on opening a watch, in it, and on a list: what it records, how long it waits, and from where it goes on.</summary>
public sealed class WatchErrorTests
{
    private static readonly WatchOptions Options = new() { RunId = "w1", Seed = 1 };

    [Theory]
    [InlineData(429, "TooManyRequests", false)]
    [InlineData(429, "TooManyRequests", true)]
    [InlineData(500, "InternalError", false)]
    [InlineData(500, "InternalError", true)]
    public async Task An_error_in_the_stream_is_recorded_and_waited_out(int code, string reason, bool resume)
    {
        await using var test = await WatchUnderTest.StartAsync(Options with { Resume = resume });

        // Its event gives way to the error: nobody is delivered it in this watch.
        await test.OrderAsync($$"""{{BetweenIsCreated}},"action":"ErrorEvent","statusCode":{{code}},"message":"not now" """);
        await test.CreateAsync("between");
        await test.WatchesAsync(ended: 1);
        await test.CreateAsync("after");
        await test.EventsAsync(resume ? 3 : 2);
        var audit = await test.EndAsync();

        var (failed, next) = (test.Windows[0], test.Windows[1]);
        Assert.Equal(("ErrorEvent", code, reason, 1L), (failed.End, failed.StatusCode, failed.Reason, failed.Events));
        Assert.Contains("not now", failed.Error, StringComparison.Ordinal);
        Assert.InRange(failed.Backoff.TotalSeconds, 0.8, 1.6);
        AssertWaited(failed, resume ? next : test.Lists[1]);
        Assert.Equal(("Stopped", TimeSpan.Zero), (next.End, next.Backoff));
        Assert.Equal(1, test.Run.Progress.Errors);
        Assert.Equal(resume ? ["Added before", "Added between", "Added after"] : ["Added before", "Added after"], test.Events);
        await AssertListedAsync(test, audit, resume ? 1 : 2, gaps: resume ? 0 : 1);
    }

    [Theory]
    [InlineData(null, false)]
    [InlineData(null, true)]
    [InlineData(3.0, false)]
    [InlineData(3.0, true)]
    public async Task A_watch_that_is_refused_with_429_is_asked_for_again_after_growing_waits_that_are_never_shorter_than_the_server_says(double? retryAfter, bool resume)
    {
        await using var test = await WatchUnderTest.StartAsync(Options with { Resume = resume });
        await test.OrderAsync($$"""{{TooMany("watch", retryAfter)}},"count":2""");
        await test.OrderAsync($$"""{{BetweenIsCreated}},"action":"CutWatch","cut":"End" """);
        await test.CreateAsync("between");
        await test.WatchesAsync(ended: 3);
        await test.CreateAsync("after");
        await test.EventsAsync(resume ? 3 : 2);
        var audit = await test.EndAsync();

        var windows = test.Windows;
        Assert.Equal([("Complete", 200), ("Refused", 429), ("Refused", 429), ("Stopped", 200)], windows.Select(window => (window.End, window.StatusCode)));
        Assert.All(windows.Skip(1).Take(2), window => Assert.Equal(("TooManyRequests", 0L, 0L), (window.Reason, window.Events, window.FirstByte)));
        Assert.Equal(TimeSpan.Zero, windows[0].Backoff);
        Assert.InRange(windows[1].Backoff.TotalSeconds, retryAfter ?? 0.8, retryAfter ?? 1.6);
        Assert.InRange(windows[2].Backoff.TotalSeconds, retryAfter ?? 1.6, 3.2);
        AssertWaited(windows[1], resume ? windows[2] : test.Lists[2]);
        AssertWaited(windows[2], resume ? windows[3] : test.Lists[3]);
        Assert.Equal(2, test.Run.Progress.Errors);
        if (resume) Assert.Single(windows.Skip(1).Select(window => window.From).Distinct());
        Assert.Equal(resume ? ["Added before", "Added between", "Added after"] : ["Added before", "Added after"], test.Events);
        await AssertListedAsync(test, audit, resume ? 1 : 4, gaps: resume ? 0 : 1);
    }

    [Theory]
    [InlineData(null, false)]
    [InlineData(null, true)]
    [InlineData(4.0, false)]
    [InlineData(4.0, true)]
    public async Task A_list_that_is_refused_with_429_is_asked_for_again_after_a_wait_that_is_never_shorter_than_the_server_says(double? retryAfter, bool resume)
    {
        await using var test = await WatchUnderTest.StartAsync(Options with { Resume = resume });
        await test.OrderAsync($$"""{{TooMany("list", retryAfter)}},"count":1""");

        // After a 410 everything is listed again in any case.
        await test.OrderAsync($$"""{{BetweenIsCreated}},"action":"ErrorEvent" """);
        await test.CreateAsync("between");
        await test.WatchesAsync(ended: 1);
        await test.CreateAsync("after");
        await test.EventsAsync(2);
        var audit = await test.EndAsync();

        var lists = test.Lists;
        Assert.Equal([("Complete", 200), ("Refused", 429), ("Complete", 200)], lists.Select(list => (list.End, list.StatusCode)));
        Assert.Equal([("ErrorEvent", 410), ("Stopped", 200)], test.Windows.Select(window => (window.End, window.StatusCode)));
        Assert.Equal(("TooManyRequests", 0L), (lists[1].Reason, lists[1].Events));
        Assert.InRange(test.Windows[0].Backoff.TotalSeconds, 0.8, 1.6);
        Assert.InRange(lists[1].Backoff.TotalSeconds, retryAfter ?? 1.6, retryAfter ?? 3.2);
        AssertWaited(test.Windows[0], lists[1]);
        AssertWaited(lists[1], lists[2]);
        Assert.Equal(2, test.Run.Progress.Errors);
        Assert.Equal(["Added before", "Added after"], test.Events);
        await AssertListedAsync(test, audit, lists: 2, gaps: 1, refused: 1);
    }

    private const string BetweenIsCreated = "\"name\":\"between\",\"eventTypes\":[\"ADDED\"],\"count\":1";

    private static string TooMany(string verb, double? retryAfter) =>
        $$"""{{(retryAfter is null ? "" : $"\"retryAfterSeconds\":{retryAfter},")}}"action":"Status","statusCode":429,"verbs":["{{verb}}"]""";

    /// <summary>A timer may be early by the grain of its clock.</summary>
    private static void AssertWaited(WatchWindow failed, WatchWindow next) =>
        Assert.True(RunClock.ToMilliseconds(next.Requested - failed.Ended) > failed.Backoff.TotalMilliseconds - 30, "it did not wait");

    private static async Task AssertListedAsync(WatchUnderTest test, Engine.Observers.Auditing.AuditResult audit, int lists, int gaps, int refused = 0)
    {
        Assert.Equal((0L, lists, gaps), (audit.FaultCount, audit.Lists, audit.Gaps.Count));
        Assert.Equal(lists + refused, await test.ListsByTheServerAsync());
    }
}
