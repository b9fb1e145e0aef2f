using System.Globalization;
using System.Reflection;
using System.Text;
using K8sScaleTest.Engine.Records;
using K8sScaleTest.Engine.Results.Files;

namespace K8sScaleTest.Engine.Tests.Results.Files;

public sealed class OperationReaderTests
{
    [Theory]
    [InlineData(OutputFormat.Csv)]
    [InlineData(OutputFormat.JsonLines)]
    public void What_was_written_comes_back(OutputFormat format)
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("run");
        var failed = SampleRun.Row(2, 2.5, double.NaN, 3, OperationKind.Delete, Outcome.NotSent, Reasons.Shed, 0);
        failed.Error = "a \"quoted\",\nbroken line";
        OperationRow[] rows = [SampleRun.Row(0, 0.123456, 1.5, 2.25), failed, SampleRun.Row(3, 3, 4, 5, OperationKind.Update, Outcome.Rejected, "Conflict", 409)];
        using (var file = RecordFiles.OfOperations(path, format))
        {
            foreach (var row in rows) file.Write(row);
        }

        using var reader = OperationReader.Open(path);
        var samples = reader.Read().ToList();
        Assert.Equal(0, reader.CutLines);
        Assert.Equal(3, samples.Count);
        for (var i = 0; i < rows.Length; i++) AssertSame(OperationSample.From(rows[i]), samples[i]);
    }

    // The three list separators, a decimal comma, the Arabic decimal separator, and minus signs with direction marks.
    [Theory]
    [InlineData("en-US", ",")]
    [InlineData("de-DE", ",")]
    [InlineData("de-DE", ";")]
    [InlineData("fa-IR", "\u061B")]
    [InlineData("ar-SA", ";")]
    [InlineData("sv-SE", ";")]
    [InlineData("en-US", "\t")]
    public void What_export_csv_of_any_culture_wrote_is_read(string culture, string delimiter)
    {
        using var folder = new TemporaryFolder();
        var info = CultureInfo.GetCultureInfo(culture);
        var path = folder.Write("export.csv", Export(info, delimiter, "\"", -0.00015, 1.1675));
        var sample = Assert.Single(OperationReader.Read(path));
        Assert.Equal(-0.00015, sample.PacerDelayMs);
        Assert.Equal(1.1675, sample.ServiceMs);
        Assert.Equal(SampleRun.Start, sample.ScheduledUnixNanoseconds);
        Assert.Equal((SampleRun.Id, SampleRun.Resource, Outcome.Succeeded, Phase.Steady), (sample.RunId, sample.Resource, sample.Outcome, sample.Phase));
    }

    [Theory]
    [InlineData("utf-16")]
    [InlineData("utf-16BE")]
    [InlineData("utf-8")]
    public void A_byte_order_mark_is_understood(string encoding)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("x.csv"), "#TYPE K8sScaleTest.OperationRecord\r\n" + Export(CultureInfo.InvariantCulture, ",", "\"", 1, 2), Encoding.GetEncoding(encoding));
        Assert.Equal(2, Assert.Single(OperationReader.Read(folder.File("x.csv"))).ServiceMs);
    }

    [Fact]
    public void The_order_of_columns_does_not_matter_and_more_columns_do_not_either()
    {
        using var folder = new TemporaryFolder();
        var lines = Export(CultureInfo.InvariantCulture, ",", "", 1, 2).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        var path = folder.Write("x.csv", string.Join('\n', lines.Select((line, i) => (i == 0 ? "Mine," : "hello,") + string.Join(',', line.Split(',').Reverse()))) + "\n");
        Assert.Equal(2, Assert.Single(OperationReader.Read(path)).ServiceMs);
    }

    [Fact]
    public void A_missing_file_is_said_to_be_missing()
    {
        using var folder = new TemporaryFolder();
        Assert.Contains("does not exist", Error(folder.File("no.csv")), StringComparison.Ordinal);
        Assert.Contains("is a directory", Error(folder.Path), StringComparison.Ordinal);
    }

    [Fact]
    public void An_empty_file_is_said_to_be_empty_and_one_without_records_to_have_none()
    {
        using var folder = new TemporaryFolder();
        Assert.Contains("is empty", Error(folder.Write("a.csv", "")), StringComparison.Ordinal);
        Assert.Contains("no whole record", Error(folder.Write("b.csv", string.Join(',', OperationColumns.Names) + "\n")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Name,Id\nsvchost,4\n", "its first line is 'Name,Id'")]
    [InlineData("2026-11-24 06:00:00.001,2026-11-24 06:00:01.234,create,x-1,\n", "Go programs' format")]
    [InlineData("[{\"RunId\":\"a\"}]", "JSON array")]
    [InlineData("{\"kind\":\"Status\"}\n{}\n", "no operation record")]
    [InlineData("<Objs Version=\"1.1.0.1\">\n", "Import-Clixml")]
    [InlineData("\u007fELF\0\0\u0001\u0002", "its first line is")]
    public void A_foreign_file_is_said_to_be_foreign_with_what_was_found(string text, string expected)
    {
        using var folder = new TemporaryFolder();
        var error = Error(folder.Write("x", text));
        Assert.Contains(expected, error, StringComparison.Ordinal);
        Assert.DoesNotContain(error, char.IsControl);
    }

    [Fact]
    public void Columns_that_are_missing_are_named()
    {
        using var folder = new TemporaryFolder();
        var error = Error(folder.Write("x.csv", "RunId,Worker,Resource,Operation,Phase,Outcome,StatusCode,Reason,ScheduledUnixMicroseconds,FinishedUnixMicroseconds,PacerDelayMs,ConnectionWaitMs\n1\n"));
        Assert.Contains("lacks the columns ServiceMs, ResponseMs", error, StringComparison.Ordinal);
    }

    // Any place at which a kill can cut the file gives all the rows before it, and at most one cut line.
    [Theory]
    [InlineData(OutputFormat.Csv)]
    [InlineData(OutputFormat.JsonLines)]
    public void A_file_cut_anywhere_gives_its_whole_rows(OutputFormat format)
    {
        using var folder = new TemporaryFolder();
        using var stream = new MemoryStream();
        var ends = new List<long>();
        using (var writer = OperationWriter.Create(stream, format))
        {
            for (var i = 0; i < 3; i++)
            {
                var row = SampleRun.Row(i, i, i + 1, i + 2);
                row.Error = "a \"b\",\nc";
                writer.Write(row);
                writer.Flush();
                ends.Add(stream.Length);
            }
        }

        var bytes = stream.ToArray();
        for (var length = (int)ends[0]; length <= bytes.Length; length++)
        {
            File.WriteAllBytes(folder.File("cut"), bytes[..length]);
            using var reader = OperationReader.Open(folder.File("cut"));
            var read = reader.Read().Count();
            var whole = ends.Count(end => end <= length);
            var partial = ends.Contains(length) ? 0 : 1;
            // Once nothing but the end of the line is lacking, the row may count as whole.
            Assert.True((read == whole && reader.CutLines == partial) || (read == whole + 1 && partial == 1 && reader.CutLines == 0), $"at {length}: {read} rows, {reader.CutLines} cut");
        }
    }

    [Fact]
    public void A_broken_line_in_the_middle_is_an_error_with_its_number()
    {
        using var folder = new TemporaryFolder();
        var good = Export(CultureInfo.InvariantCulture, ",", "\"", 1, 2).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        var path = folder.Write("x.csv", string.Join('\n', good[0], good[1], "x", good[1], ""));
        var error = Error(path);
        Assert.Contains("broken at line 3", error, StringComparison.Ordinal);
        Assert.Contains("1 fields, and the header has 37", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Steady", "Steadily", "'Steadily' is not a value of Phase")]
    [InlineData("\"2\"", "\"2.0.0\"", "'2.0.0' is not a value of ServiceMs")]
    [InlineData("\"1795500000000000\"", "\"\"", "'' is not a value of ScheduledUnixMicroseconds")]
    public void A_broken_value_in_the_middle_is_named_with_its_column_and_line(string good, string bad, string expected)
    {
        using var folder = new TemporaryFolder();
        var lines = Export(CultureInfo.InvariantCulture, ",", "\"", 1, 2).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        var path = folder.Write("x.csv", string.Join("\r\n", lines[0], "", lines[1].Replace(good, bad, StringComparison.Ordinal), lines[1], ""));
        var error = Error(path);
        Assert.Contains("line 3", error, StringComparison.Ordinal);
        Assert.Contains(expected, error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_stray_quote_does_not_swallow_the_rest_of_a_file()
    {
        using var folder = new TemporaryFolder();
        var lines = Export(CultureInfo.InvariantCulture, ",", "", 1, 2).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        var broken = lines[1].Replace(",scaletest,", ",\"scaletest,", StringComparison.Ordinal);
        Assert.NotEqual(lines[1], broken);
        var path = folder.Write("x.csv", string.Join('\n', [lines[0], broken, .. Enumerable.Repeat(lines[1], 1000), ""]));
        Assert.Contains("line 2", Error(path), StringComparison.Ordinal);
    }

    private static string Error(string path) => Assert.Throws<OperationFileException>(() => OperationReader.Read(path).Count()).Message;

    /// <summary>One record as Export-Csv writes it: ToString() of the culture, all quoted.</summary>
    private static string Export(CultureInfo culture, string delimiter, string quote, double pacer, double service)
    {
        var text = new StringBuilder();
        var values = OperationColumns.Names.Select(name => name switch
        {
            "RunId" => SampleRun.Id,
            "Operation" => "Create",
            "Resource" => SampleRun.Resource,
            "Namespace" => "scaletest",
            "Phase" => "Steady",
            "Outcome" => "Succeeded",
            "Succeeded" => "True",
            "StatusCode" => 201.ToString(culture),
            "Worker" => 0.ToString(culture),
            "Scheduled" or "Finished" => new DateTime(2026, 11, 24, 6, 0, 0, DateTimeKind.Utc).ToString(culture),
            "ScheduledUnixMicroseconds" => (SampleRun.Start / 1000).ToString(culture),
            "FinishedUnixMicroseconds" => ((SampleRun.Start / 1000) + 4000).ToString(culture),
            "PacerDelayMs" => pacer.ToString(culture),
            "ConnectionWaitMs" => 0.5.ToString(culture),
            "ServiceMs" => service.ToString(culture),
            "ResponseMs" => 4.ToString(culture),
            _ => "",
        }).ToList();
        foreach (var line in new[] { OperationColumns.Names, values }) text.AppendJoin(delimiter, line.Select(value => quote + value + quote)).Append("\r\n");
        return text.ToString();
    }

    private static void AssertSame(OperationSample expected, OperationSample actual)
    {
        foreach (var property in typeof(OperationSample).GetProperties(BindingFlags.Public | BindingFlags.Instance))
        {
            var (wanted, got) = (property.GetValue(expected), property.GetValue(actual));
            // Files hold microseconds.
            if (property.Name.EndsWith("Nanoseconds", StringComparison.Ordinal)) Assert.Equal((long)wanted! / 1000, (long)got! / 1000);
            else if (wanted is double real) Assert.Equal(real, (double)got!, 9);
            else Assert.Equal(wanted, got);
        }
    }
}
