using System.Management.Automation;
using System.Reflection;
using System.Xml.Linq;
using K8sScaleTest.TestSupport;

namespace K8sScaleTest.Tests;

public sealed class ViewTests
{
    [Fact]
    public void A_record_is_a_line_of_a_table()
    {
        using var session = new ModuleSession();
        var type = (Type)session.Run("[K8sScaleTest.OperationRecord]")[0].BaseObject;
        var record = Activator.CreateInstance(type, nonPublic: true)!;
        Set("Scheduled", new DateTime(2026, 11, 24, 6, 0, 1, 234, DateTimeKind.Utc));
        Set("Operation", "Create");
        Set("Name", "1124.0300.0042-000123");
        Set("Outcome", "Rejected");
        Set("PacerDelayMs", 1234.5678);
        Set("ServiceMs", 12345.678);
        Set("ResponseMs", 13580.2458);
        Set("Reason", "Conflict");
        var lines = Show(session, record);
        Assert.StartsWith("Scheduled    Op     Name", lines[0], StringComparison.Ordinal);
        Assert.Contains(lines, line => line.StartsWith("06:00:01.234 Create 1124.0300.0042-000123 1234.568 12345.678 13580.246 R", StringComparison.Ordinal));

        void Set(string name, object value) => type.GetProperty(name)!.SetValue(record, value);
    }

    [Fact]
    public void Rows_of_a_summary_and_results_of_objectives_are_tables()
    {
        using var files = new RecordFixture();
        using var session = new ModuleSession();
        var path = files.Run(outcome: i => i == 500 ? "Rejected" : "Succeeded");
        var operations = Show(session, session.Run("(Measure-ScaleTest $path).Operations", ("path", path)).ToArray());
        Assert.StartsWith("Operation Phase", operations[0], StringComparison.Ordinal);
        Assert.Contains(operations, line => line.StartsWith("Create    Steady      3100      3099    100.0", StringComparison.Ordinal));
        var failures = Show(session, session.Run("(Measure-ScaleTest $path).Failures", ("path", path)).ToArray());
        Assert.Contains(failures, line => line.StartsWith("Create    Rejected     409            1            1 Conflict", StringComparison.Ordinal));
        var results = Show(session, session.Run("try { Test-ScaleTest $path -Objective 'failed == 0', 'response.p99.9 <= 1s' } catch { }", ("path", path)).ToArray());
        Assert.StartsWith("Passed Resource", results[0], StringComparison.Ordinal);
        Assert.Equal(5, results.Count);
        Assert.Contains(results, line => line.StartsWith("yes    configmaps     verdict", StringComparison.Ordinal));
        Assert.Contains(results, line => line.StartsWith("NO     configmaps     failed == 0", StringComparison.Ordinal));
        Assert.Contains(results, line => line.StartsWith("?      configmaps     response.p99.9 <= 1s", StringComparison.Ordinal));
    }

    [Fact]
    public void A_summary_is_wrapped_to_a_narrow_terminal_between_words()
    {
        using var files = new RecordFixture();
        using var session = new ModuleSession();
        var text = session.Run("(Measure-ScaleTest $path).ToString(50)", ("path", files.Run())).Single().ToString();
        var lines = text.ReplaceLineEndings("\n").Split('\n');
        Assert.StartsWith("Valid: ", lines[0], StringComparison.Ordinal);
        Assert.All(lines.TakeWhile(line => !line.StartsWith("Steady, ms", StringComparison.Ordinal)), line => Assert.InRange(line.Length, 0, 50));
    }

    [Fact]
    public void A_watch_that_was_stopped_is_said_to_be_so_once()
    {
        using var session = new ModuleSession();
        var type = (Type)session.Run("[K8sScaleTest.WatchRecord]")[0].BaseObject;
        Assert.EndsWith("0 in 12 ms, Stopped", Show(session, Window("Stopped", "Stopped"))[^1], StringComparison.Ordinal);
        Assert.EndsWith("0 in 12 ms, Complete", Show(session, Window("Complete", ""))[^1], StringComparison.Ordinal);
        Assert.EndsWith("0 in 12 ms, Reset Cut", Show(session, Window("Reset", "Cut"))[^1], StringComparison.Ordinal);

        object Window(string end, string reason)
        {
            var record = Activator.CreateInstance(type, nonPublic: true)!;
            foreach (var (name, value) in new (string, object)[] { ("Requested", DateTime.UtcNow), ("Events", 0L), ("LengthMs", 12.0), ("End", end), ("Reason", reason) }) type.GetProperty(name)!.SetValue(record, value);
            return record;
        }
    }

    [Fact]
    public void Every_type_that_a_cmdlet_emits_has_a_view()
    {
        using var session = new ModuleSession();
        var types = ((Type)session.Run("[K8sScaleTest.OperationRecord]")[0].BaseObject).Assembly.GetExportedTypes();
        var emitted = types.Where(type => type.IsSubclassOf(typeof(Cmdlet))).SelectMany(type => type.GetCustomAttributes<OutputTypeAttribute>()).SelectMany(output => output.Type).Select(output => output.Type).ToHashSet();

        // Text shows itself.
        emitted.Remove(typeof(string));
        Assert.NotEmpty(emitted);
        var seen = Views().Descendants("TypeName").Select(name => name.Value).ToHashSet();
        Assert.All(emitted, type => Assert.Contains(type.FullName!, seen));

        // And what these hold in lists: $result.Audit, (Measure-ScaleTest run.csv).Operations.
        var held = emitted.Append(types.Single(type => type.Name == "WatcherAudit")).SelectMany(type => type.GetProperties()).Select(property => property.PropertyType)
            .Where(type => type.IsGenericType).SelectMany(type => type.GetGenericArguments()).Where(type => type.Namespace == "K8sScaleTest").ToHashSet();
        Assert.Superset(new HashSet<string> { "WatcherAudit", "WatchFault", "PathSummary", "OperationSummary" }, held.Select(type => type.Name).ToHashSet());
        Assert.All(held, type => Assert.Contains(type.FullName!, seen));
    }

    [Theory]
    [InlineData("WatcherAudit", "Observer          Events  Lists Watches  Missed Duplicated OutOfOrder Regressed   Gaps   InGaps Last", "logger 0               0      0       0       0          0          0         0")]
    [InlineData("WatchFault", "Observer       Fault      Event       Version Proof            Key", "logger 0       Missed     Added           812 Acknowledgement  scaletest/run-1")]
    [InlineData("PathSummary", "Operation    Writes    Joined  RecvP50Ms  RecvP99Ms HandlP99Ms QueueP99Ms WholeP50Ms WholeP99Ms", "Create            0         0      0.500")]
    public void What_an_audit_and_the_joining_found_is_a_table(string name, string header, string row)
    {
        using var session = new ModuleSession();
        var type = ((Type)session.Run("[K8sScaleTest.OperationRecord]")[0].BaseObject).Assembly.GetType("K8sScaleTest." + name, throwOnError: true)!;
        var shown = System.Runtime.CompilerServices.RuntimeHelpers.GetUninitializedObject(type);
        var values = new Dictionary<string, object>
        {
            ["Observer"] = "logger 0",
            ["SentinelArrived"] = false,
            ["Fault"] = "Missed",
            ["Event"] = "Added",
            ["Key"] = "scaletest/run-1",
            ["ResourceVersion"] = 812L,
            ["Proof"] = "Acknowledgement",
            ["Operation"] = "Create",
            ["LaunchedToReceivedP50Ms"] = 0.5,
        };
        foreach (var field in type.GetFields(BindingFlags.Instance | BindingFlags.NonPublic))
        {
            if (values.TryGetValue(field.Name.Split('<', '>')[1], out var value)) field.SetValue(shown, value);
        }

        var lines = Show(session, shown);

        // A terminal of 80 columns leaves out the last ones.
        Assert.StartsWith(lines[0], header, StringComparison.Ordinal);
        Assert.InRange(lines[0].Length, 60, 100);
        Assert.StartsWith(row, lines[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void Tables_fit_a_hundred_columns_and_have_an_item_for_each_header()
    {
        const int Rest = 10;
        var tables = Views().Descendants("TableControl").ToList();
        Assert.NotEmpty(tables);
        foreach (var table in tables)
        {
            var headers = table.Descendants("TableColumnHeader").ToList();
            // A blank between two columns; one without a width takes what is left.
            Assert.InRange(headers.Sum(header => (int?)header.Element("Width") ?? Rest) + headers.Count - 1, 1, 100);
            Assert.All(headers, header => Assert.InRange(((string)header.Element("Label")!).Length, 1, (int?)header.Element("Width") ?? Rest));
            Assert.Equal(headers.Count, table.Descendants("TableColumnItem").Count());
        }
    }

    // What comes after objects of another type is shown as a list of properties unless its view is out of band, and such a view passes over the properties that Format-Table and Format-List are given.
    [Fact]
    public void A_summary_is_a_report_also_after_records_and_alone_leaves_format_commands_their_properties()
    {
        using var session = new ModuleSession();
        using var folder = new TemporaryFolder();
        var items = session.Run("$server = Start-LocalApiServer; $run = @{ Rate = 500; Count = 5; MaxPopulation = 2; OutFile = $path }; $server | Start-ConfigMapDriver @run -PassThru; $server | Start-ConfigMapDriver @run; $server | Stop-LocalApiServer", ("path", folder.File("run.csv"))).ToArray();
        var (afterRecords, alone) = (items[^2], items[^1]);

        var shown = Show(session, items[..^1]);
        Assert.StartsWith("Scheduled    Op     Name", shown[0], StringComparison.Ordinal);
        Assert.Contains(shown, line => line.StartsWith("Inconclusive: ", StringComparison.Ordinal));
        Assert.Equal(["K8sScaleTest.ReportAfterRecords"], Views().Descendants("View").Where(view => view.Element("OutOfBand") is not null).Descendants("TypeName").Select(name => name.Value));
        Assert.Equal("K8sScaleTest.ScaleTestSummary", afterRecords.TypeNames[0]);
        Assert.DoesNotContain("K8sScaleTest.ReportAfterRecords", alone.TypeNames);
    }

    private static XDocument Views() => XDocument.Load(Path.Combine(Path.GetDirectoryName(ModuleSession.ManifestPath)!, "K8sScaleTest.Format.ps1xml"));

    private static List<string> Show(ModuleSession session, params object[] items)
    {
        var before = session.HostLines.Count;
        session.Run("$items | Out-Default", ("items", items));
        // Without colours: the host may have them on.
        return [.. session.HostLines.Skip(before).Select(line => System.Text.RegularExpressions.Regex.Replace(line, "\u001b\\[[0-9;]*m", "").TrimEnd()).Where(line => line.Length > 0)];
    }
}
