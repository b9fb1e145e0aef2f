using K8sScaleTest.Engine.Observers.Watches;
using K8sScaleTest.Engine.Records;
using K8sScaleTest.Engine.Tests.Api;
using K8sScaleTest.Engine.Tests.Informers;
using static K8sScaleTest.Engine.Tests.Api.Streams.ObjectText;

namespace K8sScaleTest.Engine.Tests.Observers;

/// <summary>One watcher and a fake server: what no server here does by itself.</summary>
public sealed class WatcherTests
{
    [Fact]
    public async Task A_server_that_never_says_that_the_initial_events_are_all_is_listed_from_then_on()
    {
        var server = new FakeServer();
        server.Watch().Send(Event("ADDED", ConfigMap("a", 3)));
        server.List(10, ["a@3"]);
        server.Watch().Send(Event("MODIFIED", ConfigMap("a", 11)));
        var rows = new WatchRowList();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        using var records = new RecordStream<WatchRow>(rows);
        records.Start();
        var options = new WatchOptions { RunId = "w1", WatchList = true, StopOnError = true, InitialEventsPatience = TimeSpan.FromMilliseconds(200) };
        var context = new WatchContext(options, new("w1", "configmaps", "here", new()), records);
        var watching = new Watcher(context, server, 0, 0).RunAsync(stop.Token);

        await server.ExpectAsync("watchlist ''", "list '' limit 500", "watch '10'");
        await Wait.UntilAsync(() => context.Counts.Events == 1, "the event after the list");
        await stop.CancelAsync();
        await watching;
        records.Close();
        await records.Completion;

        var given = rows.Of(WatchRecordKind.Window).First().Outcome!;
        Assert.Equal(("Stalled", "Timeout"), (given.End, given.Reason));
        Assert.Contains("does not know sendInitialEvents", given.Error, StringComparison.Ordinal);
        Assert.Equal(TimeSpan.Zero, given.Backoff);

        // It is no fault, and ends no run that is to end with one.
        Assert.Equal((0L, false), (context.Counts.Errors, context.Failure.Task.IsCompleted));

        // What a WatchList that never ended told was no event.
        Assert.Single(rows.Rows, row => row.Outcome is null);
        Assert.Empty(rows.Of(WatchRecordKind.WatchList));
    }
}
