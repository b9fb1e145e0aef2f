using System.Text;
using System.Text.Json;
using K8sScaleTest.Engine.Records;
using K8sScaleTest.Engine.Results.Files;

namespace K8sScaleTest.Engine.Tests.Results.Files;

public sealed class OperationWriterTests
{
    [Fact]
    public void Csv_has_the_columns_of_the_contract_in_their_order()
    {
        var lines = Write(OutputFormat.Csv).Split('\n');
        Assert.Equal(string.Join(',', OperationColumns.Names), lines[0]);
    }

    [Fact]
    public void Csv_writes_a_row_to_the_last_digit()
    {
        var row = SampleRun.Row(0.0001, 1.1675, 2, 1234.567891);
        row.Connection = 3;
        row.Uid = "u-1";
        var fields = Write(OutputFormat.Csv, row).Split('\n')[1].Split(',');
        Assert.Equal(OperationColumns.Names.Count, fields.Length);
        var byName = OperationColumns.Names.Zip(fields).ToDictionary(pair => pair.First, pair => pair.Second);
        Assert.Equal("1.1674", byName["PacerDelayMs"]);
        Assert.Equal("0.8325", byName["ConnectionWaitMs"]);
        Assert.Equal("1232.567891", byName["ServiceMs"]);
        Assert.Equal("1234.567791", byName["ResponseMs"]);
        Assert.Equal("2026-11-24T06:00:00.0000001Z", byName["Scheduled"]);
        Assert.Equal("2026-11-24T06:00:01.2345678Z", byName["Finished"]);
        Assert.Equal("1795500001234567", byName["FinishedUnixMicroseconds"]);
        Assert.Equal("True", byName["Succeeded"]);
        Assert.Equal("3", byName["Connection"]);
        Assert.Equal("u-1", byName["Uid"]);
        Assert.Equal("", byName["Reason"]);
    }

    [Fact]
    public void What_was_never_sent_has_empty_fields_and_not_zeros()
    {
        var row = SampleRun.Row(1, 1, double.NaN, 2, outcome: Outcome.NotSent, reason: Reasons.Shed, status: 0);
        row.Connection = -1;
        var byName = OperationColumns.Names.Zip(Write(OutputFormat.Csv, row).Split('\n')[1].Split(',')).ToDictionary(pair => pair.First, pair => pair.Second);
        foreach (var name in new[] { "Sent", "SentUnixMicroseconds", "ConnectionWaitMs", "ServiceMs", "StatusCode", "Connection" }) Assert.Equal("", byName[name]);
        Assert.Equal("1", byName["ResponseMs"]);
    }

    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("a,b", "\"a,b\"")]
    [InlineData("say \"no\"", "\"say \"\"no\"\"\"")]
    [InlineData("two\nlines", "\"two\nlines\"")]
    [InlineData("\"", "\"\"\"\"")]
    [InlineData("=1+1", "=1+1")]
    [InlineData("ünïcødé 試", "ünïcødé 試")]
    public void Csv_quotes_where_it_must_and_nowhere_else(string error, string expected)
    {
        var row = SampleRun.Row(0, 0, 1, 2, outcome: Outcome.Rejected, status: 400);
        row.Error = error;
        Assert.Contains($",{expected},1,2026-", Write(OutputFormat.Csv, row), StringComparison.Ordinal);
    }

    [Fact]
    public void Json_lines_are_objects_with_the_same_names_and_without_what_is_missing()
    {
        var row = SampleRun.Row(1, 1.5, double.NaN, 2, outcome: Outcome.NotSent, reason: "Shed", status: 0);
        row.Error = "a \"quoted\" \\ text\nof two lines \u0001";
        row.Connection = -1;
        var line = Assert.Single(Write(OutputFormat.JsonLines, row).Split('\n', StringSplitOptions.RemoveEmptyEntries));
        var json = JsonDocument.Parse(line).RootElement;
        var names = json.EnumerateObject().Select(property => property.Name).ToList();
        Assert.Equal(OperationColumns.Names.Where(names.Contains), names);
        Assert.Equal(row.Error, json.GetProperty("Error").GetString());
        Assert.Equal(0.5, json.GetProperty("PacerDelayMs").GetDouble());
        Assert.False(json.GetProperty("Succeeded").GetBoolean());
        Assert.DoesNotContain("Sent", names);
        Assert.DoesNotContain("Connection", names);
        Assert.Equal(DateTimeKind.Utc, json.GetProperty("Finished").GetDateTime().Kind);
    }

    [Fact]
    public void Every_column_of_a_full_row_reaches_json()
    {
        var row = Full();
        var json = JsonDocument.Parse(Write(OutputFormat.JsonLines, row)).RootElement;
        Assert.Equal(OperationColumns.Names, json.EnumerateObject().Select(property => property.Name));
    }

    [Fact]
    public void Original_writes_the_go_programs_columns()
    {
        var good = SampleRun.Row(0, 1.9999, 2, 1234.5);
        var bad = SampleRun.Row(0, 61_000, 61_001, 61_002, OperationKind.Delete, Outcome.Rejected, "NotFound", 404);
        bad.Error = "configmaps \"x\" not found";
        Assert.Equal(
            "2026-11-24 06:00:00.001,2026-11-24 06:00:01.234,create,\"1124.0300.0001-0001\",\"\"\n" +
            "2026-11-24 06:01:01.000,2026-11-24 06:01:01.002,delete,\"1124.0300.0001-0001\",\"configmaps \"\"x\"\" not found\"\n",
            Write(OutputFormat.Original, good, bad));
    }

    [Theory]
    [InlineData(OutputFormat.Csv)]
    [InlineData(OutputFormat.JsonLines)]
    [InlineData(OutputFormat.Original)]
    public void A_row_allocates_nothing(OutputFormat format)
    {
        using var writer = OperationWriter.Create(Stream.Null, format);
        var row = Full();
        var least = long.MaxValue;
        // The runtime allocates on this thread too, when it makes a better version of a method: one round in which nobody does is enough.
        for (var round = 0; round < 10; round++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < 2000; i++) writer.Write(row);
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.Equal(0, least);
    }

    [Fact]
    public void A_message_longer_than_the_buffer_is_written_whole()
    {
        var row = SampleRun.Row(0, 0, 1, 2);
        row.Error = new string('x', 300_000) + "\"end";
        var text = Write(OutputFormat.Csv, row, SampleRun.Row(1, 1, 2, 3));
        Assert.Contains(new string('x', 300_000) + "\"\"end\"", text, StringComparison.Ordinal);
        Assert.Equal(3, text.Count(c => c == '\n'));
    }

    [Fact]
    public void Parameters_are_lines_of_key_and_value()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("run-driver.parms");
        ParametersFile.Write(path, [new("LAMBDA", "20"), new("DATEFILENAME", "a=b.csv")]);
        Assert.Equal("LAMBDA=20\nDATEFILENAME=a=b.csv\n", File.ReadAllText(path));
        Assert.Throws<ArgumentException>(() => ParametersFile.Write(path, [new("A", "b\nN=1")]));
        Assert.Throws<ArgumentException>(() => ParametersFile.Write(path, [new("A=B", "b")]));
    }

    private static OperationRow Full()
    {
        var row = SampleRun.Row(0.5, 1, 2, 3.25);
        (row.Reason, row.Error, row.ResourceVersion, row.Uid, row.RetryAfter) = ("TooManyRequests", "slow down", "123", "0f0", "1");
        (row.FlowSchemaUid, row.PriorityLevelUid, row.AuditId) = ("f", "p", "a");
        return row;
    }

    private static string Write(OutputFormat format, params OperationRow[] rows)
    {
        using var stream = new MemoryStream();
        using (var writer = OperationWriter.Create(stream, format))
        {
            foreach (var row in rows) writer.Write(row);
        }

        return Encoding.UTF8.GetString(stream.ToArray());
    }
}
