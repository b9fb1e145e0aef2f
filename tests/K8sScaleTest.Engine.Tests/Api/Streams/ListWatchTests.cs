using System.IO.Compression;
using System.Text;
using K8sScaleTest.Engine.Api;
using K8sScaleTest.Engine.Records;
using static K8sScaleTest.Engine.Tests.Api.Streams.ObjectText;

namespace K8sScaleTest.Engine.Tests.Api.Streams;

public sealed class ListWatchTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_watch_that_the_server_ends_between_two_events_is_complete()
    {
        var (result, seen, _) = await WatchAsync(async response =>
        {
            await response.BeginAsync();
            await response.ChunkAsync(Event("ADDED", ConfigMap("one", 1)) + Bookmark(7));
            await response.EndAsync();
        });
        Assert.Equal(StreamEnd.Complete, result.End);
        Assert.Equal((200, 1L, 1L, 7UL), (result.StatusCode, result.Events, result.Bookmarks, result.LastResourceVersion));
        Assert.Equal(2, seen.All.Count);
        Assert.Equal(1, seen.Pieces);
        Assert.True(seen.Opened);
        Assert.True(result.Requested <= result.Opened && result.Opened <= result.FirstByte && result.FirstByte <= result.LastByte && result.LastByte <= result.Ended);
        Assert.Equal(result.LastByte, seen.Received[^1]);
    }

    [Fact]
    public async Task A_watch_without_events_is_complete_and_has_no_first_byte()
    {
        var (result, _, _) = await WatchAsync(async response =>
        {
            await response.BeginAsync();
            await response.EndAsync();
        });
        Assert.Equal((StreamEnd.Complete, 0L), (result.End, result.FirstByte));
    }

    [Fact]
    public async Task A_response_that_ends_in_the_middle_of_an_event_is_cut()
    {
        var (result, seen, _) = await WatchAsync(async response =>
        {
            await response.BeginAsync();
            await response.ChunkAsync(Event("ADDED", ConfigMap("one", 1)) + """{"type":"AD""");
            await response.EndAsync();
        });
        Assert.Equal((StreamEnd.Cut, 11, 1), (result.End, result.PartialBytes, seen.All.Count));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_connection_that_breaks_is_a_reset(bool reset)
    {
        var seen = new SeenEvents(1);
        await using var api = await RawApi.StartAsync(async (_, response) =>
        {
            await response.BeginAsync();
            await response.ChunkAsync(Event("ADDED", ConfigMap("one", 1)) + "{");

            // Without the last chunk: a connection that is merely closed has not ended the response.
            await Wait.UntilAsync(() => seen.All.Count == 1, "the event");
            if (reset) response.Reset();
        });
        var result = await api.ListWatch().WatchAsync(new() { Timeout = Minute }, seen, Cancel);
        Assert.Equal((StreamEnd.Reset, Reasons.ConnectionReset, 1), (result.End, result.Reason, result.PartialBytes));
    }

    [Fact]
    public async Task A_watch_that_outlives_its_time_out_has_stalled()
    {
        var (result, _, _) = await WatchAsync(
            async response =>
            {
                await response.BeginAsync();
                await response.HangAsync();
            },
            options => options with { StallGrace = TimeSpan.Zero },
            TimeSpan.FromMilliseconds(50));
        Assert.Equal((StreamEnd.Stalled, Reasons.Timeout), (result.End, result.Reason));
        Assert.True(RunClock.ToMilliseconds(result.Ended - result.Opened) >= 45);
    }

    [Fact]
    public async Task A_watch_that_is_silent_for_longer_than_allowed_has_stalled()
    {
        var (result, _, _) = await WatchAsync(
            async response =>
            {
                await response.BeginAsync();
                await response.ChunkAsync(Event("ADDED", ConfigMap("one", 1)));
                await response.HangAsync();
            },
            options => options with { SilenceLimit = TimeSpan.FromMilliseconds(200) });
        Assert.Equal(StreamEnd.Stalled, result.End);
    }

    [Fact]
    public async Task A_server_that_sends_no_headers_was_never_opened()
    {
        var (result, seen, _) = await WatchAsync(response => response.HangAsync(), options => options with { RequestTimeout = TimeSpan.FromSeconds(2) });
        Assert.Equal((StreamEnd.NotOpened, Reasons.Timeout, 0), (result.End, result.Reason, result.StatusCode));
        Assert.False(seen.Opened);
    }

    [Fact]
    public async Task An_error_event_ends_the_watch_with_its_status()
    {
        var (result, seen, _) = await WatchAsync(async response =>
        {
            await response.BeginAsync();
            await response.ChunkAsync(Event("ADDED", ConfigMap("one", 1)) + Error(410, "Expired", "too old resource version: 1 (5)") + Event("ADDED", ConfigMap("two", 9)));
            await response.HangAsync();
        });
        Assert.Equal((StreamEnd.ErrorEvent, 200, "Expired"), (result.End, result.StatusCode, result.Reason));
        Assert.Equal((410, "too old resource version: 1 (5)"), (result.Status!.Code, result.Status.Message));
        Assert.Single(seen.All);
    }

    [Fact]
    public async Task A_refusal_keeps_its_status_and_when_to_come_again()
    {
        var (result, _, _) = await WatchAsync(async response =>
        {
            await response.BeginAsync(429, "text/plain", "Retry-After: 3\r\n");
            await response.ChunkAsync("Too many requests, please try again later.");
            await response.EndAsync();
        });
        Assert.Equal((StreamEnd.Refused, 429, "TooManyRequests", TimeSpan.FromSeconds(3)), (result.End, result.StatusCode, result.Reason, result.RetryAfter));
    }

    [Fact]
    public async Task What_cannot_be_read_is_malformed_and_says_where()
    {
        var (result, _, _) = await WatchAsync(async response =>
        {
            await response.BeginAsync();
            await response.ChunkAsync("oops\n");
            await response.HangAsync();
        });
        Assert.Equal(StreamEnd.Malformed, result.End);
        Assert.Contains("at byte 0 of the response", result.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("oops\n", StreamEnd.Malformed)]
    [InlineData("""{"type":"ERROR","object":{"kind":"Status","code":410,"reason":"Expired"}}""" + "\n", StreamEnd.ErrorEvent)]
    public async Task What_came_in_one_piece_with_the_end_is_told_before_it(string last, StreamEnd end)
    {
        var (result, seen, _) = await WatchAsync(async response =>
        {
            await response.BeginAsync();
            await response.ChunkAsync(Event("ADDED", ConfigMap("one", 1)) + last);
            await response.HangAsync();
        });
        Assert.Equal((end, 1, 1), (result.End, seen.All.Count, seen.Pieces));
    }

    [Fact]
    public async Task An_event_may_be_larger_than_any_buffer()
    {
        var large = new string('x', 3_000_000);
        var (result, seen, _) = await WatchAsync(async response =>
        {
            await response.BeginAsync();
            await response.ChunkAsync(Event("ADDED", ConfigMap("one", 1)) + Event("ADDED", ConfigMap("two", 2, large)) + Event("ADDED", ConfigMap("three", 3)));
            await response.EndAsync();
        });
        Assert.Equal(StreamEnd.Complete, result.End);
        Assert.Equal(["ns/one", "ns/two", "ns/three"], seen.All.Select(each => each.Key));
    }

    [Fact]
    public async Task Stopping_ends_a_watch_at_once()
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        await using var api = await RawApi.StartAsync(async (_, response) =>
        {
            await response.BeginAsync();
            await stop.CancelAsync();
            await response.HangAsync();
        });
        var result = await api.ListWatch().WatchAsync(new() { Timeout = Minute }, new SeenEvents(1), stop.Token);
        Assert.Equal(StreamEnd.Stopped, result.End);
    }

    [Fact]
    public async Task A_slow_reader_is_held_after_each_read()
    {
        List<int> held = [];
        await using var api = await RawApi.StartAsync(async (_, response) =>
        {
            await response.BeginAsync();
            await response.ChunkAsync(Event("ADDED", ConfigMap("one", 1)) + Event("ADDED", ConfigMap("two", 2)));
            await response.EndAsync();
        });
        var query = new WatchQuery
        {
            Timeout = Minute,
            Throttle = (events, _) =>
            {
                held.Add(events);
                return ValueTask.CompletedTask;
            },
        };
        Assert.Equal(StreamEnd.Complete, (await api.ListWatch().WatchAsync(query, new SeenEvents(1), Cancel)).End);
        Assert.Equal(2, held.Sum());
    }

    [Theory]
    [InlineData(true, StreamEnd.Complete)]
    [InlineData(false, StreamEnd.Stalled)]
    public async Task A_slow_reader_has_stalled_only_when_nothing_comes_although_it_reads(bool ends, StreamEnd expected)
    {
        var grace = TimeSpan.FromSeconds(2);
        var reads = 0;
        var (result, seen, _) = await WatchAsync(
            async response =>
            {
                await response.BeginAsync();
                await response.ChunkAsync(Event("ADDED", ConfigMap("one", 1)));
                if (ends) await response.EndAsync();
                else await response.HangAsync();
            },
            options => options with { StallGrace = grace },
            query: new() { Timeout = TimeSpan.Zero, Throttle = async (_, cancellationToken) => await Task.Delay(reads++ == 0 ? grace * 1.5 : TimeSpan.Zero, cancellationToken) });
        Assert.Equal(expected, result.End);
        Assert.Single(seen.All);
        Assert.True(RunClock.ToMilliseconds(result.Ended - result.Opened) > grace.TotalMilliseconds);
    }

    [Fact]
    public async Task A_watch_asks_for_what_it_was_told()
    {
        var (_, _, request) = await WatchAsync(
            response => response.BeginAsync(500),
            options => options with { Namespace = "ns 1", LabelSelector = "a=b,c", FieldSelector = "metadata.name=x" },
            query: new() { Timeout = Minute, ResourceVersion = "17", SendInitialEvents = true });
        Assert.StartsWith(
            "GET /api/v1/namespaces/ns%201/configmaps?labelSelector=a%3Db%2Cc&fieldSelector=metadata.name%3Dx&watch=true&resourceVersion=17"
            + "&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true&timeoutSeconds=60 ",
            request, StringComparison.Ordinal);
        Assert.DoesNotContain("gzip", request, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_list_may_come_compressed(bool compressed)
    {
        var items = string.Join(',', Enumerable.Range(1, 500).Select(i => ConfigMap("cm-" + i, i, new string('0', 2000), typed: false)));
        var text = Encoding.UTF8.GetBytes($$"""{"kind":"ConfigMapList","metadata":{"resourceVersion":"501","continue":"more"},"items":[{{items}}]}""");
        await using var api = await RawApi.StartAsync(async (_, response) =>
        {
            await response.BeginAsync(headers: compressed ? "Content-Encoding: gzip\r\n" : "");
            await response.ChunkAsync(compressed ? Gzip(text) : text);
            await response.EndAsync();
        });
        var seen = new SeenEvents(1);
        var result = await api.ListWatch().ListAsync(new() { Limit = 500, ResourceVersion = "0" }, seen, Cancel);
        Assert.Equal((StreamEnd.Complete, 501UL, "more", 500L, (long)text.Length), (result.End, result.ResourceVersion, result.Continue, result.Objects, result.Bytes));
        Assert.Equal(compressed, result.Compressed);
        Assert.Equal(Enumerable.Range(1, 500).Select(i => "ns/cm-" + i), seen.All.Select(each => each.Key));
        var request = Assert.Single(api.Server.Requests);
        Assert.Contains("Accept-Encoding: gzip", request, StringComparison.Ordinal);
        Assert.StartsWith("GET /api/v1/configmaps?limit=500&resourceVersion=0 ", request, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_list_that_breaks_off_says_so_after_what_there_was()
    {
        await using var api = await RawApi.StartAsync(async (_, response) =>
        {
            await response.BeginAsync();
            await response.ChunkAsync($$"""{"items":[{{ConfigMap("one", 1)}},{{ConfigMap("two", 2)}},""");
        });
        var seen = new SeenEvents(1);
        var result = await api.ListWatch().ListAsync(new(), seen, Cancel);
        Assert.Equal((StreamEnd.Reset, 2L), (result.End, result.Objects));
    }

    [Fact]
    public async Task A_list_that_expired_keeps_its_status()
    {
        await using var api = await RawApi.StartAsync(async (_, response) =>
        {
            await response.BeginAsync(410);
            await response.ChunkAsync("""{"kind":"Status","status":"Failure","message":"The provided continue parameter is too old","reason":"Expired","code":410}""");
            await response.EndAsync();
        });
        var result = await api.ListWatch().ListAsync(new() { Continue = "c=1" }, new SeenEvents(1), Cancel);
        Assert.Equal((StreamEnd.Refused, 410, "Expired"), (result.End, result.StatusCode, result.Reason));
        Assert.StartsWith("GET /api/v1/configmaps?continue=c%3D1 ", Assert.Single(api.Server.Requests), StringComparison.Ordinal);
    }

    private static async Task<(WatchResult Result, SeenEvents Seen, string Request)> WatchAsync(
        Func<RawResponse, Task> answer, Func<ListWatchOptions, ListWatchOptions>? change = null, TimeSpan? timeout = null, WatchQuery? query = null)
    {
        await using var api = await RawApi.StartAsync((_, response) => answer(response));
        var seen = new SeenEvents(1);
        var result = await api.ListWatch(change).WatchAsync(query ?? new() { Timeout = timeout ?? Minute }, seen, Cancel);
        return (result, seen, api.Server.Requests.First());
    }

    private static byte[] Gzip(byte[] bytes)
    {
        using var compressed = new MemoryStream();
        using (var stream = new GZipStream(compressed, CompressionLevel.Fastest, leaveOpen: true)) stream.Write(bytes);
        return compressed.ToArray();
    }
}
