using System.Management.Automation;
using K8sScaleTest.TestSupport;

namespace K8sScaleTest.Tests.LocalApi;

/// <summary>
/// Set-, Get- and Clear-LocalApiFault and Get-LocalApiLedger, as a session has them. Named no server, they speak of the only one of the process: no test
/// that has one of its own may run beside them.
/// </summary>
[Collection(nameof(OnlyServer))]
public sealed class LocalApiFaultTests : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(120);
    private readonly ModuleSession _session = new();

    public LocalApiFaultTests() => _session.Run("$server = Start-LocalApiServer");

    public void Dispose()
    {
        _session.Run("Stop-LocalApiServer");
        _session.Dispose();
    }

    [Fact]
    public void A_fault_is_ordered_shown_and_taken_back()
    {
        var set = _session.Run("$fault = $server | Set-LocalApiFault -Verb create -Resource configmaps -Latency 50ms -Probability 0.5 -Seed 7 -Count 9 -For 10m; $fault").Single();

        Assert.Empty(_session.Errors);
        Assert.Equal(
            ("Latency", "50 ms", "Active", "create", "configmaps", 0.5, 7UL, 9L),
            (set.Properties["Action"].Value, set.Properties["Detail"].Value, set.Properties["State"].Value, set.Properties["Verb"].Value, set.Properties["Resource"].Value,
                set.Properties["Probability"].Value, set.Properties["Seed"].Value, set.Properties["Count"].Value));
        Assert.InRange((TimeSpan)set.Properties["Remaining"].Value, TimeSpan.FromMinutes(9), TimeSpan.FromMinutes(10));
        Assert.Equal(set.Properties["Id"].Value, _session.Run("Get-LocalApiFault").Single().Properties["Id"].Value);
        _session.Run("$fault | Clear-LocalApiFault");
        Assert.Empty(_session.Errors);
        Assert.Empty(_session.Run("Get-LocalApiFault"));
        _session.Run("Clear-LocalApiFault -FaultId 99");
        Assert.Equal("LocalApiControlFailed,K8sScaleTest.ClearLocalApiFaultCommand", _session.Errors.Single().FullyQualifiedErrorId);
    }

    [Theory]
    [InlineData("")]
    [InlineData("-OutFile $file")]
    public void A_run_of_which_nothing_succeeds_is_an_error_of_the_driver(string parameters)
    {
        using var folder = new TemporaryFolder();
        var setUp = _session.Run("$null = $server | Set-LocalApiFault -Verb create -Resource configmaps -Skip $skip -StatusCode 403", ("skip", 4));
        Assert.Empty(setUp);
        _session.Run($"$null = $server | Start-ConfigMapDriver -Rate 50 -Count 20 -MaxPopulation 10 -RunId all-failed {parameters}", ("file", folder.File("run.csv")));
        var error = Assert.Single(_session.Errors);
        Assert.Equal("AllOperationsFailed,K8sScaleTest.StartConfigMapDriverCommand", error.FullyQualifiedErrorId);
        Assert.Equal("None of the 20 operations of run all-failed succeeded; their records say why.", error.Exception.Message);
    }

    [Theory]
    [InlineData("-LatencyFrom 1ms -LatencyTo 2ms", "Latency", "Uniform from 1 ms, to 2 ms")]
    [InlineData("-LatencyMean 5ms -AfterCommit", "Latency", "Exponential mean 5 ms")]
    [InlineData("-LatencyMedian 5ms -LatencySigma 0.5", "Latency", "LogNormal median 5 ms, sigma 0.5")]
    [InlineData("-LatencyMix @{ Weight = 99; Latency = '5ms' }, @{ Weight = 1; Median = 500ms; Sigma = 1 }", "Latency", "Mix of 99 x 5 ms and 1 x LogNormal median 500 ms, sigma 1")]
    [InlineData("-StatusCode 429 -RetryAfter 3s -Every 2 -Skip 1", "Status", "429, Retry-After 3")]
    [InlineData("-NoAnswer -Name a*", "NoAnswer", "")]
    [InlineData("-Reset -AfterCommit", "Reset", "AfterCommit")]
    [InlineData("-GoAway", "GoAway", "")]
    [InlineData("-RefuseStream -UserAgent '*curl*'", "RefuseStream", "")]
    [InlineData("-RefuseConnection -For 1ms", "RefuseConnection", "")]
    [InlineData("-CutWatch End", "CutWatch", "End")]
    [InlineData("-CutWatch MidLine -EventType DELETED", "CutWatch", "DELETED, MidLine")]
    [InlineData("-CutWatch Reset -Now", "CutWatch", "Reset, now")]
    [InlineData("-StallWatch 5s", "StallWatch", "5000 ms")]
    [InlineData("-BytesPerSecond 1000", "SlowWatch", "1000 bytes/s")]
    [InlineData("-EventsPerSecond 0.5", "SlowWatch", "0.5 events/s")]
    [InlineData("-LoseEvent -ForAll", "LoseEvent", "All")]
    [InlineData("-DoubleEvent", "DoubleEvent", "")]
    [InlineData("-ReorderEvent", "ReorderEvent", "")]
    [InlineData("-ErrorEvent", "ErrorEvent", "")]
    [InlineData("-ErrorEvent -Now", "ErrorEvent", "now")]
    [InlineData("-ErrorEvent -ErrorCode 429 -Every 5", "ErrorEvent", "429")]
    [InlineData("-Compact -Resource configmaps", "Compact", "")]
    [InlineData("-ClockSkew -5m", "ClockSkew", "-300000 ms")]
    public void Each_fault_has_its_parameters(string parameters, string action, string detail)
    {
        // A duration with a unit is a word, not a number, in a hashtable too.
        var fault = _session.Run($"$server | Set-LocalApiFault {parameters.Replace("500ms", "'500ms'", StringComparison.Ordinal)}").SingleOrDefault();

        Assert.Empty(_session.Errors);
        Assert.Contains(action, (string)fault!.Properties["Action"].Value, StringComparison.Ordinal);
        Assert.Contains(detail, (string)fault.Properties["Detail"].Value, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("-Latency 5ms -StatusCode 500", "AmbiguousParameterSet")]
    [InlineData("-RefuseStream -AfterCommit", "AmbiguousParameterSet")]
    [InlineData("-LoseEvent -Now", "AmbiguousParameterSet")]
    [InlineData("-CutWatch End -Now -Count 3", "LocalApiControlFailed")]
    [InlineData("-Compact -Probability 0.5", "AmbiguousParameterSet")]
    [InlineData("-StatusCode 200", "ParameterArgumentValidationError")]
    [InlineData("-ErrorEvent -ErrorCode 200", "ParameterArgumentValidationError")]
    [InlineData("-Verb write -NoAnswer", "ParameterArgumentValidationError")]
    [InlineData("-LatencyFrom 5ms -LatencyTo 1ms", "LocalApiControlFailed")]
    [InlineData("-LatencyMix @{ Latency = 5 }", "InvalidLocalApiFault")]
    [InlineData("-LatencyMix @{ Weight = 1; Colour = 5 }", "InvalidLocalApiFault")]
    [InlineData("-Compact -Resource unicorns", "LocalApiControlFailed")]
    [InlineData("-RestoreTo 999999", "LocalApiControlFailed")]
    public void What_makes_no_sense_is_an_error_and_orders_nothing(string parameters, string error)
    {
        _session.Run($"$server | Set-LocalApiFault {parameters}");

        Assert.Contains(_session.Errors, e => e.FullyQualifiedErrorId.StartsWith(error, StringComparison.Ordinal));
        Assert.Empty(_session.Run("Get-LocalApiFault"));
    }

    [Fact]
    public void WhatIf_orders_and_clears_nothing()
    {
        Assert.Empty(_session.Run("$server | Set-LocalApiFault -NoAnswer -WhatIf; Get-LocalApiFault"));
        _session.Run("$null = $server | Set-LocalApiFault -GoAway; Clear-LocalApiFault -WhatIf");
        Assert.Single(_session.Run("Get-LocalApiFault"));
    }

    [Fact]
    public void Without_a_server_or_with_two_or_a_foreign_kubeconfig_the_error_says_what_to_do()
    {
        _session.Run("$other = Start-LocalApiServer; Get-LocalApiFault");
        Assert.Contains("2 local API servers run", _session.Errors.Single().Exception.Message, StringComparison.Ordinal);
        _session.Run("Stop-LocalApiServer; Get-LocalApiFault");
        Assert.Contains("No local API server runs", _session.Errors.Single().Exception.Message, StringComparison.Ordinal);
        _session.Run("Get-LocalApiFault -Kubeconfig $Path", ("Path", ModuleSession.ManifestPath));
        Assert.Contains("is not that of a local API server's administrator", _session.Errors.Single().Exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_outcomes_of_a_driver_are_those_of_the_ledger_and_nothing_stays_behind()
    {
        // The first creates are the driver's own trials.
        var records = _session.Run("""
            $null = $server | Set-LocalApiFault -Verb create -StatusCode 429 -Skip 50 -Every 10
            $null = $server | Set-LocalApiFault -Verb create -Reset -AfterCommit -Skip 52 -Every 11
            $null = $server | Set-LocalApiFault -Verb create -StatusCode 500 -AfterCommit -Skip 54 -Every 12
            $null = $server | Set-LocalApiFault -LatencyFrom 0ms -LatencyTo 10ms -Seed 3
            $server | Start-ConfigMapDriver -Rate 300 -Count 300 -MaxPopulation 30
            """);
        Assert.Empty(_session.Errors);
        var creates = records.Where(r => Text(r, "Operation") == "Create" && Text(r, "Phase") != "WarmUp").ToArray();
        var ledger = _session.Run("$server | Get-LocalApiLedger -Resource configmaps").ToArray();
        var told = ledger.Where(r => Text(r, "Verb") == "create" && Text(r, "UserAgent").Length > 0).ToArray();

        Assert.Equal(300, creates.Length);
        Assert.Equal(told.Count(r => Text(r, "StatusCode") == "429"), creates.Count(r => Text(r, "Outcome") == "Rejected" && Text(r, "StatusCode") == "429"));
        Assert.Equal(told.Count(r => Text(r, "StatusCode") == "500"), creates.Count(r => Text(r, "Outcome") == "Unknown" && Text(r, "StatusCode") == "500"));
        Assert.Equal(told.Count(r => Text(r, "End") == "Reset"), creates.Count(r => Text(r, "Outcome") == "Unknown" && Text(r, "StatusCode").Length == 0));
        Assert.All(new[] { "Rejected", "Unknown" }, outcome => Assert.Contains(creates, r => Text(r, "Outcome") == outcome));
        // What succeeded took effect, under the resourceVersion that the record has.
        var committed = told.Where(r => Text(r, "Name").Length > 0).ToDictionary(r => Text(r, "Name"), r => Text(r, "ResourceVersion"));
        Assert.All(creates.Where(r => Text(r, "Outcome") == "Succeeded"), r => Assert.Equal(committed[Text(r, "Name")], Text(r, "ResourceVersion")));
        Assert.All(creates.Where(r => Text(r, "Outcome") == "Unknown"), r => Assert.Contains(Text(r, "Name"), committed.Keys));
        Assert.All(creates.Where(r => Text(r, "Outcome") == "Rejected"), r => Assert.DoesNotContain(Text(r, "Name"), committed.Keys));
        var events = _session.Run("$server | Get-LocalApiLedger -Event -Resource configmaps");
        Assert.Equal(Keys("ADDED"), Keys("DELETED"));
        Assert.Equal(committed.Count, Keys("ADDED").Length);

        string[] Keys(string type) => [.. events.Where(e => Text(e, "Type") == type).Select(e => Text(e, "Key")).Order(StringComparer.Ordinal)];
    }

    [Fact]
    public void A_stream_that_was_refused_is_Rejected_after_two_attempts_and_had_no_effect()
    {
        var records = _session.Run("$null = $server | Set-LocalApiFault -Verb create -RefuseStream -Skip 50 -Every 20 -Count 5; $server | Start-ConfigMapDriver -Rate 200 -Count 200 -MaxPopulation 30");
        Assert.Empty(_session.Errors);
        var told = _session.Run("$server | Get-LocalApiLedger -Resource configmaps").Where(r => Text(r, "Verb") == "create").ToArray();
        var refused = records.Where(r => Text(r, "Reason") == "StreamRefused").ToArray();

        Assert.Equal(5, told.Count(r => Text(r, "End") == "Refused"));
        // The attempt that the HTTP library makes by itself may be refused in its turn.
        Assert.InRange(refused.Length, 1, 5);
        Assert.All(refused, r => Assert.Equal(("Create", "Rejected", "2"), (Text(r, "Operation"), Text(r, "Outcome"), Text(r, "Attempts"))));
        Assert.All(refused, r => Assert.DoesNotContain(told, t => Text(t, "Name") == Text(r, "Name")));
        Assert.Equal(200 - refused.Length, records.Count(r => Text(r, "Operation") == "Create" && Text(r, "Phase") != "WarmUp" && Text(r, "Outcome") == "Succeeded"));
    }

    [Fact]
    public async Task What_a_watch_received_of_lost_doubled_and_late_events_is_what_the_ledger_says()
    {
        var kubeconfig = _session.Run("""
            $null = $server | Set-LocalApiFault -Resource configmaps -LoseEvent -Probability 0.2 -Seed 5
            $null = $server | Set-LocalApiFault -Resource configmaps -DoubleEvent -Probability 0.2 -Seed 6
            $null = $server | Set-LocalApiFault -Resource configmaps -ReorderEvent -Probability 0.2 -Seed 7
            $null = $server | Set-LocalApiFault -Resource configmaps -LoseEvent -ForAll -Every 10
            $server.Kubeconfig
            """).Single().ToString();
        using var other = new ModuleSession();
        using var script = other.Start("Invoke-ConfigMapWatch -Kubeconfig $Kubeconfig -Watchers 2 -TimeoutSeconds 300", ("Kubeconfig", kubeconfig));
        await UntilAsync(() => _session.Run("$server | Get-LocalApiLedger -Watch -Resource configmaps | Where-Object End -EQ Open").Count == 2);
        _session.Run("$null = $server | Start-ConfigMapDriver -Rate 300 -Count 60 -MaxPopulation 10");

        await UntilAsync(() => Received().SequenceEqual(Told()), () => $"Received {string.Join(' ', Received())}, told {string.Join(' ', Told())}, {string.Join("; ", script.Errors)}, {string.Join("; ", _session.Errors)}");

        Assert.Empty(_session.Errors);
        var results = Deliveries().Select(d => Text(d, "Result")).ToHashSet();
        Assert.All(new[] { "Delivered", "Lost", "Doubled", "Reordered" }, result => Assert.Contains(result, results));
        Assert.Equal("1,2,3,4", string.Join(',', _session.Run("$server | Get-LocalApiLedger -Watch -Resource configmaps").SelectMany(w => Text(w, "Fault").Split(',', StringSplitOptions.RemoveEmptyEntries)).Distinct().Order(StringComparer.Ordinal)));
        await script.StopAsync();

        // A copy: to enumerate what still grows waits for its end.
        string[] Received() => [.. script.Output.ToArray().Where(r => Text(r, "Type") is "Added" or "Deleted").Select(r => Text(r, "Type").ToUpperInvariant() + Text(r, "ResourceVersion")).Order(StringComparer.Ordinal)];
        IReadOnlyList<PSObject> Deliveries() => _session.Run("$server | Get-LocalApiLedger -Delivery -Resource configmaps");
        IEnumerable<string> Told() => Deliveries().Where(d => Text(d, "Result") is "Delivered" or "Doubled" or "Reordered")
            .SelectMany(d => Enumerable.Repeat(Text(d, "Type") + Text(d, "ResourceVersion"), Text(d, "Result") == "Doubled" ? 2 : 1)).Order(StringComparer.Ordinal);
        static async Task UntilAsync(Func<bool> reached, Func<string>? otherwise = null)
        {
            var clock = System.Diagnostics.Stopwatch.StartNew();
            while (!reached())
            {
                if (clock.Elapsed > Limit) Assert.Fail(otherwise?.Invoke() ?? "The watches did not open.");
                await Task.Delay(50, TestContext.Current.CancellationToken);
            }
        }
    }

    [Fact]
    public void A_restore_takes_the_resourceVersion_back_and_says_from_where_and_when()
    {
        var restored = _session.Run("""
            $null = $server | Start-ConfigMapDriver -Rate 300 -Count 20 -MaxPopulation 5
            $before = @($server | Get-LocalApiLedger -Event -Resource configmaps)
            $server | Set-LocalApiFault -RestoreTo $before[5].ResourceVersion
            """).Single();
        Assert.Empty(_session.Errors);
        var wanted = (long)_session.Run("$before[5].ResourceVersion").Single().BaseObject;

        Assert.Equal(("Restore", "Spent", $"to {wanted}"), (Text(restored, "Action"), Text(restored, "State"), Text(restored, "Detail")));
        Assert.EndsWith($" to {wanted}", Text(restored, "Result"), StringComparison.Ordinal);
        var next = _session.Run("$null = $server | Start-ConfigMapDriver -Rate 300 -Count 5 -MaxPopulation 5; $server | Get-LocalApiLedger -Event -Resource configmaps -From 40")[0];
        Assert.Equal(wanted + 1, (long)next.Properties["ResourceVersion"].Value);
        // The ledger's own numbers and times go on.
        Assert.True((long)next.Properties["CommittedNanoseconds"].Value > (long)restored.Properties["OrderedNanoseconds"].Value);
        Assert.True((long)restored.Properties["OrderedNanoseconds"].Value > (long)_session.Run("$before[-1].CommittedNanoseconds").Single().BaseObject);
    }

    [Fact]
    public void The_service_times_of_a_driver_hold_the_latencies_of_the_ledger()
    {
        var records = _session.Run("$null = $server | Set-LocalApiFault -Verb create -LatencyMean 8ms -Seed 9; $server | Start-ConfigMapDriver -Rate 100 -Count 100 -MaxPopulation 20");
        Assert.Empty(_session.Errors);
        var told = _session.Run("$server | Get-LocalApiLedger -Resource configmaps").Where(r => Text(r, "Verb") == "create" && Text(r, "Name").Length > 0).ToDictionary(r => Text(r, "Name"));
        var creates = records.Where(r => Text(r, "Operation") == "Create" && Text(r, "Phase") != "WarmUp").ToArray();

        Assert.Equal(100, creates.Length);
        Assert.All(creates, create =>
        {
            var ledger = told[Text(create, "Name")];
            var (drawn, answered, service) = ((double)ledger.Properties["LatencyMs"].Value, (double)ledger.Properties["AnswerMs"].Value, (double)create.Properties["ServiceMs"].Value);
            Assert.True(drawn > 0 && drawn <= answered && answered <= service, $"{Text(create, "Name")}: drawn {drawn} ms, answered after {answered}, service time {service}");
        });
    }

    [Fact]
    public void The_ledger_streams_requests_events_watches_and_deliveries()
    {
        _session.Run("$null = $server | Start-ConfigMapDriver -Rate 200 -Count 10 -MaxPopulation 5");

        var events = _session.Run("$server | Get-LocalApiLedger -Event -Resource configmaps");
        Assert.Equal(20, events.Count);
        Assert.All(events, e => Assert.Equal("K8sScaleTest.LocalApiEventRecord", e.BaseObject.GetType().FullName));
        Assert.Equal(3, _session.Run("$server | Get-LocalApiLedger -Event -Resource configmaps -From 5 -Count 3 -Follow").Count);
        Assert.Equal(20, _session.Run("$server | Get-LocalApiLedger -Event -Resource configmaps -Follow -Duration 500ms").Count);
        Assert.Empty(_session.Run("$server | Get-LocalApiLedger -Watch; $server | Get-LocalApiLedger -Delivery"));
        var request = _session.Run("$server | Get-LocalApiLedger -Resource configmaps | Where-Object Verb -EQ create")[0];
        Assert.Equal(("create", "Answered", "configmaps"), (Text(request, "Verb"), Text(request, "End"), Text(request, "Resource")));
        Assert.InRange(DateTime.UtcNow - (DateTime)request.Properties["Arrived"].Value, TimeSpan.FromSeconds(-1), TimeSpan.FromMinutes(5));
        Assert.True((double)request.Properties["AnswerMs"].Value > 0);
        Assert.Empty(_session.Errors);
    }

    private static string Text(PSObject record, string name) => Convert.ToString(record.Properties[name].Value, System.Globalization.CultureInfo.InvariantCulture)!;
}
