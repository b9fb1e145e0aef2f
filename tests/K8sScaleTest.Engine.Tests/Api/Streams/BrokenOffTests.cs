using System.Net;
using K8sScaleTest.Engine.Api;
using K8sScaleTest.Engine.Records;
using K8sScaleTest.Engine.Tests.Http2;
using static K8sScaleTest.Engine.Tests.Api.Streams.ObjectText;

namespace K8sScaleTest.Engine.Tests.Api.Streams;

/// <summary>Lists and watches that a server breaks off in HTTP/2: what had come before is not lost, as it is not for client-go, and nobody takes them for whole.</summary>
public sealed class BrokenOffTests
{
    // More than .NET takes of a stream by itself before it is read: all of it comes in one piece with what breaks the response off.
    private const int Events = 2000;

    private static readonly string[] Lines = [.. Enumerable.Range(1, Events).Select(i => Event("ADDED", ConfigMap("cm-" + i, i, data: new string('x', 200))))];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(ErrorCode.InternalError, Reasons.ConnectionReset)]
    [InlineData(ErrorCode.Cancel, Reasons.ConnectionReset)]
    [InlineData(ErrorCode.NoError, Reasons.ConnectionReset)]
    [InlineData(ErrorCode.RefusedStream, Reasons.StreamRefused)]
    [InlineData(ErrorCode.StreamClosed, Reasons.ProtocolError)]
    [InlineData(ErrorCode.ProtocolError, Reasons.ProtocolError)]
    public async Task A_watch_that_is_reset_tells_all_events_that_came_before(object code, string reason)
    {
        var (result, seen) = await WatchAsync(stream => stream.Write([stream.Headers(200), .. Data(stream), stream.Data("{\"type\":", ends: false), stream.Rst((ErrorCode)code)]));

        Assert.Equal((StreamEnd.Reset, reason, (long)Events, 8), (result.End, result.Reason, result.Events, result.PartialBytes));
        Assert.Equal(Enumerable.Range(1, Events).Select(i => "ns/cm-" + i), seen.All.Select(each => each.Key));
    }

    [Fact]
    public async Task A_watch_whose_connection_breaks_tells_all_events_that_came_before()
    {
        var (result, seen) = await WatchAsync(stream =>
        {
            var half = stream.Data(Lines[0], ends: false);
            stream.Write([stream.Headers(200), .. Data(stream), half[..(half.Length / 2)]]);
            stream.Connection.End();
        });

        Assert.Equal((StreamEnd.Reset, Reasons.ConnectionReset, (long)Events, 0), (result.End, result.Reason, result.Events, result.PartialBytes));
        Assert.Equal(Events, seen.All.Count);
    }

    [Theory]
    [InlineData(ErrorCode.NoError, Reasons.ConnectionReset, "(NO_ERROR)")]
    [InlineData(ErrorCode.EnhanceYourCalm, Reasons.ConnectionReset, "(ENHANCE_YOUR_CALM)")]
    [InlineData(0x1234, Reasons.ConnectionReset, "broke while the response was coming")]
    public async Task A_watch_whose_server_says_why_it_closes_the_connection_repeats_it(object code, string reason, string message)
    {
        var (result, _) = await WatchAsync(stream =>
        {
            stream.Write([stream.Headers(200), .. Data(stream)]);
            stream.Connection.GoAway(stream.Id, (ErrorCode)Convert.ToUInt32(code, System.Globalization.CultureInfo.InvariantCulture));
            stream.Connection.End();
        });

        Assert.Equal((StreamEnd.Reset, reason, (long)Events), (result.End, result.Reason, result.Events));
        Assert.Contains(message, result.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_watch_that_is_reset_before_its_answer_was_not_opened()
    {
        var (result, _) = await WatchAsync(stream => stream.Write(stream.Rst(ErrorCode.Cancel)));

        Assert.Equal((StreamEnd.NotOpened, Reasons.ConnectionReset), (result.End, result.Reason));
    }

    [Fact]
    public async Task A_watch_that_ends_in_order_is_complete_also_when_the_connection_breaks_then()
    {
        var (result, _) = await WatchAsync(stream =>
        {
            stream.Write([stream.Headers(200), .. Data(stream), stream.Data("", ends: true)]);
            stream.Connection.End();
        });

        Assert.Equal((StreamEnd.Complete, (long)Events), (result.End, result.Events));
    }

    [Fact]
    public async Task Of_two_watches_on_a_connection_the_one_that_is_not_reset_goes_on()
    {
        await using var server = new Http2Stub();
        await using var target = await TargetAsync(server);
        using var connection = ApiConnection.ForReads(target, 0);
        var (one, other) = (new SeenEvents(1), new SeenEvents(1));
        var first = ListWatch(target, connection).WatchAsync(new() { Timeout = TimeSpan.FromMinutes(1) }, one, Cancel);
        var broken = await server.NextStreamAsync();
        var second = ListWatch(target, connection).WatchAsync(new() { Timeout = TimeSpan.FromMinutes(1) }, other, Cancel);
        var whole = await server.NextStreamAsync();

        broken.Write([broken.Headers(200), broken.Data(Lines[0], ends: false), whole.Headers(200), whole.Data(Lines[1], ends: false), broken.Rst(ErrorCode.Cancel)]);
        Assert.Equal((StreamEnd.Reset, 1L), ((await first).End, (await first).Events));
        whole.Write(whole.Data(Lines[2], ends: true));
        Assert.Equal((StreamEnd.Complete, 2L), ((await second).End, (await second).Events));
        Assert.Equal(1, server.Connections);
    }

    [Fact]
    public async Task A_watch_that_was_stopped_before_does_not_disturb_those_whose_connection_breaks()
    {
        await using var server = new Http2Stub();
        await using var target = await TargetAsync(server);
        using var connection = ApiConnection.ForReads(target, 0);
        using var stop = new CancellationTokenSource();
        var (stopped, other) = (new SeenEvents(1), new SeenEvents(1));
        var first = ListWatch(target, connection).WatchAsync(new() { Timeout = TimeSpan.FromMinutes(1) }, stopped, stop.Token);
        var idle = await server.NextStreamAsync();
        idle.Write(idle.Headers(200), idle.Data(Lines[0], ends: false));
        await Wait.UntilAsync(() => stopped.All.Count == 1, "the event");
        await stop.CancelAsync();
        Assert.Equal(StreamEnd.Stopped, (await first).End);

        var second = ListWatch(target, connection).WatchAsync(new() { Timeout = TimeSpan.FromMinutes(1) }, other, Cancel);
        var broken = await server.NextStreamAsync();
        broken.Write([broken.Headers(200), .. Data(broken)]);
        broken.Connection.End();
        Assert.Equal((StreamEnd.Reset, (long)Events), ((await second).End, (await second).Events));
        Assert.Equal(1, server.Connections);
    }

    [Theory]
    [InlineData("")]
    [InlineData("gzip")]
    public async Task A_list_that_is_reset_is_not_taken_for_a_whole_or_a_malformed_one(string encoding)
    {
        await using var server = new Http2Stub();
        await using var target = await TargetAsync(server);
        using var connection = ApiConnection.ForReads(target, 0);
        var seen = new SeenEvents(1);
        var listing = ListWatch(target, connection).ListAsync(new(), seen, Cancel);
        var stream = await server.NextStreamAsync();
        var list = System.Text.Encoding.UTF8.GetBytes($$"""{"items":[{{ConfigMap("one", 1)}},{{ConfigMap("two", 2)}},""");
        using var sent = new MemoryStream();
        if (encoding.Length > 0)
        {
            await using var packed = new System.IO.Compression.GZipStream(sent, System.IO.Compression.CompressionLevel.Fastest, leaveOpen: true);
            await packed.WriteAsync(list, Cancel);
            await packed.FlushAsync(Cancel);
        }
        else
        {
            await sent.WriteAsync(list, Cancel);
        }

        stream.Write(
            stream.Headers(200, more: encoding.Length > 0 ? [("content-encoding", encoding)] : []),
            Http2StubConnection.Frame(FrameType.Data, 0, stream.Id, sent.ToArray()),
            stream.Rst(ErrorCode.InternalError));

        var result = await listing;
        Assert.Equal((StreamEnd.Reset, Reasons.ConnectionReset, 2L), (result.End, result.Reason, result.Objects));
    }

    private static async Task<(WatchResult Result, SeenEvents Seen)> WatchAsync(Action<Http2StubStream> answer)
    {
        await using var server = new Http2Stub();
        await using var target = await TargetAsync(server);
        using var connection = ApiConnection.ForReads(target, 0);
        var seen = new SeenEvents(1);
        var watching = ListWatch(target, connection).WatchAsync(new() { Timeout = TimeSpan.FromMinutes(1) }, seen, Cancel);
        answer(await server.NextStreamAsync());
        return (await watching, seen);
    }

    private static byte[][] Data(Http2StubStream stream) => [.. Lines.Chunk(10).Select(lines => stream.Data(string.Concat(lines), ends: false))];

    private static Task<ApiTarget> TargetAsync(Http2Stub server) => ApiTarget.ResolveAsync(
        new TargetOptions { Server = server.Url, Environment = new TargetEnvironment { Variable = _ => null, HomeFolder = "" } }, Cancel);

    private static ListWatch ListWatch(ApiTarget target, ApiConnection connection) =>
        new(target, connection, new() { Resource = ApiResource.ConfigMaps, UserAgent = "test", HttpVersion = HttpVersion.Version20, Annotations = ["a"] });
}
