using System.Text.Json;
using K8sScaleTest.Engine.Records;
using K8sScaleTest.Engine.Tests.Http2;

namespace K8sScaleTest.Engine.Tests.Drivers;

/// <summary>What the wire does to an operation, and what its record then says: frames written by hand.</summary>
public sealed class OperationSenderTests
{
    // More than the 65,535 bytes that a stream may send before the server opens its window.
    private const int BeyondTheWindow = 200_000;
    private const string Created = """{"kind":"ConfigMap","metadata":{"name":"x","uid":"u-1","resourceVersion":"42"}}""";
    private const string Forbidden = """{"kind":"Status","status":"Failure","message":"configmaps is forbidden: no","reason":"Forbidden","code":403}""";

    [Fact]
    public async Task A_whole_answer_and_what_its_record_holds()
    {
        await using var server = new Http2Stub();
        await using var rig = await SenderRig.StartAsync(server.Url);
        var before = RunClock.Now;
        var end = rig.Launch();
        var stream = await server.NextStreamAsync();
        var body = await stream.BodyAsync();
        stream.Write(
            stream.Headers(201, "application/json", ("audit-id", "a-1"), ("x-kubernetes-pf-flowschema-uid", "f-1"), ("x-kubernetes-pf-prioritylevel-uid", "p-1")),
            stream.Data(Created[..20], ends: false));
        stream.Write(stream.Data(Created[20..], ends: true));
        var row = await end;

        Assert.Equal((Outcome.Succeeded, 201, null, null, 1), (row.Outcome, row.StatusCode, row.Reason, row.Error, row.Attempts));
        Assert.Equal(("42", "u-1", "a-1", "f-1", "p-1"), (row.ResourceVersion, row.Uid, row.AuditId, row.FlowSchemaUid, row.PriorityLevelUid));
        Assert.Equal((body.Length, Created.Length, 0, 1), (row.RequestBytes, (int)row.ResponseBytes, row.Connection, row.StreamsInFlight));
        Assert.True(before <= row.Launched && row.Launched <= row.Sent && row.Sent <= row.Finished && row.Finished <= RunClock.Now);
        Assert.True(stream.Mentions("/api/v1/namespaces/scaletest/configmaps?fieldManager=cmdriver"));
    }

    [Fact]
    public async Task A_refusal_in_plain_text_has_its_reason_from_the_status_code()
    {
        await using var server = new Http2Stub();
        await using var rig = await SenderRig.StartAsync(server.Url);
        var end = rig.Launch();
        var stream = await server.NextStreamAsync();
        stream.Write(stream.Headers(429, "text/plain", ("retry-after", "1")), stream.Data("Too many requests, please try again later.\n", ends: true));
        var row = await end;

        Assert.Equal((Outcome.Rejected, 429, "TooManyRequests", "1", 1), (row.Outcome, row.StatusCode, row.Reason, row.RetryAfter, row.Attempts));
        Assert.Equal("Too many requests, please try again later.", row.Error);
    }

    [Theory]
    [InlineData(OperationKind.Create)]
    [InlineData(OperationKind.Update)]
    [InlineData(OperationKind.Delete)]
    public async Task A_refused_stream_is_a_rejection_and_its_body_never_goes_out_twice(OperationKind operation)
    {
        await using var server = new Http2Stub();
        await using var rig = await SenderRig.StartAsync(server.Url);
        var end = rig.Launch(operation);
        var first = await server.NextStreamAsync();
        Assert.NotEmpty(await first.BodyAsync());
        first.Write(first.Rst(ErrorCode.RefusedStream));
        var row = await end;

        AssertRefused(row);
        await AssertWithoutBodyAsync(await server.NextStreamAsync());
    }

    [Fact]
    public async Task Streams_beyond_a_GOAWAY_are_refused_and_those_below_it_get_their_answers()
    {
        await using var server = new Http2Stub();
        await using var rig = await SenderRig.StartAsync(server.Url);
        var below = rig.Launch();
        var answered = await server.NextStreamAsync();
        var beyond = rig.Launch();
        var unprocessed = await server.NextStreamAsync();
        await unprocessed.BodyAsync();
        unprocessed.Connection.GoAway(answered.Id, ErrorCode.NoError);
        AssertRefused(await beyond);

        answered.Answer(201, Created);
        Assert.Equal((Outcome.Succeeded, 1), ((await below).Outcome, (await below).Attempts));
        var again = await server.NextStreamAsync();
        Assert.Equal(2, server.Connections);
        await AssertWithoutBodyAsync(again);
    }

    [Theory]
    [InlineData(ErrorCode.InternalError, Reasons.ConnectionReset)]
    [InlineData(ErrorCode.Cancel, Reasons.ConnectionReset)]
    [InlineData(ErrorCode.EnhanceYourCalm, Reasons.ConnectionReset)]
    [InlineData(ErrorCode.NoError, Reasons.ConnectionReset)]
    [InlineData(ErrorCode.StreamClosed, Reasons.ConnectionReset)]
    [InlineData(ErrorCode.ProtocolError, Reasons.ProtocolError)]
    internal async Task A_reset_without_an_answer_leaves_it_unknown(ErrorCode code, string reason)
    {
        await using var server = new Http2Stub();
        await using var rig = await SenderRig.StartAsync(server.Url);
        var end = rig.Launch();
        var stream = await server.NextStreamAsync();
        await stream.BodyAsync();
        stream.Write(stream.Rst(code));
        var row = await end;

        Assert.Equal((Outcome.Unknown, 0, reason, 1), (row.Outcome, row.StatusCode, row.Reason, row.Attempts));
        Assert.NotEqual(0, row.Sent);
        Assert.NotNull(row.Error);
        await AssertUsableAsync(server, rig, connections: 1);
    }

    [Theory]
    [InlineData(ErrorCode.InternalError, Reasons.ConnectionReset)]
    [InlineData(ErrorCode.Cancel, Reasons.ConnectionReset)]
    [InlineData(ErrorCode.NoError, Reasons.ConnectionReset)]
    [InlineData(ErrorCode.ProtocolError, Reasons.ProtocolError)]
    [InlineData(ErrorCode.RefusedStream, Reasons.ProtocolError)]
    internal async Task A_reset_in_mid_answer_leaves_it_unknown_and_is_no_refusal(ErrorCode code, string reason)
    {
        await using var server = new Http2Stub();
        await using var rig = await SenderRig.StartAsync(server.Url);
        var end = rig.Launch();
        var stream = await server.NextStreamAsync();
        await stream.BodyAsync();
        stream.Write(stream.Headers(201), stream.Data(Created[..20], ends: false), stream.Rst(code));
        var row = await end;

        Assert.Equal((Outcome.Unknown, reason, 1), (row.Outcome, row.Reason, row.Attempts));
        Assert.Null(row.Uid);
        await AssertUsableAsync(server, rig, connections: 1);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_answer_that_is_whole_before_the_body_was_sent_counts(bool closedToo)
    {
        await using var server = new Http2Stub();
        await using var rig = await SenderRig.StartAsync(server.Url, BeyondTheWindow);
        for (var i = 0; i < 20; i++)
        {
            var end = rig.Launch();
            var stream = await server.NextStreamAsync();
            await stream.FirstDataAsync();
            byte[][] frames = [stream.Headers(403), stream.Data(Forbidden, ends: true), stream.Rst(ErrorCode.NoError)];
            stream.Write(closedToo ? [.. frames, stream.Rst(ErrorCode.StreamClosed)] : frames);
            var row = await end;

            Assert.Equal((Outcome.Rejected, 403, "Forbidden", 1), (row.Outcome, row.StatusCode, row.Reason, row.Attempts));
            Assert.Equal("configmaps is forbidden: no", row.Error);
        }

        // The bodies that were left in the middle do not show in the next.
        var whole = rig.Launch();
        var next = await server.NextStreamAsync();
        next.Write(next.WindowUpdate(BeyondTheWindow));
        using var body = JsonDocument.Parse(await next.BodyAsync());
        Assert.Equal("t1-0021", body.RootElement.GetProperty("metadata").GetProperty("name").GetString());
        Assert.Equal(BeyondTheWindow, body.RootElement.GetProperty("data").GetProperty("key1").GetString()!.Length);
        next.Answer(201, Created);
        Assert.Equal(Outcome.Succeeded, (await whole).Outcome);
        Assert.Equal(1, server.Connections);
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public async Task A_connection_that_ends_before_the_answer_is_whole_leaves_it_unknown(bool inMidAnswer, bool reset)
    {
        await using var server = new Http2Stub();
        await using var rig = await SenderRig.StartAsync(server.Url);
        var end = rig.Launch();
        var stream = await server.NextStreamAsync();
        await stream.BodyAsync();
        if (inMidAnswer) stream.Write(stream.Headers(201), stream.Data(Created[..20], ends: false));
        stream.Connection.Close(reset);
        var row = await end;

        Assert.Equal((Outcome.Unknown, Reasons.ConnectionReset, 1), (row.Outcome, row.Reason, row.Attempts));
        Assert.NotEqual(0, row.Sent);
        await AssertUsableAsync(server, rig, connections: 2);
    }

    [Fact]
    public async Task Without_an_answer_in_time_it_is_unknown_and_a_late_one_is_ignored()
    {
        await using var server = new Http2Stub();
        await using var rig = await SenderRig.StartAsync(server.Url, timeout: TimeSpan.FromMilliseconds(500));
        var end = rig.Launch();
        var stream = await server.NextStreamAsync();
        var row = await end;

        Assert.Equal((Outcome.Unknown, 0, Reasons.Timeout, 1), (row.Outcome, row.StatusCode, row.Reason, row.Attempts));
        Assert.InRange(RunClock.ToMilliseconds(row.Finished - row.Launched), 500, double.MaxValue);
        Assert.Equal(ErrorCode.Cancel, await stream.ResetAsync());
        stream.Answer(201, Created);
        await rig.CloseAsync();
        Assert.Single(rig.Records.Rows);
        Assert.Equal(1, server.Connections);
    }

    [Fact]
    public async Task What_is_cut_off_at_the_end_of_a_drain_says_so()
    {
        await using var server = new Http2Stub();
        await using var rig = await SenderRig.StartAsync(server.Url);
        var end = rig.Launch();
        await (await server.NextStreamAsync()).BodyAsync();
        rig.Sender.Abort();

        Assert.Equal((Outcome.Unknown, Reasons.Stopped), ((await end).Outcome, (await end).Reason));
    }

    [Fact]
    public async Task Without_a_server_nothing_was_sent()
    {
        string url;
        await using (var gone = new Http2Stub()) url = gone.Url;
        await using var rig = await SenderRig.StartAsync(url);
        var row = await rig.Launch();

        Assert.Equal((Outcome.NotSent, Reasons.ConnectionRefused, 0, 0L), (row.Outcome, row.Reason, row.Attempts, row.Sent));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Beyond_the_servers_streams_an_operation_waits_and_Sent_is_when_its_stream_was_granted(int streams)
    {
        await using var server = new Http2Stub(maxStreams: streams);
        await using var rig = await SenderRig.StartAsync(server.Url);
        await AssertUsableAsync(server, rig, connections: 1);
        await AssertWaitsAsync(server, rig, streams);
    }

    [Fact]
    public async Task A_limit_of_streams_that_the_server_lowers_holds_for_the_next_operation()
    {
        await using var server = new Http2Stub(maxStreams: 100);
        await using var rig = await SenderRig.StartAsync(server.Url);
        var connection = await AssertUsableAsync(server, rig, connections: 1);
        await connection.SettingsKnownAsync(1);
        await AssertWaitsAsync(server, rig, streams: 1);
    }

    [Fact]
    public async Task What_times_out_before_a_stream_was_granted_was_not_sent()
    {
        await using var server = new Http2Stub(maxStreams: 100);
        await using var rig = await SenderRig.StartAsync(server.Url, timeout: TimeSpan.FromMilliseconds(1500));
        var connection = await AssertUsableAsync(server, rig, connections: 1);
        await connection.SettingsKnownAsync(0);
        var row = await rig.Launch();

        Assert.Equal((Outcome.NotSent, 0, Reasons.Timeout, 0, 0L), (row.Outcome, row.StatusCode, row.Reason, row.Attempts, row.Sent));
        Assert.Null(server.OpenStream());
        await connection.SettingsKnownAsync(1);
        await AssertUsableAsync(server, rig, connections: 1);
    }

    private static void AssertRefused(in OperationRow row)
    {
        Assert.Equal((Outcome.Rejected, 0, Reasons.StreamRefused, 2), (row.Outcome, row.StatusCode, row.Reason, row.Attempts));
        Assert.NotEqual(0, row.Sent);
    }

    /// <summary>The handler opens a stream for its second try; the content gives it nothing, and it takes the request back.</summary>
    private static async Task AssertWithoutBodyAsync(Http2StubStream again)
    {
        Assert.NotNull(await again.ResetAsync());
        Assert.Equal(0, again.BodyLength);
    }

    /// <summary>What happened left the sender, and the connection where it was not closed, in order.</summary>
    private static async Task<Http2StubConnection> AssertUsableAsync(Http2Stub server, SenderRig rig, int connections)
    {
        var end = rig.Launch();
        var stream = await server.NextStreamAsync();
        await stream.BodyAsync();
        stream.Answer(201, Created);
        var row = await end;
        Assert.Equal((Outcome.Succeeded, "u-1", 1), (row.Outcome, row.Uid, row.Attempts));
        Assert.Equal(connections, server.Connections);
        return stream.Connection;
    }

    private static async Task AssertWaitsAsync(Http2Stub server, SenderRig rig, int streams)
    {
        List<Task<OperationRow>> sent = [];
        List<Http2StubStream> open = [];
        for (var i = 0; i < streams; i++)
        {
            sent.Add(rig.Launch());
            open.Add(await server.NextStreamAsync());
            await open[i].BodyAsync();
        }

        var waiting = rig.Launch();
        var freed = RunClock.Now;
        Assert.Null(server.OpenStream());
        open[0].Answer(201, Created);
        var granted = await server.NextStreamAsync();
        granted.Answer(201, Created);
        foreach (var each in open.Skip(1)) each.Answer(201, Created);
        var row = await waiting;

        Assert.Equal((Outcome.Succeeded, 1, streams + 1), (row.Outcome, row.Attempts, row.StreamsInFlight));
        Assert.True(row.Launched < freed && freed <= row.Sent, "sent before a stream was free");
        Assert.True(row.Sent <= row.Finished);
        foreach (var each in sent) Assert.Equal(Outcome.Succeeded, (await each).Outcome);
    }
}
