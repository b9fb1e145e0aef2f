using K8sScaleTest.Engine.Api;
using K8sScaleTest.Engine.Drivers;
using K8sScaleTest.Engine.Objects;
using K8sScaleTest.Engine.Records;
using K8sScaleTest.Engine.Tests.Http2;

namespace K8sScaleTest.Engine.Tests.Drivers;

/// <summary>Whole runs on a server whose answers are lost, or never come: what a run may then believe, and how it ends.</summary>
public sealed class UncertainRunTests
{
    private const string Created = """{"kind":"ConfigMap","metadata":{"name":"x","uid":"u-1","resourceVersion":"42"}}""";
    private const string NotFound = """{"kind":"Status","reason":"NotFound","message":"configmaps not found","code":404}""";
    private const string EmptyList = """{"kind":"List","metadata":{},"items":[]}""";
    private static readonly DriverOptions Quick = new() { RunId = "t1", Rate = 500, Count = 3, MaxPopulation = 1, DataLength = 10, Seed = 7, Connections = 1 };

    [Fact]
    public async Task A_stop_while_the_connections_are_being_opened_awaits_no_answer()
    {
        var opening = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = new Http2Stub(answer: stream =>
        {
            if (stream.Mentions("dryRun=All")) opening.TrySetResult();
            else Read(stream);
            return Task.CompletedTask;
        });
        var records = new RecordList();
        await using var target = await TargetAsync(server);
        await using var run = New(target, Quick, records);
        var running = run.RunAsync();
        await opening.Task.WaitAsync(TestContext.Current.CancellationToken);
        run.Stop();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        Assert.Empty(records.Rows);
    }

    [Fact]
    public async Task A_stop_after_the_end_does_nothing()
    {
        await using var server = new Http2Stub(answer: AnswerAsync);
        await using var target = await TargetAsync(server);
        var run = New(target, Quick, new RecordList());
        await run.RunAsync();
        await run.DisposeAsync();
        run.Stop();
    }

    [Fact]
    public async Task A_request_that_hangs_does_not_keep_a_stopped_run_from_deleting_the_other_objects()
    {
        await using var server = new Http2Stub(answer: async stream =>
        {
            if (stream.Mentions("configmaps?fieldManager"))
            {
                var body = await stream.BodyAsync();
                if (body.Contains("\"t1-000003\"", StringComparison.Ordinal)) return;

                // Under way when the run is stopped, and answered only when the idle objects are gone.
                if (body.Contains("\"t1-00005", StringComparison.Ordinal)) await Task.Delay(500);
            }

            await AnswerAsync(stream);
        });
        DriverRun? run = null;
        var records = new RecordList { OnTake = row => { if (row.Sequence == 49) run!.Stop(); } };
        await using var target = await TargetAsync(server);
        await using (run = New(target, Quick with { Count = 100_000, MaxPopulation = 10_000, DrainTimeout = TimeSpan.FromSeconds(5) }, records))
        {
            var result = await run.RunAsync();
            Assert.Equal((true, 0, true), (result.Stopped, result.LeftBehind, result.LeftBehindKnown));
        }

        var hung = Assert.Single(records.Rows, row => row.Outcome != Outcome.Succeeded);
        Assert.Equal((OperationKind.Create, "t1-000003", Outcome.Unknown, Reasons.Stopped), (hung.Operation, hung.Name, hung.Outcome, hung.Reason));
        Assert.Equal(
            records.Of(OperationKind.Create).Select(row => row.Name).Where(name => name != hung.Name).Order(),
            records.Of(OperationKind.Delete).Select(row => row.Name).Order());
    }

    [Fact]
    public async Task What_finds_nothing_after_a_lost_answer_was_to_be_expected_until_something_was_found()
    {
        var deletes = 0;
        await using var server = new Http2Stub(answer: async stream =>
        {
            var body = await stream.BodyAsync();
            if (stream.Mentions("configmaps?fieldManager") && !body.Contains("\"t1-2\"", StringComparison.Ordinal)) stream.Write(stream.Rst(ErrorCode.Cancel)); // 1 and 3 are created, or not
            else if (stream.Mentions("/t1-1")) stream.Answer(404, NotFound); // 1 was not
            else if (stream.Mentions("/t1-2") && !stream.Mentions("fieldManager") && ++deletes == 1) stream.Write(stream.Rst(ErrorCode.Cancel)); // 2 is deleted, but who knows
            else if (stream.Mentions("/t1-2") && !stream.Mentions("fieldManager")) stream.Answer(404, NotFound);
            else if (stream.Mentions("/t1-3") && !stream.Mentions("fieldManager")) stream.Answer(404, NotFound); // 3 was updated, and then somebody else deleted it
            else await AnswerAsync(stream);
        });
        var records = new RecordList();
        await using var target = await TargetAsync(server);
        await using var run = New(target, Quick with { Updates = 1 }, records);
        var result = await run.RunAsync();

        Assert.Equal(
            [(OperationKind.Create, Outcome.Unknown, Reasons.ConnectionReset), (OperationKind.Update, Outcome.Rejected, Reasons.ExpectedNotFound), (OperationKind.Delete, Outcome.Rejected, Reasons.ExpectedNotFound)],
            LifeOf(1));
        Assert.Equal(
            [(OperationKind.Create, Outcome.Succeeded, null), (OperationKind.Update, Outcome.Succeeded, null), (OperationKind.Delete, Outcome.Unknown, Reasons.ConnectionReset), (OperationKind.Delete, Outcome.Rejected, Reasons.ExpectedNotFound)],
            LifeOf(2));
        Assert.Equal(
            [(OperationKind.Create, Outcome.Unknown, Reasons.ConnectionReset), (OperationKind.Update, Outcome.Succeeded, null), (OperationKind.Delete, Outcome.Rejected, "NotFound")],
            LifeOf(3));
        Assert.Equal((0, true), (result.LeftBehind, result.LeftBehindKnown));
        Assert.Equal(4, run.Progress.Failed);

        IEnumerable<(OperationKind, Outcome, string?)> LifeOf(int sequence) =>
            records.Rows.Where(row => row.Sequence == sequence).OrderBy(row => row.Launched).Select(row => (row.Operation, row.Outcome, row.Reason));
    }

    [Fact]
    public async Task Who_may_not_list_drives_all_the_same_and_is_told_what_nobody_knows()
    {
        await using var server = new Http2Stub(answer: async stream =>
        {
            if (stream.Mentions("labelSelector")) stream.Answer(403, """{"kind":"Status","reason":"Forbidden","message":"cannot list resource \"configmaps\"","code":403}""");
            else await AnswerAsync(stream);
        });
        var records = new RecordList();
        await using var target = await TargetAsync(server);
        await using var run = New(target, Quick, records);
        var result = await run.RunAsync();

        Assert.Equal(3, records.Of(OperationKind.Delete).Count(row => row.Outcome == Outcome.Succeeded));
        Assert.Contains("cannot list", run.RunIdFault, StringComparison.Ordinal);
        Assert.Contains("cannot list", result.LeftBehindFault, StringComparison.Ordinal);
        Assert.DoesNotContain("LeftBehind", result.Health.Counters.Keys);
    }

    /// <summary>As a server that works answers.</summary>
    private static async Task AnswerAsync(Http2StubStream stream)
    {
        if (Read(stream)) return;
        await stream.BodyAsync();
        stream.Answer(stream.Mentions("configmaps?") ? 201 : 200, Created);
    }

    /// <summary>Answers what only looks: whether the namespace exists, whether objects do.</summary>
    private static bool Read(Http2StubStream stream)
    {
        if (stream.Mentions("labelSelector")) stream.Answer(200, EmptyList);
        else if (!stream.Mentions("/configmaps")) stream.Answer(200);
        else return false;
        return true;
    }

    private static Task<ApiTarget> TargetAsync(Http2Stub server) => ApiTarget.ResolveAsync(
        new() { Server = server.Url, Environment = new() { Variable = _ => null, HomeFolder = "" } }, TestContext.Current.CancellationToken);

    private static DriverRun New(ApiTarget target, DriverOptions options, RecordList records)
    {
        var identity = new ObjectIdentity(options.RunId, options.Worker, options.Namespace, options.NameDigits);
        return new(options, target, ObjectTemplate.ConfigMap(identity, options.DataLength), identity, records);
    }
}
