using System.Diagnostics;
using System.Management.Automation;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using K8sScaleTest.TestSupport;

namespace K8sScaleTest.Tests.ScaleTests;

/// <summary>A driver with its observers in one command, as a session has it.</summary>
public sealed class InvokeScaleTestTests
{
    [Theory]
    [InlineData("ConfigMap", "configmaps")]
    [InlineData("Flunder", "flunders.wardle.example.com")]
    public void Every_write_is_joined_to_its_event_and_every_observer_got_every_event(string resource, string named)
    {
        using var folder = new TemporaryFolder();
        using var session = new ModuleSession();
        var result = session.Run(
            "Invoke-ScaleTest -Local -Resource $Resource -Rate 200 -Count 300 -MaxPopulation 30 -Updates 1 -Loggers 2 -Watchers 5 -Resume -TimeoutSeconds 2..3 -OutFile $File",
            ("Resource", resource),
            ("File", folder.File("run.csv"))).Single();

        Assert.Empty(session.Errors);
        Assert.Equal(named, Value(result, "Resource"));
        Assert.Null(Value(result, "HorizonFault"));
        var paths = Items(result, "Paths");
        Assert.Equal(["Create", "Update", "Delete"], paths.Select(path => Value(path, "Operation")));
        Assert.All(paths, path => Assert.Equal((300L, 300L), (Value(path, "Writes"), Value(path, "Joined"))));
        var audit = Items(result, "Audit");
        Assert.Equal(7, audit.Count);
        Assert.All(audit, each =>
        {
            Assert.Equal((0L, 0L, 0L, 0L), (Value(each, "Missed"), Value(each, "Duplicated"), Value(each, "OutOfOrder"), Value(each, "Regressed")));
            Assert.Equal(true, Value(each, "SentinelArrived"));

            // 900 writes, and the sentinel's create.
            Assert.Equal(901L, Value(each, "Events"));
        });
        Assert.All(Items(result, "Loggers"), logger => Assert.Equal(((object)901L, (object?)null), (Value(logger, "Events"), Value(logger, "Health"))));
        Assert.Equal(5 * 901L, Value(PSObject.AsPSObject(Value(result, "Watches")), "Events"));

        // The progress line has the latencies as they are.
        Assert.Contains(session.Progress.ToArray(), progress => progress.StatusDescription.Contains(", to event p99 ", StringComparison.Ordinal));
    }

    [Fact]
    public void Each_kind_of_record_has_its_file()
    {
        using var folder = new TemporaryFolder();
        using var session = new ModuleSession();
        var result = session.Run("Invoke-ScaleTest -Local -Rate 200 -Count 50 -MaxPopulation 10 -OutFile $File", ("File", folder.File("run.csv"))).Single();

        Assert.Equal(
            ["run.csv", "run.csv.run.json", "run.notifications.csv", "run.paths.csv", "run.watches.csv"],
            Directory.GetFiles(folder.Path).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        var files = (IReadOnlyDictionary<string, string>)Value(result, "Files")!;
        Assert.Equal(["Operations", "Notifications", "Watches", "Paths"], files.Keys);
        Assert.Equal(101, File.ReadAllLines(files["Paths"]).Length);
        Assert.Equal(101, File.ReadAllLines(files["Operations"]).Count(line => !line.Contains(",WarmUp,", StringComparison.Ordinal)));
        Assert.Contains("LaunchedToReceivedMs", File.ReadLines(files["Paths"]).First(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_lost_objective_fails_the_run_or_the_run_says_nothing()
    {
        using var session = new ModuleSession();
        var result = session.Run("Invoke-ScaleTest -Local -Rate 200 -Count 300 -MaxPopulation 20 -Objective 'create.response.p50 <= 1us'").Single();

        // A busy machine can disturb the run, which then proves nothing.
        Assert.Contains(Value(result, "Verdict"), (object[])["Failed", "Invalid", "Overloaded"]);
        var objective = Assert.Single(Items(result, "Objectives"));
        Assert.Equal(false, Value(objective, "Passed"));
        Assert.Equal((string)Value(result, "Verdict")! == "Failed", (string)Value(result, "VerdictReason")! == "ObjectiveMissed");
    }

    [Fact]
    public void An_objective_that_cannot_be_told_leaves_the_run_inconclusive()
    {
        using var session = new ModuleSession();
        var result = session.Run("Invoke-ScaleTest -Local -Rate 200 -Count 300 -MaxPopulation 20 -Objective 'create.response.p99.9 <= 1s'").Single();

        Assert.Contains(Value(result, "Verdict"), (object[])["Inconclusive", "Invalid", "Overloaded"]);
        Assert.Null(Value(Assert.Single(Items(result, "Objectives")), "Passed"));
        Assert.Equal((string)Value(result, "Verdict")! == "Inconclusive", (string)Value(result, "VerdictReason")! == "ObjectiveUndetermined");
    }

    [Fact]
    public void Its_result_can_be_held_against_objectives_and_brings_its_own_verdict()
    {
        using var session = new ModuleSession();
        session.Run("$server = Start-LocalApiServer; $null = $server | Set-LocalApiFault -Resource configmaps -LoseEvent -Every 100");
        try
        {
            var results = session.Run("$result = $server | Invoke-ScaleTest -Rate 200 -Count 300 -MaxPopulation 20; $result; try { $result | Test-ScaleTest -Objective 'failed == 0' } catch { $_ }");
            Assert.Contains((string)Value(results[0], "Verdict")!, (string[])["Failed", "Invalid", "Overloaded"]);
            Assert.All(Items(results[0], "Audit"), each => Assert.True((long)Value(each, "Missed")! > 0));
            Assert.Equal((Value(results[0], "Verdict"), (object)false), (Value(results[1], "Actual"), Value(results[1], "Passed")));
            Assert.StartsWith((string)Value(results[0], "Reason")!, (string)Value(results[1], "Reason")!, StringComparison.Ordinal);
            Assert.Equal(("failed == 0", (object)true), (Value(results[2], "Objective"), Value(results[2], "Passed")));
            Assert.StartsWith("VerdictNotAccepted,", ((ErrorRecord)results[3].BaseObject).FullyQualifiedErrorId, StringComparison.Ordinal);
        }
        finally
        {
            session.Run("$server | Stop-LocalApiServer");
        }
    }

    [Fact]
    public void A_test_whose_last_write_is_delivered_to_nobody_is_not_called_valid()
    {
        using var session = new ModuleSession();
        session.Run("$server = Start-LocalApiServer; $null = $server | Set-LocalApiFault -Resource configmaps -Name 'horizon-*000' -LoseEvent");
        try
        {
            var result = session.Run("$server | Invoke-ScaleTest -RunId horizon -Rate 100 -Count 200 -MaxPopulation 20 -SentinelTimeout 3s").Single();
            Assert.Contains("within 3 s", (string)Value(result, "HorizonFault")!, StringComparison.Ordinal);
            Assert.All(Items(result, "Audit"), each => Assert.Equal(((object)false, (object)0L), (Value(each, "SentinelArrived"), Value(each, "Missed"))));

            // A busy machine can disturb the run, which is then what there is to say.
            Assert.Contains((string)Value(result, "Verdict")!, (string[])["Inconclusive", "Invalid", "Overloaded"]);
            Assert.Equal((string)Value(result, "Verdict")! == "Inconclusive", (string)Value(result, "VerdictReason")! == "HorizonOpen");
        }
        finally
        {
            session.Run("$server | Stop-LocalApiServer");
        }
    }

    [Fact]
    public void A_run_that_was_stopped_says_what_its_audit_found_and_has_the_rows_of_writes_of_unknown_outcome()
    {
        using var folder = new TemporaryFolder();
        using var session = new ModuleSession();
        session.Run("$server = Start-LocalApiServer; $null = $server | Set-LocalApiFault -Resource configmaps -LoseEvent -Every 10; $null = $server | Set-LocalApiFault -Verb create -Reset -AfterCommit -Every 10");
        try
        {
            var rows = session.Run(
                "$seen = 0; do { $server | Invoke-ScaleTest -Rate 200 -Count 900 -MaxPopulation 20 -PassThru -OutFile $File | ForEach-Object { $_; if (++$seen -eq 300) { break } } } while ($false)",
                ("File", folder.File("run.csv")));
            Assert.Equal(300, rows.Count);
            Assert.Contains(session.HostLines, line => line.Contains("The audit of 2 observers found faults up to the stop: ", StringComparison.Ordinal));
            Assert.Contains(File.ReadLines(folder.File("run.paths.csv")), line => line.Contains(",Unknown,", StringComparison.Ordinal));
        }
        finally
        {
            session.Run("$server | Stop-LocalApiServer");
        }
    }

    [Fact]
    public void Who_measures_its_file_later_is_told_of_the_events_that_were_lost()
    {
        using var folder = new TemporaryFolder();
        using var session = new ModuleSession();
        session.Run("$server = Start-LocalApiServer; $null = $server | Set-LocalApiFault -Resource configmaps -LoseEvent -Every 100");
        try
        {
            var results = session.Run("$server | Invoke-ScaleTest -Rate 200 -Count 300 -MaxPopulation 20 -OutFile $File; Measure-ScaleTest $File", ("File", folder.File("run.csv")));
            var (said, measured) = (results[0], results[1]);

            // A busy machine can disturb the run, which is then what both say.
            Assert.Contains((string)Value(said, "Verdict")!, (string[])["Failed", "Invalid", "Overloaded"]);
            Assert.Equal((string)Value(said, "Verdict")! == "Failed", (string)Value(said, "VerdictReason")! == "EventFaults");
            Assert.Equal((Value(said, "Verdict"), Value(said, "VerdictReason")), (Value(measured, "Verdict"), Value(measured, "VerdictReason")));
        }
        finally
        {
            session.Run("$server | Stop-LocalApiServer");
        }
    }

    [Fact]
    public void In_the_old_format_it_writes_the_files_of_the_Go_programs_and_no_others()
    {
        using var folder = new TemporaryFolder();
        using var session = new ModuleSession();
        session.Run("Invoke-ScaleTest -Local -RunId as-in-go -Rate 200 -Count 50 -MaxPopulation 10 -Seed 5 -OutFile $File -Format Original", ("File", folder.File("run.csv")));

        Assert.Equal(
            ["as-in-go-driver.parms", "run.csv", "run.csv.run.json", "run.notifications.csv"],
            Directory.GetFiles(folder.Path).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        var parameters = File.ReadAllLines(folder.File("as-in-go-driver.parms"));
        Assert.Subset(parameters.ToHashSet(), new HashSet<string>(["LAMBDA=200", "N=50", "MAXPOP=10", "RUNID=as-in-go", "SEED=5"]));
        Assert.Equal(100, File.ReadAllLines(folder.File("run.csv")).Length);
    }

    [Fact]
    public async Task Each_file_that_takes_no_more_is_named_and_the_others_are_whole()
    {
        using var folder = new TemporaryFolder();
        using var session = new ModuleSession();
        string[] pipes = [folder.File("run.notifications.csv"), folder.File("run.watches.csv")];
        foreach (var pipe in pipes)
        {
            using var makePipe = Process.Start("mkfifo", pipe);
            await makePipe.WaitForExitAsync(TestContext.Current.CancellationToken);
        }

        using var readers = Process.Start(new ProcessStartInfo("sh", ["-c", string.Concat(pipes.Select(pipe => $"head -n 20 '{pipe}' > '{pipe}.head' & ")) + "wait"]))!;
        session.Run("$server = Start-LocalApiServer; $null = $server | Set-LocalApiFault -Verb create -Reset -AfterCommit -Every 10");
        try
        {
            session.Run("$server | Invoke-ScaleTest -RunId files -Rate 200 -Count 4000 -MaxPopulation 20 -OutFile $File", ("File", folder.File("run.csv")));

            // Which of them ends the run, and which is found broken then, is chance: both are told, and once.
            Assert.All(session.Errors, error => Assert.StartsWith("FileNotWritable,", error.FullyQualifiedErrorId, StringComparison.Ordinal));
            var messages = session.Errors.Select(error => error.Exception.Message).ToList();
            Assert.Equal(pipes.Length, messages.Count);
            Assert.All(pipes, pipe => Assert.Single(messages, message => message.StartsWith($"The reader of '{pipe}' has gone", StringComparison.Ordinal)));
            var events = session.Run("$server | Get-LocalApiLedger -Event -Resource configmaps").Select(each => (string)Value(each, "Type")!).ToList();
            Assert.InRange(events.Count(type => type == "ADDED"), 10, 4000);
            Assert.Equal(events.Count(type => type == "ADDED"), events.Count(type => type == "DELETED"));
        }
        finally
        {
            session.Run("$server | Stop-LocalApiServer");
        }

        await readers.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.All(pipes, pipe => Assert.Equal(20, File.ReadAllLines(pipe + ".head").Length));
        foreach (var file in (string[])["run.csv", "run.paths.csv"])
        {
            var lines = File.ReadAllText(folder.File(file)).Split('\n');
            Assert.Equal("", lines[^1]);
            Assert.Single(lines[..^1].Select(line => Regex.Replace(line, "\"[^\"]*\"", "").Count(c => c == ',')).Distinct());
        }

        // They are decided only when nothing more comes.
        Assert.Contains(File.ReadLines(folder.File("run.paths.csv")), line => line.Contains(",Unknown,", StringComparison.Ordinal));
    }

    [Fact]
    public void What_an_earlier_start_left_and_was_deleted_is_said_as_by_the_drivers()
    {
        using var session = new ModuleSession();
        session.Run("$server = Start-LocalApiServer");
        try
        {
            session.Run("do { $server | Start-ConfigMapDriver -Rate 200 -Count 500 -MaxPopulation 5000 -RunId again -NoCleanup | ForEach-Object { if ($_.Sequence -eq 5) { break } } } while ($false)");
            session.Run("$server | Invoke-ScaleTest -RunId again -IfRunExists Delete -Rate 200 -Count 20 -MaxPopulation 5");
            Assert.Contains(session.Warnings, warning => warning.StartsWith("Of run again, worker 0, ", StringComparison.Ordinal) && warning.Contains("from an earlier start", StringComparison.Ordinal));
        }
        finally
        {
            session.Run("$server | Stop-LocalApiServer");
        }
    }

    [Fact]
    public void A_plan_gives_the_parameters_and_the_command_line_wins()
    {
        using var folder = new TemporaryFolder();
        var plan = folder.Write("plan.yaml", "local: true\nresource: Flunder\ndriver:\n  rate: 150\n  count: 40\n  maxPopulation: 10\n  lifetimeFrom: schedule\nloggers:\n  loggers: 0\nwatches:\n  watchers: 3\n  timeoutSeconds: 100..200\n  resume: true\n");
        using var session = new ModuleSession();
        var result = session.Run("Invoke-ScaleTest -Plan $Plan -Watchers 2", ("Plan", plan)).Single();

        Assert.Empty(session.Errors);
        Assert.Equal("flunders.wardle.example.com", Value(result, "Resource"));
        Assert.Equal(2, Items(result, "Audit").Count);
        Assert.Empty(Items(result, "Paths"));
        var parameters = (IReadOnlyDictionary<string, string>)Value(PSObject.AsPSObject(Value(result, "Driver")), "Parameters")!;
        Assert.Equal(("150", "40", "Schedule"), (parameters["Rate"], parameters["Count"], parameters["LifetimeFrom"]));
    }

    [Theory]
    [InlineData("driver:\n  rate: fast\n", "line 2: 'driver.rate' is 'fast'")]
    [InlineData("driver:\n  rat: 5\n", "did you mean 'driver.rate'?")]
    [InlineData("resource: Pod\n", "line 1: 'resource' is 'Pod': The argument \"Pod\" does not belong to the set \"ConfigMap,Flunder\"")]
    [InlineData("createNamespace: maybe\n", "line 1: 'createNamespace' is 'maybe'")]
    [InlineData("driver:\n  duration: 5 parsecs\n", "line 2: 'driver.duration' is '5 parsecs'")]
    [InlineData("objectives:\n- p99 of everything\n", "line 2: 'objectives' is 'p99 of everything': Objective 'p99 of everything': 'p99' is not possible at position 1")]
    [InlineData("namespace: Not_A_Name\n", "line 1: 'namespace' is 'Not_A_Name': 'Not_A_Name' cannot be a namespace's name: it has 1 to 63")]
    [InlineData("objectives: []\n", "line 1: 'objectives' is '': The argument is null, empty")]
    [InlineData("driver:\n  count: [1, 2]\n", "it takes one value, not a list")]
    public void A_plan_that_is_wrong_is_refused_with_its_line_before_any_request(string text, string message)
    {
        using var folder = new TemporaryFolder();
        using var session = new ModuleSession();
        var error = session.RunToError("Invoke-ScaleTest -Plan $Plan -Local", ("Plan", folder.Write("plan.yaml", text)));

        Assert.StartsWith("PlanInvalid,", error.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Contains(message, error.Exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("-Local -Loggers 0 -Watchers 0", "nobody would observe")]
    [InlineData("-Local -Kubeconfig nowhere", "leave -Kubeconfig")]
    [InlineData("-Local -OutFile -", "several files")]
    [InlineData("-Local -Format Csv", "give -OutFile")]
    [InlineData("-Local -PassThru", "give -OutFile")]
    [InlineData("-Local -Workers 2", "whole schedule")]
    [InlineData("-Local -Loggers -1", "from 0 to 100")]
    [InlineData("-Local -Objective 'configmap.create.response.p99 <= 1ms'", "is of configmap, and this test drives configmaps: begin it with 'configmaps.'")]
    [InlineData("-Local -LoggerThreads 0", "LoggerThreads is 0; it must be from 1 to 1024")]
    [InlineData("-Local -Watchers 1 -WatchConnections 5", "Connections is 5")]
    [InlineData("-Local -TimeoutSeconds 9..5000000", "TimeoutSeconds is 9..5000000")]
    [InlineData("-Local -TimeoutSeconds 90..30 -WhatIf", "TimeoutSeconds is 90..30")]
    [InlineData("-Local -ReadRate 0 -WhatIf", "ReadRate is 0")]
    public void Parameters_that_make_no_sense_are_refused(string parameters, string message)
    {
        using var session = new ModuleSession();
        Assert.Contains(message, session.RunToError($"Invoke-ScaleTest {parameters}").Exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_kubeconfig_from_the_pipeline_is_not_passed_over_for_a_server_of_its_own()
    {
        using var session = new ModuleSession();
        Assert.Contains("leave -Kubeconfig", session.RunToError("[pscustomobject]@{ Kubeconfig = 'nowhere' } | Invoke-ScaleTest -Local").Exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void WhatIf_says_what_would_run_and_sends_nothing()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var folder = new TemporaryFolder();
        var kubeconfig = folder.Write("config", $"apiVersion: v1\nkind: Config\nclusters:\n- name: c\n  cluster: {{server: 'https://{listener.LocalEndpoint}'}}\nusers:\n- name: u\n  user: {{token: x}}\ncontexts:\n- name: x\n  context: {{cluster: c, user: u}}\ncurrent-context: x\n");
        using var session = new ModuleSession();

        Assert.Empty(session.Run("Invoke-ScaleTest -Kubeconfig $Kubeconfig -Rate 50 -Count 100 -Watchers 7 -Objective 'failed == 0' -WhatIf", ("Kubeconfig", kubeconfig)));

        var said = Assert.Single(session.HostLines, line => line.Contains("100 ConfigMaps", StringComparison.Ordinal));
        Assert.Contains("1 logger with 1 worker each, and 7 watchers with time-outs of 300 to 599 s; objectives: failed == 0", said, StringComparison.Ordinal);
        Assert.False(listener.Pending());
    }

    [Fact]
    public void The_page_on_plans_names_every_setting_with_its_parameter_and_no_other()
    {
        using var session = new ModuleSession();
        var assembly = ((Type)session.Run("[K8sScaleTest.ScaleTestResult]")[0].BaseObject).Assembly;
        var settings = (IReadOnlyList<KeyValuePair<string, string>>)assembly.GetType("K8sScaleTest.PlanSettings", throwOnError: true)!.GetField("All")!.GetValue(null)!;
        var rows = File.ReadAllLines(Path.Combine(ModuleSession.RepositoryRoot, "docs", "plans.md"))
            .Where(line => line.StartsWith("| `", StringComparison.Ordinal)).Select(line => line.Split('|', StringSplitOptions.TrimEntries)).ToList();

        Assert.Equal(settings.Select(setting => ($"`{setting.Key}`", $"`-{setting.Value}`")), rows.Select(row => (row[1], row[2])));
        var cmdlet = assembly.GetType("K8sScaleTest.InvokeScaleTestCommand", throwOnError: true)!;
        Assert.All(settings, setting => Assert.NotNull(cmdlet.GetProperty(setting.Value)));

        // Credentials come from the kubeconfig; records in the pipeline and shares of a schedule are no concern of a plan.
        string[] none = ["Plan", "Kubeconfig", "InsecureSkipTlsVerify", "PassThru", "StartAt", "Worker", "Workers"];
        var parameters = cmdlet.GetProperties().Where(property => property.IsDefined(typeof(ParameterAttribute), inherit: true)).Select(property => property.Name);
        Assert.Equal(parameters.Except(none).Order(), settings.Select(setting => setting.Value).Order());
    }

    [Fact]
    public void The_plan_of_the_page_is_one()
    {
        var page = File.ReadAllLines(Path.Combine(ModuleSession.RepositoryRoot, "docs", "plans.md"));
        using var folder = new TemporaryFolder();
        var plan = folder.Write("nightly.yaml", string.Join('\n', page.Where(line => line.StartsWith("    ", StringComparison.Ordinal)).Select(line => line[4..])));
        using var session = new ModuleSession();

        Assert.Empty(session.Run("Invoke-ScaleTest -Plan $Plan -Local -WhatIf", ("Plan", plan)));
        Assert.Contains(session.HostLines, line => line.Contains("180,000 operations, 300 writes/s", StringComparison.Ordinal) && line.Contains("2 loggers with 4 workers each, and 50 watchers with time-outs of 60 to 120 s; objectives: create.response.p99 <= 1s; failed == 0; rate >= 99%", StringComparison.Ordinal));
    }

    [Fact]
    public void The_command_line_wins_over_what_would_make_no_sense_beside_it()
    {
        using var folder = new TemporaryFolder();
        var plan = folder.Write("plan.yaml", "local: true\ndriver:\n  count: 40\n  maxPopulation: 10\n");
        using var session = new ModuleSession();

        // -Kubeconfig takes the place of local, -Lifetime that of maxPopulation.
        var error = session.RunToError("Invoke-ScaleTest -Plan $Plan -Kubeconfig /nowhere/kubeconfig -Lifetime 1s", ("Plan", plan));
        Assert.StartsWith("KubeconfigNotFound", error.FullyQualifiedErrorId, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("local: true")]
    [InlineData("context: elsewhere")]
    [InlineData("server: https://elsewhere.example:6443")]
    public void A_kubeconfig_on_the_command_line_or_from_the_pipeline_wins_over_the_server_of_a_plan(string setting)
    {
        using var folder = new TemporaryFolder();
        var plan = folder.Write("plan.yaml", $"{setting}\ndriver:\n  count: 40\n");
        var kubeconfig = folder.Write("config", KubeconfigText.Of("{server: 'https://given.example:6443'}"));
        using var session = new ModuleSession();
        foreach (var script in (string[])["Invoke-ScaleTest -Plan $Plan -Kubeconfig $Kubeconfig -WhatIf", "[pscustomobject]@{ Kubeconfig = $Kubeconfig } | Invoke-ScaleTest -Plan $Plan -WhatIf"])
        {
            var before = session.HostLines.Count;
            session.Run(script, ("Plan", plan), ("Kubeconfig", kubeconfig));
            Assert.Empty(session.Errors);
            Assert.Contains("https://given.example:6443", Assert.Single(session.HostLines.Skip(before), line => line.Contains("40 ConfigMaps", StringComparison.Ordinal)), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("format: JsonLines", "", false)]
    [InlineData("format: JsonLines", "-OutFile run.jsonl", true)]
    [InlineData("outFile: run.jsonl", "-Format JsonLines -PassThru", true)]
    public void The_file_of_a_format_may_come_from_the_plan_or_from_the_command_line(string setting, string parameters, bool isThere)
    {
        using var folder = new TemporaryFolder();
        using var session = new ModuleSession();
        session.Run($"Invoke-ScaleTest -Local -WhatIf -Plan $Plan {parameters}", ("Plan", folder.Write("plan.yaml", setting + "\n")));
        Assert.Equal(isThere ? [] : ["OutFileMissing"], session.Errors.Select(error => error.FullyQualifiedErrorId.Split(',')[0]));
    }

    private static object? Value(PSObject from, string property) => from.Properties[property].Value;

    private static List<PSObject> Items(PSObject from, string property) => [.. ((System.Collections.IEnumerable)Value(from, property)!).Cast<object>().Select(PSObject.AsPSObject)];
}
