using System.Management.Automation;

namespace K8sScaleTest.Tests;

public sealed class MeasureScaleTestTests : IDisposable
{
    private readonly RecordFixture _files = new();
    private readonly ModuleSession _session = new();

    public void Dispose()
    {
        _session.Dispose();
        _files.Dispose();
    }

    [Fact]
    public void A_file_gives_a_summary_with_its_verdict_from_the_health_beside_it()
    {
        dynamic summary = Assert.Single(_session.Run("Measure-ScaleTest $path", ("path", _files.Run()))).BaseObject;
        Assert.Equal("Valid", summary.Verdict);
        Assert.Equal("None", summary.VerdictReason);
        Assert.Equal(3200, summary.Count);
        Assert.Equal(100.0, summary.RequestedRate);
        Assert.Equal(2, summary.Operations.Length);
        Assert.Equal(25.0, summary.Health.CpuPercent);
        Assert.InRange((double)summary.Steady.ServiceP99Ms, 0.999, 1.001);
        Assert.Null(summary.Steady.ServiceP999Ms);
    }

    [Fact]
    public void Without_its_health_a_run_is_inconclusive()
    {
        dynamic summary = Assert.Single(_session.Run("Measure-ScaleTest $path", ("path", _files.Run(health: false)))).BaseObject;
        Assert.Equal(("Inconclusive", "NoHealth"), ((string)summary.Verdict, (string)summary.VerdictReason));
    }

    [Fact]
    public void A_file_that_is_given_twice_is_read_once_and_said_to_be()
    {
        var path = _files.Run();
        dynamic summary = Assert.Single(_session.Run("Measure-ScaleTest $path, \"$([IO.Path]::GetDirectoryName($path))/*.csv\"", ("path", path))).BaseObject;
        Assert.Equal(3200, summary.Count);
        Assert.Contains("was given twice", Assert.Single(_session.Warnings).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Wildcards_resolve_and_pass_over_the_health_files()
    {
        _files.Run("a.csv", runId: "1124.0300.0001");
        _files.Run("b.csv", resource: "flunders.wardle.example.com");
        var summaries = _session.Run("Measure-ScaleTest -Path $pattern", ("pattern", Path.Combine(_files.Folder, "*")));
        Assert.Equal(["configmaps", "flunders.wardle.example.com"], summaries.Select(summary => (string)((dynamic)summary.BaseObject).Resource));
    }

    [Fact]
    public void Files_come_through_the_pipeline_and_literally_too()
    {
        var path = _files.Run();
        Assert.Equal("Valid", Verdict(_session.Run("[IO.FileInfo]$path | Measure-ScaleTest", ("path", path))));
        Assert.Equal("Valid", Verdict(_session.Run("Measure-ScaleTest -LiteralPath $path", ("path", path))));
    }

    // Import-Csv's objects: texts, here as a German session wrote them.
    [Fact]
    public void Imported_texts_of_another_culture_are_read()
    {
        var script = """
            $lines = [IO.File]::ReadAllLines($path)
            $names = $lines[0].Split(',')
            foreach ($line in $lines[1..($lines.Length - 1)]) {
                $record = [ordered]@{}
                $values = $line.Split(',')
                for ($i = 0; $i -lt $names.Length; $i++) { $record[$names[$i]] = if ($names[$i] -like '*Ms') { $values[$i].Replace('.', ',') } else { $values[$i] } }
                [pscustomobject]$record
            }
            """;
        dynamic summary = Assert.Single(_session.Run($"& {{ {script} }} | Measure-ScaleTest", ("path", _files.Run()))).BaseObject;
        Assert.Equal(3200, summary.Count);
        Assert.InRange((double)summary.Steady.ResponseP50Ms, 1.199, 1.202);
        Assert.Equal("NoHealth", summary.VerdictReason);
    }

    [Fact]
    public void A_line_that_a_killed_run_left_unfinished_is_left_out_and_said()
    {
        var path = _files.Run();
        File.AppendAllText(path, RecordFixture.RunId + ",0,3201,Crea");
        dynamic summary = Assert.Single(_session.Run("Measure-ScaleTest $path", ("path", path))).BaseObject;
        Assert.Equal(3200, summary.Count);
        Assert.Contains(_session.Warnings, warning => warning.Contains("cut off", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("Measure-ScaleTest /no/such/file.csv", "does not exist")]
    [InlineData("Measure-ScaleTest /no/such/*.csv", "No file matches")]
    [InlineData("Measure-ScaleTest $empty", "is empty")]
    [InlineData("Measure-ScaleTest $foreign", "its first line is 'Name,Id'")]
    [InlineData("Measure-ScaleTest $folder", "is a directory")]
    [InlineData("[IO.FileInfo]$foreign | Measure-ScaleTest", "its first line is 'Name,Id'")]
    public void What_cannot_be_read_is_told(string script, string expected)
    {
        var error = Error(script, ("empty", _files.Write("empty.csv", "")), ("foreign", _files.Write("foreign.csv", "Name,Id\na,1\n")), ("folder", _files.Folder));
        Assert.Contains(expected, error.Exception.Message, StringComparison.Ordinal);
        Assert.StartsWith("RecordFileUnusable,", error.FullyQualifiedErrorId, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("1 | Measure-ScaleTest", "System.Int32")]
    [InlineData("'run.csv' | Measure-ScaleTest", "-Path")]
    [InlineData("[pscustomobject]@{ RunId = 'x'; Worker = 1 } | Measure-ScaleTest", "lacks Resource, Operation")]
    [InlineData("[pscustomobject]@{ RunId = 'x'; Worker = 'one' } | Measure-ScaleTest", "'one' is not a value of Worker")]
    public void An_object_that_is_no_record_is_told(string script, string expected)
    {
        var error = Error(script);
        Assert.Contains(expected, error.Exception.Message, StringComparison.Ordinal);
        Assert.StartsWith("NotAnOperationRecord,", error.FullyQualifiedErrorId, StringComparison.Ordinal);
    }

    [Fact]
    public void The_first_line_of_its_view_is_the_verdict_and_no_line_is_wider_than_a_hundred()
    {
        var before = _session.HostLines.Count;
        _session.Run("$s = Measure-ScaleTest $path; $s | Out-Default", ("path", _files.Run(outcome: i => i % 1000 == 500 ? "Rejected" : "Succeeded")));
        var lines = _session.HostLines.Skip(before).SkipWhile(string.IsNullOrWhiteSpace).ToList();
        Assert.StartsWith("Valid: the generator disturbed none of 3 windows", lines[0], StringComparison.Ordinal);
        Assert.Contains(lines, line => line.Contains("p99.9", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.Contains("3 x Create Rejected: Conflict (409)", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.StartsWith("Generator: CPU 25 % of 200 %", StringComparison.Ordinal));
        Assert.All(lines, line => Assert.InRange(line.Length, 0, 100));
        Assert.Equal(_session.Run("$s.ToString($Host.UI.RawUI.BufferSize.Width - 1)")[0].ToString(), string.Join(Environment.NewLine, lines).TrimEnd());
    }

    [Fact]
    public void An_overloaded_run_shows_its_throughput_and_keeps_its_percentiles_as_data()
    {
        var path = _files.Run(serviceMs: i => 12.5 + (i * 2.5));
        var before = _session.HostLines.Count;
        dynamic summary = Assert.Single(_session.Run("$s = Measure-ScaleTest $path; $s | Out-Default; $s", ("path", path))).BaseObject;
        Assert.Equal("Overloaded", summary.Verdict);
        Assert.False(summary.PercentilesAreFindings);
        Assert.NotNull(summary.Steady.ResponseP99Ms);
        var shown = string.Join('\n', _session.HostLines.Skip(before));
        Assert.Contains("no findings", shown, StringComparison.Ordinal);
        Assert.DoesNotContain("p99.9", shown, StringComparison.Ordinal);
    }

    private static string Verdict(IEnumerable<PSObject> summaries) => (string)((dynamic)Assert.Single(summaries).BaseObject).Verdict;

    private ErrorRecord Error(string script, params (string Name, object? Value)[] variables) => _session.RunToError("$ErrorActionPreference = 'Stop'; " + script, variables);
}
