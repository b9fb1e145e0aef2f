using System.Management.Automation;
using System.Reflection;
using System.Text.Json;
using K8sScaleTest.TestSupport;

namespace K8sScaleTest.Tests;

/// <summary>The watches as their user has them.</summary>
public sealed class WatchCmdletTests : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(120);
    private readonly ModuleSession _session = new();
    private readonly TemporaryFolder _folder = new();

    public void Dispose()
    {
        _session.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Each_server_of_the_pipeline_has_a_run_of_its_own()
    {
        using var session = new ModuleSession();
        session.Run("$servers = Start-LocalApiServer; $servers = @($servers) + @(Start-LocalApiServer)");
        try
        {
            var ids = session.Run("$servers | Invoke-ConfigMapWatch -Duration 1s | ForEach-Object RunId");
            Assert.Equal(2, ids.Select(id => (string)id.BaseObject).Distinct().Count());
        }
        finally
        {
            session.Run("$servers | Stop-LocalApiServer");
        }
    }

    [Fact]
    public void The_properties_of_a_record_are_the_engines_columns_in_their_order()
    {
        var record = (Type)_session.Run("[K8sScaleTest.WatchRecord]")[0].BaseObject;
        var engine = record.GetMethod("From", BindingFlags.Static | BindingFlags.NonPublic)!.GetParameters()[0].ParameterType.Assembly;
        var columns = (IReadOnlyList<string>)engine.GetType("K8sScaleTest.Engine.Records.WatchColumns", throwOnError: true)!.GetField("Names")!.GetValue(null)!;
        Assert.Equal(30, columns.Count);
        Assert.Equal(columns, record.GetProperties().Select(property => property.Name));
        Type[] scalars = [typeof(string), typeof(int), typeof(long), typeof(double), typeof(DateTime)];
        Assert.All(record.GetProperties(), property => Assert.Contains(Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType, scalars));
    }

    [Fact]
    public async Task Records_stream_while_it_runs_and_a_stop_ends_it_at_once()
    {
        using var server = new ModuleSession();
        var kubeconfig = server.Run("$own = Start-LocalApiServer; $own.Kubeconfig").Single().ToString();
        try
        {
            using var script = _session.Start("Invoke-ConfigMapWatch -Kubeconfig $Kubeconfig -Watchers 2 -RunId w.1", ("Kubeconfig", kubeconfig));
            await script.WaitForOutputAsync(2, Limit, TestContext.Current.CancellationToken);
            server.Run("$null = Start-ConfigMapDriver -Kubeconfig $Kubeconfig -Rate 500 -Count 20 -MaxPopulation 5 -ErrorAction Stop", ("Kubeconfig", kubeconfig));
            await script.WaitForOutputAsync(2 + 80, Limit, TestContext.Current.CancellationToken);

            await script.StopAsync();

            var types = script.Output.Select(record => (string)record.Properties["Type"].Value).ToList();
            Assert.Equal((2, 40, 40), (types.Count(type => type == "List"), types.Count(type => type == "Added"), types.Count(type => type == "Deleted")));
            Assert.All(script.Output, record => Assert.Equal(("w.1", "configmaps"), ((string)record.Properties["RunId"].Value, (string)record.Properties["Resource"].Value)));
            Assert.All(script.Output.Where(record => (string)record.Properties["Type"].Value == "Added"), record => Assert.NotNull(record.Properties["WriterLatencyMs"].Value));
            Assert.Empty(script.Errors);
        }
        finally
        {
            server.Run("$own | Stop-LocalApiServer");
        }
    }

    [Fact]
    public async Task With_a_file_the_pipeline_gets_one_summary_and_the_file_every_record()
    {
        using var server = new ModuleSession();
        var kubeconfig = server.Run("$own = Start-LocalApiServer; $own.Kubeconfig").Single().ToString();
        try
        {
            var path = _folder.File("watch.csv");
            using var script = _session.Start("Invoke-FlunderWatch -Kubeconfig $Kubeconfig -OutFile $Path -TimeoutSeconds 1..2 -Resume -Duration 6s", ("Kubeconfig", kubeconfig), ("Path", path));
            while (!File.Exists(path) || !ReadShared(path).Contains(",List,", StringComparison.Ordinal)) await Task.Delay(20, TestContext.Current.CancellationToken);
            server.Run("$null = Start-FlunderDriver -Kubeconfig $Kubeconfig -Rate 500 -Count 20 -MaxPopulation 5 -ErrorAction Stop", ("Kubeconfig", kubeconfig));
            await script.Completion.WaitAsync(Limit, TestContext.Current.CancellationToken);

            var summary = Assert.Single(script.Output);
            Assert.Equal(("K8sScaleTest.WatchSummary", "flunders.wardle.example.com", 1), (summary.TypeNames[0], (string)summary.Properties["Resource"].Value, (int)summary.Properties["Watchers"].Value));
            Assert.Equal(0L, (long)summary.Properties["Missed"].Value);

            // Six seconds of a sample every 10 ms, however busy the machine is.
            var health = summary.Properties["Health"].Value;
            Assert.InRange((long)PSObject.AsPSObject(health).Properties["ProbeSamples"].Value, 200, 700);
            Assert.Contains("This process: CPU ", summary.ToString(), StringComparison.Ordinal);
            using var kept = JsonDocument.Parse(File.ReadAllText(path + ".run.json"));
            Assert.Equal("1..2", kept.RootElement.GetProperty("Parameters").GetProperty("TimeoutSeconds").GetString());
            Assert.InRange(kept.RootElement.GetProperty("Seconds").GetArrayLength(), 5, 9);
            var lines = File.ReadAllLines(path);
            Assert.StartsWith("RunId,Watcher,Window,Type,", lines[0], StringComparison.Ordinal);
            Assert.All(lines, line => Assert.Equal(30, line.Split(',').Length));
            var windows = lines.Skip(1).Where(line => line.Contains(",Window,", StringComparison.Ordinal)).ToList();
            Assert.Equal((long)summary.Properties["Windows"].Value, windows.Count);
            Assert.Contains(windows, line => line.Contains(",Complete,200,", StringComparison.Ordinal));
            Assert.Equal((long)summary.Properties["Events"].Value, lines.Count(line => line.Contains(",Added,", StringComparison.Ordinal) || line.Contains(",Deleted,", StringComparison.Ordinal)));
        }
        finally
        {
            server.Run("$own | Stop-LocalApiServer");
        }
    }

    [Fact]
    public async Task A_stopped_run_leaves_a_whole_file_and_says_what_it_came_to()
    {
        using var server = new ModuleSession();
        var kubeconfig = server.Run("$own = Start-LocalApiServer; $own.Kubeconfig").Single().ToString();
        try
        {
            var path = _folder.File("watch.csv");
            using var script = _session.Start("Invoke-ConfigMapWatch -Kubeconfig $Kubeconfig -RunId w.1 -Watchers 2 -OutFile $Path -PassThru", ("Kubeconfig", kubeconfig), ("Path", path));
            await script.WaitForOutputAsync(2, Limit, TestContext.Current.CancellationToken);
            await script.StopAsync();

            var rows = File.ReadAllLines(path);
            Assert.All(rows, line => Assert.Equal(30, line.Split(',').Length));
            var words = $"The run was stopped. Its {rows.Length - 1} records are whole in '{path}'.";
            const string Last = "configmaps, run w.1: 2 watchers for ";
            for (var until = DateTime.UtcNow + Limit; !Said(Last) && DateTime.UtcNow < until;) await Task.Delay(20, TestContext.Current.CancellationToken);
            Assert.True(Said(words), string.Join(Environment.NewLine, _session.HostLines));
            Assert.True(Said("Inconclusive: no event was delivered"));
            Assert.True(Said(Last));
        }
        finally
        {
            server.Run("$own | Stop-LocalApiServer");
        }

        bool Said(string words) => _session.HostLines.Any(line => line.Contains(words, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Records_that_wait_when_a_run_ends_all_reach_the_pipeline()
    {
        const int Events = 220_000; // more than are handed over at once, twice
        var watches = 0;
        using var failing = new ManualResetEventSlim();
        await using var server = new StubServer(null, request =>
        {
            if (!request.Target.Contains("watch=", StringComparison.Ordinal)) return new(200, """{"kind":"ConfigMapList","apiVersion":"v1","metadata":{"resourceVersion":"1"},"items":[]}""");
            // The first only proves that there may be watches; after the second, the run is over.
            var number = Interlocked.Increment(ref watches);
            if (number == 1) return new(200, "");
            if (number == 2) return new(200, string.Concat(Enumerable.Range(2, Events).Select(Event)));
            failing.Set();
            return StubResponse.Failure(403, "Forbidden", "no more");
        });
        var kubeconfig = _folder.Write("config", KubeconfigText.Of($"{{server: \"{server.Url}\"}}"));

        // The pipeline takes one record, and the next when the run has ended.
        var result = _session.Run(
            "$n = 0; try { Invoke-ConfigMapWatch -HttpVersion 1.1 -Resume -Kubeconfig $Kubeconfig -ErrorAction Stop | ForEach-Object { if ($n -eq 0) { $null = $Failing.Wait(60000); [Threading.Thread]::Sleep(500) }; if ($_.Type -eq 'Modified') { $n++ } } } catch { $_ }; $n",
            ("Kubeconfig", kubeconfig),
            ("Failing", failing));
        Assert.StartsWith("Forbidden,", ((ErrorRecord)result[0].BaseObject).FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Equal(Events, (int)result[1].BaseObject);

        static string Event(int version) =>
            $$"""{"type":"MODIFIED","object":{"kind":"ConfigMap","apiVersion":"v1","metadata":{"name":"a","namespace":"default","uid":"u","resourceVersion":"{{version}}"} } }""" + "\n";
    }

    [Theory]
    [InlineData("300..599", 300, 599)]
    [InlineData("(300..599)", 300, 599)]
    [InlineData("45", 45, 45)]
    [InlineData("'5..9'", 5, 9)]
    public void A_range_of_seconds_is_a_number_or_a_range(string given, int lowest, int highest)
    {
        var seconds = (int[])_session.Run($"[K8sScaleTest.SecondsRangeAttribute]::new().Transform($null, $({Argument(given)}))").Select(each => (int)each.BaseObject).ToArray();
        Assert.Equal([lowest, highest], seconds);
    }

    [Theory]
    [InlineData("-Watchers 0", "InvalidWatchers")]
    [InlineData("-TimeoutSeconds soon", "ParameterArgumentTransformationError")]
    [InlineData("-TimeoutSeconds 9..5", "InvalidTimeoutSeconds")]
    [InlineData("-TimeoutSeconds 0", "InvalidTimeoutSeconds")]
    [InlineData("-ReadRate 0", "InvalidReadRate")]
    [InlineData("-ReadRate 5 -HttpVersion 2", "InvalidHttpVersion")]
    [InlineData("-Watchers 2 -Connections 3", "InvalidConnections")]
    [InlineData("-Watchers 2 -ReadRate 5 -Connections 1", "InvalidConnections")]
    [InlineData("-Duration 0", "InvalidDuration")]
    [InlineData("-Format Csv", "OutFileMissing")]
    [InlineData("-PassThru", "OutFileMissing")]
    [InlineData("-Namespace Not_One", "ParameterArgumentValidationError")]
    [InlineData("-RunId 'Not an ID'", "InvalidRunId")]
    public void Bad_input_is_refused_before_any_request(string parameters, string errorId)
    {
        var error = _session.RunToError($"Invoke-ConfigMapWatch -Server https://127.0.0.1:1 -ErrorAction Stop {parameters}");
        Assert.Equal(errorId, error.FullyQualifiedErrorId.Split(',')[0]);
    }

    [Theory]
    [InlineData("v1alpha1", "/apis/wardle.example.com/v1alpha1")]
    [InlineData("wardle.example.com/v1alpha1", "/apis/wardle.example.com/v1alpha1")]
    [InlineData("", "/apis/wardle.example.com/v1beta1")]
    public async Task Any_resource_is_watched_in_the_version_that_was_asked_for(string version, string path)
    {
        await using var server = new StubServer(null, request => request.Path == "/apis"
            ? new StubResponse(200, """{"groups":[{"name":"wardle.example.com","versions":[{"version":"v1beta1"},{"version":"v1alpha1"}],"preferredVersion":{"version":"v1beta1"}}]}""")
            : StubResponse.Failure(403, "Forbidden", "no"));
        var kubeconfig = _folder.Write("config", KubeconfigText.Of($"{{server: \"{server.Url}\"}}"));
        var error = _session.RunToError(
            $"Invoke-ObjectWatch flunders.wardle.example.com {(version.Length > 0 ? "-ApiVersion " + version : "")} -HttpVersion 1.1 -Kubeconfig $Kubeconfig -ErrorAction Stop", ("Kubeconfig", kubeconfig));
        Assert.StartsWith("Forbidden,", error.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Equal(path, server.Requests.Last().Path);
    }

    [Fact]
    public async Task A_namespace_of_a_resource_that_has_none_is_an_error_and_not_passed_over()
    {
        await using var server = new StubServer(null, _ => new StubResponse(200, """{"resources":[{"name":"nodes","kind":"Node","namespaced":false}]}"""));
        var kubeconfig = _folder.Write("config", KubeconfigText.Of($"{{server: \"{server.Url}\"}}"));
        var error = _session.RunToError("Invoke-ObjectWatch nodes -Namespace scaletest -HttpVersion 1.1 -Kubeconfig $Kubeconfig -ErrorAction Stop", ("Kubeconfig", kubeconfig));
        Assert.StartsWith("InvalidNamespace,", error.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Contains("leave -Namespace out", error.Exception.Message, StringComparison.Ordinal);
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task No_right_to_list_is_an_error_at_once()
    {
        await using var server = new StubServer(null, _ => StubResponse.Failure(403, "Forbidden", "User \"nobody\" cannot list resource \"pods\""));
        var kubeconfig = _folder.Write("config", KubeconfigText.Of($"{{server: \"{server.Url}\"}}"));
        var error = _session.RunToError("Invoke-ConfigMapWatch -HttpVersion 1.1 -Kubeconfig $Kubeconfig -ErrorAction Stop", ("Kubeconfig", kubeconfig));
        Assert.Equal(("Forbidden", ErrorCategory.PermissionDenied), (error.FullyQualifiedErrorId.Split(',')[0], error.CategoryInfo.Category));
    }

    private static string Argument(string given) => given.StartsWith('(') || given.StartsWith('\'') || !given.Contains('.', StringComparison.Ordinal) ? given : $"'{given}'";

    private static string ReadShared(string path)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
