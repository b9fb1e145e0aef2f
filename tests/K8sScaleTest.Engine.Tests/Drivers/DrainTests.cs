using System.Collections.Concurrent;
using K8sScaleTest.Engine.Drivers;
using K8sScaleTest.Engine.Records;
using K8sScaleTest.Engine.Tests.Http2;

namespace K8sScaleTest.Engine.Tests.Drivers;

public sealed class DrainTests
{
    private readonly ConcurrentDictionary<string, int> _attempts = new();
    private int _inService;

    [Theory]
    [InlineData(1)]
    [InlineData(20)]
    [InlineData(1000)]
    public async Task A_server_that_takes_few_at_once_is_not_hammered_and_everything_goes(int taken)
    {
        await using var server = new Http2Stub(answer: stream => AnswerAsync(stream, taken));
        await using var rig = await SenderRig.StartAsync(server.Url, connections: 4);
        var objects = Enumerable.Range(0, 600).Select(_ => rig.NewObject()).ToList();
        var left = await DrainAsync(rig, objects, TestContext.Current.CancellationToken);
        await rig.CloseAsync();

        Assert.Empty(left);
        var rows = rig.Records.Rows;
        Assert.Equal(objects.Select(each => each.Name).Order(), rows.Where(row => row.Outcome == Outcome.Succeeded).Select(row => row.Name).Order());
        Assert.Equal(_attempts.Values.Sum(), rows.Count);
        Assert.All(rows, row => Assert.Equal((OperationKind.Delete, Phase.Drain), (row.Operation, row.Phase)));
        Assert.InRange(rows.Count, 600, 900);
        if (taken == 1000) Assert.Equal(600, rows.Count);
        else Assert.Contains(rows, row => row is { StatusCode: 429, Outcome: Outcome.Rejected });
    }

    [Fact]
    public async Task Objects_that_cannot_be_deleted_hold_up_no_other()
    {
        // A webhook's no is about the object: 400 of them, and every other one goes in the first pass.
        var deniable = true;
        await using var server = new Http2Stub(answer: stream =>
        {
            Count(stream);
            if (Volatile.Read(ref deniable) && (Number(stream) % 2) == 0) stream.Answer(500, """{"kind":"Status","reason":"InternalError","message":"denied","code":500}""");
            else stream.Answer(200);
            return Task.CompletedTask;
        });
        await using var rig = await SenderRig.StartAsync(server.Url);
        var objects = Enumerable.Range(0, 800).Select(_ => rig.NewObject()).ToList();
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var draining = DrainAsync(rig, objects, timeout.Token);
        while (_attempts.Values.Sum() < 3 * 800) await Task.Delay(10, TestContext.Current.CancellationToken);
        Volatile.Write(ref deniable, false);
        var left = await draining;

        Assert.Empty(left);
        Assert.All(objects.Where(each => (each.Sequence % 2) == 1), each => Assert.Equal(1, _attempts[each.Name]));
    }

    [Fact]
    public async Task When_the_time_is_over_it_says_what_is_left()
    {
        await using var server = new Http2Stub(answer: stream =>
        {
            Count(stream);
            if (Number(stream) <= 30) stream.Answer(200);
            return Task.CompletedTask;
        });
        await using var rig = await SenderRig.StartAsync(server.Url);
        var objects = Enumerable.Range(0, 50).Select(_ => rig.NewObject()).ToList();
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var draining = DrainAsync(rig, objects, timeout.Token);
        while (_attempts.Count < 50 || rig.Sender.InFlight > 20) await Task.Delay(10, TestContext.Current.CancellationToken);
        await timeout.CancelAsync();
        var left = await draining;

        Assert.Equal(objects.Skip(30).Select(each => each.Name), left.Select(each => each.Name).Order());
        await rig.CloseAsync();
        Assert.Equal(20, rig.Records.Rows.Count(row => row is { Outcome: Outcome.Unknown, Reason: Reasons.Stopped }));
    }

    [Fact]
    public async Task An_object_that_has_gone_by_itself_is_no_failure()
    {
        await using var server = new Http2Stub(answer: stream =>
        {
            Count(stream);
            stream.Answer(404, """{"kind":"Status","reason":"NotFound","code":404}""");
            return Task.CompletedTask;
        });
        await using var rig = await SenderRig.StartAsync(server.Url, maxInFlight: 3);
        var left = await DrainAsync(rig, [.. Enumerable.Range(0, 10).Select(_ => rig.NewObject())], TestContext.Current.CancellationToken);

        Assert.Empty(left);
        Assert.All(_attempts.Values, attempts => Assert.Equal(1, attempts));
    }

    private static Task<IReadOnlyCollection<LiveObject>> DrainAsync(SenderRig rig, IReadOnlyCollection<LiveObject> objects, CancellationToken timeout) =>
        new Drain(rig.Sender) { FirstPause = TimeSpan.FromMilliseconds(1) }.DeleteAsync(objects, timeout);

    private static int Number(Http2StubStream stream) => int.Parse(stream.Mentioned("/t1-", 4));

    private string Count(Http2StubStream stream)
    {
        var name = "t1-" + stream.Mentioned("/t1-", 4);
        _attempts.AddOrUpdate(name, 1, (_, count) => count + 1);
        return name;
    }

    /// <summary>As max-in-flight does it: what is too much is refused at once.</summary>
    private async Task AnswerAsync(Http2StubStream stream, int taken)
    {
        Count(stream);
        if (Interlocked.Increment(ref _inService) > taken)
        {
            Interlocked.Decrement(ref _inService);
            stream.Write(stream.Headers(429, "text/plain", ("retry-after", "1")), stream.Data("Too many requests", ends: true));
            return;
        }

        await Task.Delay(5);
        Interlocked.Decrement(ref _inService);
        stream.Answer(200);
    }
}
