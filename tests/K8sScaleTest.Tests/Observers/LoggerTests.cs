using System.Management.Automation;
using System.Reflection;

namespace K8sScaleTest.Tests.Observers;

/// <summary>The loggers, as a session has them, against a local API server that another session drives.</summary>
public sealed class LoggerTests
{
    private const string RecordType = "[K8sScaleTest.NotificationRecord]";
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public void A_records_properties_are_the_engines_columns_in_their_order_and_flat_scalars()
    {
        using var session = new ModuleSession();
        var record = (Type)session.Run(RecordType)[0].BaseObject;
        var engine = record.GetMethod("From", BindingFlags.Static | BindingFlags.NonPublic)!.GetParameters()[0].ParameterType.GetElementType()!.Assembly;
        var columns = (IReadOnlyList<string>)engine.GetType("K8sScaleTest.Engine.Records.NotificationColumns", throwOnError: true)!.GetField("Names")!.GetValue(null)!;
        Assert.Equal(36, columns.Count);
        Assert.Equal(columns, record.GetProperties().Select(property => property.Name));
        Assert.True(record.IsSealed);
        Type[] scalars = [typeof(string), typeof(bool), typeof(int), typeof(long), typeof(double), typeof(DateTime)];
        foreach (var property in record.GetProperties())
        {
            Assert.Contains(Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType, scalars);
            Assert.False(property.SetMethod?.IsPublic ?? false);
        }
    }

    [Theory]
    [InlineData("ConfigMap", "ConfigMap", "", "configmaps")]
    [InlineData("Flunder", "Flunder", "", "flunders.wardle.example.com")]
    [InlineData("Object", "Flunder", "flunders.wardle.example.com", "flunders.wardle.example.com")]
    public async Task Every_write_is_notified_once(string logger, string driver, string resource, string named)
    {
        using var session = new ModuleSession();
        using var other = new ModuleSession();
        var server = session.Run("$server = Start-LocalApiServer; $server").Single();
        try
        {
            using var logging = session.Start($"$server | Start-{logger}Logger {resource} -Namespace scaletest -PerEvent");
            await SyncedAsync(session);
            var writes = other.Run(
                $"Start-{driver}Driver -Kubeconfig $Kubeconfig -CreateNamespace -Rate 200 -Count 100 -MaxPopulation 20 -Updates 1 | Where-Object Phase -ne 'WarmUp'",
                ("Kubeconfig", server.Properties["Kubeconfig"].Value));
            Assert.Equal(300, writes.Count);
            await logging.WaitForOutputAsync(300, Limit, Cancel);
            await logging.StopAsync();
            var records = logging.Output.ToList();
            Assert.Equal(300, records.Count);
            Assert.All(records, record => Assert.Equal(named, Text(record, "Resource")));
            Assert.Equal(
                writes.Where(write => Text(write, "Operation") != "Delete").Select(write => (Text(write, "Uid"), Text(write, "ResourceVersion"))).Order(),
                records.Where(record => Text(record, "Event") != "Deleted").Select(record => (Text(record, "Uid"), Text(record, "ResourceVersion"))).Order());
            Assert.Equal(
                writes.Where(write => Text(write, "Operation") == "Delete").Select(write => Text(write, "Name")).Order(),
                records.Where(record => Text(record, "Event") == "Deleted").Select(record => Text(record, "Name")).Order());

            // One machine, one clock: no notification comes before its write was launched.
            Assert.All(records.Where(record => Text(record, "Event") != "Deleted"), record => Assert.True((double)record.Properties["ReceivedLatencyMs"].Value > -0.001));
            Assert.All(records.Where(record => Text(record, "Event") == "Deleted"), record => Assert.Null(record.Properties["ReceivedLatencyMs"].Value));
        }
        finally
        {
            session.Run("$server | Stop-LocalApiServer");
        }
    }

    [Fact]
    public async Task Select_Object_First_ends_a_logger()
    {
        using var session = new ModuleSession();
        session.Run("$server = Start-LocalApiServer");
        try
        {
            // The shell's engine has no Select-Object: break does the same from downstream.
            using var logging = session.Start("$seen = 0; do { $server | Start-ObjectLogger namespaces | ForEach-Object { $_; if (++$seen -ge 2) { break } } } while ($false); 'over'");
            await logging.WaitForOutputAsync(3, Limit, Cancel);
            await logging.Completion.WaitAsync(Limit, Cancel);
            Assert.Equal("over", logging.Output[2].BaseObject);
        }
        finally
        {
            session.Run("$server | Stop-LocalApiServer");
        }
    }

    [Fact]
    public async Task A_stopped_logger_leaves_a_whole_file_and_its_health()
    {
        using var session = new ModuleSession();
        var folder = Directory.CreateTempSubdirectory("logger-");
        var path = Path.Combine(folder.FullName, "log.csv");
        session.Run("$server = Start-LocalApiServer");
        try
        {
            using var logging = session.Start("$server | Start-ObjectLogger namespaces -OutFile $Path -PassThru", ("Path", path));
            await logging.WaitForOutputAsync(1, Limit, Cancel);
            await logging.StopAsync();
            var lines = File.ReadAllLines(path);
            Assert.All(lines, line => Assert.Equal(36, line.Split(',').Length));
            Assert.True(lines.Length >= 2);
            Assert.Contains("\"Resource\":\"namespaces\"", File.ReadAllText(path + ".run.json"), StringComparison.Ordinal);
            for (var until = DateTime.UtcNow + Limit; !Said() && DateTime.UtcNow < until;) await Task.Delay(20, Cancel);
            Assert.True(Said(), string.Join(Environment.NewLine, session.HostLines));
            Assert.DoesNotContain(session.HostLines, line => line.Contains("Measure-ScaleTest", StringComparison.Ordinal));

            // How the process fared is the last that its summary says; how long it ran, the tests' machine decides.
            Assert.Contains(session.HostLines, line => line.Contains("This process: CPU ", StringComparison.Ordinal));

            bool Said() => session.HostLines.Any(line => line.Contains("The run was stopped. Its ", StringComparison.Ordinal));
        }
        finally
        {
            session.Run("$server | Stop-LocalApiServer");
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public void A_logger_ends_at_its_duration_with_a_summary()
    {
        using var session = new ModuleSession();
        var folder = Directory.CreateTempSubdirectory("logger-");
        session.Run("$server = Start-LocalApiServer");
        try
        {
            var output = session.Run("$server | Start-ObjectLogger namespaces -Duration 1s -OutFile $Path", ("Path", Path.Combine(folder.FullName, "log.csv")));
            Assert.Empty(session.Errors);
            Assert.Empty(session.Warnings);
            var summary = output.Single();
            Assert.Contains("K8sScaleTest.NotificationSummary", summary.TypeNames);
            Assert.Equal((1L, 1L, 0L), (summary.Properties["Lists"].Value, summary.Properties["Watches"].Value, summary.Properties["Disruptions"].Value));
            Assert.Equal(summary.Properties["Objects"].Value, summary.Properties["ExistedBefore"].Value);
            Assert.True((long)summary.Properties["Objects"].Value > 0);
            var text = summary.ToString().ReplaceLineEndings("\n").Split('\n');
            Assert.Contains(text, line => line.StartsWith("1 list, 1 watch, 0 disrupted; last resourceVersion ", StringComparison.Ordinal));
            Assert.All(text, line => Assert.InRange(line.Length, 0, 100));
        }
        finally
        {
            session.Run("$server | Stop-LocalApiServer");
            folder.Delete(recursive: true);
        }
    }

    [Theory]
    [InlineData("Start-ConfigMapLogger -Threads 0", "InvalidThreads")]
    [InlineData("Start-ConfigMapLogger -Duration 60d", "InvalidDuration")]
    [InlineData("Start-ConfigMapLogger -RequestTimeout 0", "InvalidRequestTimeout")]
    [InlineData("Start-ConfigMapLogger -MetricsPort 0 -MetricsLinger 2d", "InvalidMetricsLinger")]
    [InlineData("Invoke-ConfigMapWatch -Duration 60d", "InvalidDuration")]
    [InlineData("Start-ConfigMapLogger -RunId 'Not An Id'", "InvalidRunId")]
    [InlineData("Start-ConfigMapLogger -Duration 0", "InvalidDuration")]
    [InlineData("Start-ConfigMapLogger -Format JsonLines", "OutFileMissing")]
    [InlineData("Start-ConfigMapLogger -PassThru", "OutFileMissing")]
    [InlineData("Start-ConfigMapLogger -Namespace Big_Name", "ParameterArgumentValidationError")]
    [InlineData("Start-ObjectLogger ''", "ParameterArgumentValidationError")]
    [InlineData("Start-ConfigMapLogger -Kubeconfig /nowhere/kubeconfig", "KubeconfigNotFound")]
    public void Bad_input_is_refused_before_any_request(string script, string errorId)
    {
        using var session = new ModuleSession();
        var error = session.RunToError(script);
        Assert.StartsWith(errorId, error.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.NotEmpty(error.Exception.Message);
    }

    [Fact]
    public void What_the_server_does_not_serve_or_allow_is_an_error_that_says_so()
    {
        using var session = new ModuleSession();
        session.Run("$server = Start-LocalApiServer");
        try
        {
            Assert.StartsWith("ResourceNotServed", session.RunToError("$server | Start-ObjectLogger gadgets -Duration 1").FullyQualifiedErrorId, StringComparison.Ordinal);
            Assert.StartsWith("Forbidden", session.RunToError("Start-ConfigMapLogger -Kubeconfig $server.KubeconfigNoRights -Duration 1").FullyQualifiedErrorId, StringComparison.Ordinal);
            Assert.StartsWith("InvalidNamespace", session.RunToError("$server | Start-ObjectLogger namespaces -Namespace scaletest -Duration 1").FullyQualifiedErrorId, StringComparison.Ordinal);
            Assert.StartsWith("BadRequest", session.RunToError("$server | Start-ConfigMapLogger -LabelSelector '=,=' -Duration 1").FullyQualifiedErrorId, StringComparison.Ordinal);
        }
        finally
        {
            session.Run("$server | Stop-LocalApiServer");
        }
    }

    private static string Text(PSObject record, string property) => (string)record.Properties[property].Value;

    /// <summary>Waits until the logger says that it watches.</summary>
    private static async Task SyncedAsync(ModuleSession session)
    {
        using var timer = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        timer.CancelAfter(Limit);
        while (!session.Progress.ToArray().Any(progress => progress.StatusDescription.StartsWith("watching", StringComparison.Ordinal))) await Task.Delay(20, timer.Token);
    }
}
