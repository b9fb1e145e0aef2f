using System.Diagnostics;
using K8sScaleTest.Engine.Api;
using K8sScaleTest.Engine.Drivers;
using K8sScaleTest.Engine.Objects;
using K8sScaleTest.Engine.Records;
using K8sScaleTest.TestSupport;

namespace K8sScaleTest.Engine.Tests.Drivers;

/// <summary>Whole runs on a local API server: nothing here depends on how fast the machine is.</summary>
public sealed class DriverRunTests
{
    private static readonly DriverOptions Quick = new() { RunId = "t1", Rate = 500, Count = 200, MaxPopulation = 20, DataLength = 100, Seed = 7 };

    [Fact]
    public async Task Every_object_is_created_updated_and_deleted_in_this_order_and_nothing_is_left()
    {
        await using var server = await LocalApiProcess.StartAsync();
        var (records, result) = await RunAsync(server, Quick with { Updates = 2 });

        Assert.All(records.Rows, row => Assert.Equal((Outcome.Succeeded, null, 1), (row.Outcome, row.Error, row.Attempts)));
        Assert.Equal(ConnectionPool.DefaultHttp2Connections, records.Rows.Count(row => row.Phase == Phase.WarmUp));
        foreach (var life in records.Rows.Where(row => row.Phase != Phase.WarmUp).GroupBy(row => row.Sequence))
        {
            var operations = life.OrderBy(row => row.Launched).ToList();
            Assert.Equal([OperationKind.Create, OperationKind.Update, OperationKind.Update, OperationKind.Delete], operations.Select(row => row.Operation));
            Assert.Single(operations.Select(row => row.Uid).Distinct());
            Assert.Single(operations.Select(row => row.Name).Distinct());
            var born = operations[0].Finished;
            for (var i = 1; i < operations.Count; i++)
            {
                // Spread over the lifetime, and never due before the operation before it has ended.
                Assert.Equal(Math.Max(born + (Lifetime * i / 3), operations[i - 1].Finished), operations[i].Scheduled);
            }

            Assert.Equal(3, operations.Select(row => row.ResourceVersion).OfType<string>().Distinct().Count());
        }

        Assert.Equal(200, records.Of(OperationKind.Create).Count());
        Assert.Equal((0, true, false), (result.LeftBehind, result.LeftBehindKnown, result.Stopped));
        Assert.Empty(await NamesAsync(server));
    }

    [Theory]
    [InlineData(LifetimeOrigin.Schedule, 100)]
    [InlineData(LifetimeOrigin.Schedule, 600)]
    [InlineData(LifetimeOrigin.Response, 100)]
    public async Task A_lifetime_counts_from_the_creates_schedule_or_from_its_response(LifetimeOrigin origin, int latencyMs)
    {
        // At 600 ms the lifetime is over before the create is answered: the delete is then due at once.
        await using var server = await LocalApiProcess.StartAsync("--latency", $"{latencyMs}");
        var lifetime = TimeSpan.FromMilliseconds(400);
        var (records, _) = await RunAsync(server, Quick with { Count = 50, MaxPopulation = null, Lifetime = lifetime, LifetimeFrom = origin });

        var creates = records.Of(OperationKind.Create).ToDictionary(row => row.Name);
        Assert.Equal(50, creates.Count);
        Assert.All(records.Of(OperationKind.Delete), delete =>
        {
            var create = creates[delete.Name];
            var from = origin == LifetimeOrigin.Schedule ? create.Scheduled : create.Finished;
            Assert.Equal(Math.Max(from + RunClock.FromNanoseconds(lifetime.Ticks * 100), create.Finished), delete.Scheduled);
        });
        Assert.Empty(await NamesAsync(server));
    }

    [Fact]
    public async Task Creates_are_scheduled_as_the_seed_says_and_timed_in_order()
    {
        await using var server = await LocalApiProcess.StartAsync();
        var (records, _) = await RunAsync(server, Quick);

        var schedule = Quick.NewSchedule();
        var creates = records.Of(OperationKind.Create).OrderBy(row => row.Sequence).ToList();
        var start = creates[0].Scheduled - RunClock.FromNanoseconds(schedule.FirstOffsetNanoseconds);
        foreach (var create in creates)
        {
            Assert.True(schedule.TryNext(out var arrival));
            Assert.Equal(RunClock.FromNanoseconds(arrival.OffsetNanoseconds), create.Scheduled - start);
            Assert.Equal(arrival.Index + 1, create.Sequence);
        }

        Assert.All(records.Rows, row =>
        {
            Assert.True(row.Scheduled <= row.Launched, "launched before it was due");
            Assert.True(row.Launched <= row.Sent && row.Sent <= row.Finished);
        });
    }

    [Fact]
    public async Task Phases_follow_the_scheduled_time_for_every_operation_alike()
    {
        await using var server = await LocalApiProcess.StartAsync();
        var (records, _) = await RunAsync(server, Quick with { Updates = 1 });

        var creates = records.Of(OperationKind.Create).ToList();
        var first = creates.Min(row => row.Scheduled);
        var last = creates.Max(row => row.Scheduled);
        Assert.All(records.Rows.Where(row => row.Phase != Phase.WarmUp), row => Assert.Equal(
            row.Scheduled > last ? Phase.Drain : row.Scheduled < first + Lifetime ? Phase.Fill : Phase.Steady,
            row.Phase));
        Assert.Equal(4, records.Rows.Select(row => row.Phase).Distinct().Count());
    }

    [Fact]
    public async Task A_stopped_run_creates_nothing_more_and_deletes_what_lives()
    {
        await using var server = await LocalApiProcess.StartAsync();
        DriverRun? run = null;
        var stoppedAt = 0L;
        var records = new RecordList
        {
            OnTake = row =>
            {
                if (row.Sequence != 50 || stoppedAt != 0) return;
                stoppedAt = RunClock.Now;
                run!.Stop();
            },
        };
        await using var target = await TargetAsync(server);
        run = New(target, Quick with { Count = 100_000, MaxPopulation = 10_000 }, records);
        var result = await run.RunAsync();

        Assert.True(result.Stopped);
        Assert.InRange(records.Of(OperationKind.Create).Count(), 50, 5_000);
        var settled = records.Of(OperationKind.Create).Max(row => row.Launched);
        Assert.True(settled - stoppedAt < Stopwatch.Frequency, "a create was launched after the stop");
        Assert.Equal(
            records.Of(OperationKind.Create).Select(row => row.Name).Order(),
            records.Of(OperationKind.Delete).Where(row => row.Outcome == Outcome.Succeeded).Select(row => row.Name).Order());
        Assert.Empty(await NamesAsync(server));
    }

    [Fact]
    public async Task NoCleanup_leaves_what_lives_and_says_so()
    {
        await using var server = await LocalApiProcess.StartAsync();
        DriverRun? run = null;
        var records = new RecordList { OnTake = row => { if (row.Sequence == 50) run!.Stop(); } };
        await using var target = await TargetAsync(server);
        run = New(target, Quick with { Count = 100_000, MaxPopulation = 10_000, NoCleanup = true }, records);
        var result = await run.RunAsync();

        var names = await NamesAsync(server);
        Assert.Equal(records.Of(OperationKind.Create).Select(row => row.Name).Order(), names.Order());
        Assert.Equal(names.Count, result.LeftBehind);
    }

    [Fact]
    public async Task More_than_MaxInFlight_is_shed_and_recorded()
    {
        await using var server = await LocalApiProcess.StartAsync("--latency", "400");
        var (records, _) = await RunAsync(server, Quick with { MaxInFlight = 3, Connections = 1 });

        var shed = records.Of(OperationKind.Create).Where(row => row.Reason == Reasons.Shed).ToList();
        Assert.NotEmpty(shed);
        Assert.All(shed, row => Assert.Equal((Outcome.NotSent, 0L, 0), (row.Outcome, row.Sent, row.Attempts)));
        Assert.Equal(200, records.Of(OperationKind.Create).Count());
        Assert.Equal(
            records.Of(OperationKind.Create).Count(row => row.Outcome == Outcome.Succeeded),
            records.Of(OperationKind.Delete).Count(row => row.Outcome == Outcome.Succeeded));
        Assert.Empty(await NamesAsync(server));
    }

    [Fact]
    public async Task What_times_out_is_unknown_its_object_is_deleted_all_the_same_and_nothing_is_left()
    {
        // One at a time, 300 ms each: 20 creates at once wait up to 6 s for their turn, and only the first half get it in time. The time-out is also that of
        // the checks before the load, which a busy machine must not miss.
        await using var server = await LocalApiProcess.StartAsync("--concurrency", "1", "--latency", "300");
        var (records, result) = await RunAsync(server, Quick with { Count = 20, RequestTimeout = TimeSpan.FromSeconds(3), Connections = 1 });

        var timedOut = records.Of(OperationKind.Create).Where(row => row.Reason == Reasons.Timeout).ToList();
        Assert.NotEmpty(timedOut);
        Assert.All(timedOut, row =>
        {
            Assert.Equal((Outcome.Unknown, 0), (row.Outcome, row.StatusCode));
            Assert.InRange(RunClock.ToMilliseconds(row.Finished - row.Launched), 3_000, 10_000);
        });
        Assert.All(timedOut, create => Assert.Contains(records.Of(OperationKind.Delete), delete => delete.Sequence == create.Sequence));
        Assert.Equal(0, result.LeftBehind);
        Assert.Empty(await NamesAsync(server));
    }

    [Fact]
    public async Task A_run_ID_that_is_taken_is_refused_before_any_load()
    {
        await using var server = await LocalApiProcess.StartAsync();
        await using var target = await TargetAsync(server);
        DriverRun? first = null;
        first = New(target, Quick with { NoCleanup = true }, new RecordList { OnTake = row => { if (row.Sequence == 1) first!.Stop(); } });
        await first.RunAsync();
        var before = await NamesAsync(server);

        var records = new RecordList();
        var error = await Assert.ThrowsAsync<RunIdTakenException>(() => New(target, Quick, records).RunAsync());

        Assert.Contains("'t1' is taken", error.Message);
        Assert.Empty(records.Rows);
        Assert.Equal(before, await NamesAsync(server));
    }

    [Fact]
    public async Task A_name_that_comes_to_exist_meanwhile_stops_the_run_and_what_it_made_is_deleted()
    {
        await using var server = await LocalApiProcess.StartAsync();
        await using var target = await TargetAsync(server);
        using (var client = new ApiClient(target, System.Net.HttpVersion.Version20, "test", TimeSpan.FromSeconds(10)))
        {
            // Same name, but not found by the run's labels: only the create itself can notice.
            await client.SendAsync(HttpMethod.Post, "/api/v1/namespaces/scaletest/configmaps", """{"metadata":{"name":"t1-030"}}"""u8.ToArray(), "application/json", TestContext.Current.CancellationToken);
        }

        var records = new RecordList();
        await Assert.ThrowsAsync<RunIdTakenException>(() => New(target, Quick, records).RunAsync());

        Assert.Contains(records.Of(OperationKind.Create), row => row is { StatusCode: 409, Outcome: Outcome.Rejected, Name: "t1-030" });
        Assert.Equal(["t1-030"], await NamesAsync(server));
    }

    [Fact]
    public async Task A_fault_of_the_consumer_ends_the_run_and_nothing_is_left()
    {
        await using var server = await LocalApiProcess.StartAsync();
        await using var target = await TargetAsync(server);
        var records = new RecordList { OnTake = row => { if (row.Sequence == 20) throw new IOException("No space left on device"); } };

        var error = await Assert.ThrowsAsync<IOException>(() => New(target, Quick, records).RunAsync());

        Assert.Equal("No space left on device", error.Message);
        Assert.Empty(await NamesAsync(server));
    }

    [Fact]
    public async Task Workers_share_one_schedule_and_their_objects_together_are_the_whole_run()
    {
        await using var server = await LocalApiProcess.StartAsync();
        var options = Quick with { Count = 60, Workers = 3 };
        var runs = await Task.WhenAll(Enumerable.Range(0, 3).Select(worker => RunAsync(server, options with { Worker = worker })));

        var names = runs.SelectMany(run => run.Records.Of(OperationKind.Create)).Select(row => row.Name).ToList();
        Assert.Equal(Enumerable.Range(1, 60).Select(i => $"t1-{i:00}"), names.Order());
        Assert.All(runs, run => Assert.Equal(20, run.Records.Of(OperationKind.Create).Count()));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public async Task Full_speed_keeps_n_going_sheds_nothing_and_deletes_the_oldest(int updates)
    {
        await using var server = await LocalApiProcess.StartAsync();
        var (records, result) = await RunAsync(server, Quick with { Mode = RunMode.FullSpeed, MaxInFlight = 8, Count = 500, Updates = updates });

        Assert.All(records.Rows, row => Assert.Equal(Outcome.Succeeded, row.Outcome));
        Assert.All(records.Rows, row => Assert.Equal(row.Scheduled, row.Launched));
        Assert.Equal(500, records.Of(OperationKind.Create).Count());
        Assert.Equal(500 * updates, records.Of(OperationKind.Update).Count());
        Assert.Equal(500, records.Of(OperationKind.Delete).Select(row => row.Name).Distinct().Count());
        Assert.InRange(result.Health.Counters["PeakPopulation"], 20, 20 + (8 * 2));
        Assert.Empty(await NamesAsync(server));
    }

    [Theory]
    [InlineData("2.0")]
    [InlineData("1.1")]
    public async Task Both_versions_of_HTTP_drive_Flunders_through_the_version_asked_for(string version)
    {
        await using var server = await LocalApiProcess.StartAsync();
        await using var target = await TargetAsync(server);
        var options = Quick with { HttpVersion = Version.Parse(version), Connections = 2, Updates = 1, Count = 50 };
        using var client = new ApiClient(target, options.HttpVersion, "test", TimeSpan.FromSeconds(10));
        var resource = await ApiDiscovery.FindAsync(client, "flunders", ["wardle.example.com"], "v1beta1", CancellationToken.None);
        var identity = new ObjectIdentity(options.RunId, 0, options.Namespace, options.NameDigits);
        var records = new RecordList();

        await new DriverRun(options, target, ObjectTemplate.Flunder(resource, identity, 10), identity, records).RunAsync();

        Assert.All(records.Rows, row => Assert.Equal((Outcome.Succeeded, (string?)null), (row.Outcome, row.Error)));
        Assert.Equal(150, records.Rows.Count(row => row.Phase != Phase.WarmUp));
        Assert.All(records.Rows, row => Assert.Equal("flunders.wardle.example.com", row.Run.Resource));
    }

    private static long Lifetime => RunClock.FromNanoseconds(Quick.EffectiveLifetime.Ticks * 100);

    private static async Task<(RecordList Records, DriverResult Result)> RunAsync(LocalApiProcess server, DriverOptions options)
    {
        await using var target = await TargetAsync(server);
        var records = new RecordList();
        return (records, await New(target, options, records).RunAsync());
    }

    private static DriverRun New(ApiTarget target, DriverOptions options, RecordList records)
    {
        var (template, identity) = Template(options);
        return new(options, target, template, identity, records);
    }

    private static (ObjectTemplate Template, ObjectIdentity Identity) Template(DriverOptions options)
    {
        var identity = new ObjectIdentity(options.RunId, options.Worker, options.Namespace, options.NameDigits);
        return (ObjectTemplate.ConfigMap(identity, options.DataLength), identity);
    }

    private static Task<ApiTarget> TargetAsync(LocalApiProcess server) =>
        ApiTarget.ResolveAsync(new() { Kubeconfig = server.Kubeconfig }, TestContext.Current.CancellationToken);

    private static async Task<List<string>> NamesAsync(LocalApiProcess server)
    {
        await using var target = await TargetAsync(server);
        using var client = new ApiClient(target, System.Net.HttpVersion.Version20, "test", TimeSpan.FromSeconds(10));
        using var list = await client.GetAsync("/api/v1/namespaces/scaletest/configmaps", TestContext.Current.CancellationToken);
        return [.. list.RootElement.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("metadata").GetProperty("name").GetString()!)];
    }
}
