using System.Text;
using System.Text.Json;
using K8sScaleTest.Engine.Records;
using K8sScaleTest.Engine.Results.Files;

namespace K8sScaleTest.Engine.Tests.Results.Files;

public sealed class NotificationWriterTests
{
    private const long Anchor = 1_795_500_000_000_000_000;

    [Fact]
    public void Csv_has_the_columns_in_their_order_and_empty_fields_for_what_is_not_known()
    {
        var lines = Write(OutputFormat.Csv, Row(), Row() with { WrittenUnixMicroseconds = 0, LatencyFrom = null, Compared = false, Uid = Guid.Empty, Key = "node" }).Split('\n');
        Assert.Equal(string.Join(',', NotificationColumns.Names), lines[0]);
        Assert.Equal(
            "run,configmaps,Update,ns/a,ns,a,7f2a1e52-2d3c-4e0e-9f2b-0a1b2c3d4e5f,42,2026-11-24T05:59:59.0000000Z,Updated,1,1,0,1,0,False,False,True,False,"
            + "2026-11-24T06:00:00.0000010Z,2026-11-24T06:00:00.0000020Z,2026-11-24T06:00:00.0000020Z,2026-11-24T06:00:00.0000020Z,2026-11-24T06:00:00.0001000Z,"
            + "1795500000000001,1795500000000002,1795500000000002,1795500000000002,1795500000000100,0.001,0.098,1795500000000051,scaletest/updatedUnixMicros,-0.05,-0.049,0.049",
            lines[1]);
        Assert.Contains(",node,,node,,42,", lines[2], StringComparison.Ordinal);
        Assert.EndsWith(",0.001,0.098,,,,,", lines[2], StringComparison.Ordinal);
        Assert.Equal(NotificationColumns.Names.Count, lines[2].Split(',').Length);
    }

    [Fact]
    public void Json_lines_leave_out_what_is_not_known()
    {
        using var whole = JsonDocument.Parse(Write(OutputFormat.JsonLines, Row()));
        Assert.Equal(NotificationColumns.Names, whole.RootElement.EnumerateObject().Select(member => member.Name));
        Assert.Equal(-0.05, whole.RootElement.GetProperty("ReceivedLatencyMs").GetDouble());
        using var part = JsonDocument.Parse(Write(OutputFormat.JsonLines, Row() with { WrittenUnixMicroseconds = 0, LatencyFrom = null, Compared = false, CreationUnixSeconds = 0 }));
        Assert.Equal(
            ["CreationTimestamp", "Duplicate", "WrittenUnixMicroseconds", "LatencyFrom", "ReceivedLatencyMs", "HandledLatencyMs", "DequeuedLatencyMs"],
            NotificationColumns.Names.Except(part.RootElement.EnumerateObject().Select(member => member.Name)));
    }

    [Theory]
    [InlineData("configmaps", true, false, ",3")]
    [InlineData("configmaps", true, true, ",2")]
    [InlineData("configmaps", false, false, ",0")]
    [InlineData("flunders.wardle.example.com", true, false, "")]
    public void The_original_format_is_that_of_the_go_loggers(string resource, bool compared, bool duplicate, string tail)
    {
        var row = Row() with { Compared = compared, Duplicate = duplicate };
        row.Run = row.Run with { Resource = resource };
        Assert.Equal(
            $"2026-11-24 06:00:00.000,update,\"ns/a\",2026-11-24 05:59:59,0,1,0,2026-11-24 06:00:00.000,2026-11-24 06:00:00.000{tail}\n", Write(OutputFormat.Original, row));
    }

    [Theory]
    [InlineData(NotificationKind.Create, "create", "2026-11-24 05:59:59")]
    [InlineData(NotificationKind.Recreate, "update", "2026-11-24 05:59:59")]
    [InlineData(NotificationKind.Delete, "delete", "2000-01-01 00:00:00")]
    [InlineData(NotificationKind.CreateDelete, "delete", "2000-01-01 00:00:00")]
    public void It_knows_three_operations_and_no_creation_of_what_is_gone(NotificationKind kind, string word, string created) =>
        Assert.StartsWith($"2026-11-24 06:00:00.000,{word},\"ns/a\",{created},", Write(OutputFormat.Original, Row() with { Operation = kind }), StringComparison.Ordinal);

    [Fact]
    public void It_has_one_row_for_each_dequeue()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("log.csv");
        using (var file = RecordFiles.OfNotifications(path, OutputFormat.Original))
        {
            file.Write(Row() with { EventNumber = 1, Events = 2 });
            file.Write(Row() with { EventNumber = 2, Events = 2 });
        }

        Assert.Single(File.ReadAllLines(path));
    }

    private static NotificationRow Row() => new()
    {
        Run = new("run", 0, "configmaps", "", new RunClock((0, Anchor))),
        Operation = NotificationKind.Update,
        Key = "ns/a",
        Uid = Guid.Parse("7f2a1e52-2d3c-4e0e-9f2b-0a1b2c3d4e5f"),
        ResourceVersion = 42,
        CreationUnixSeconds = 1_795_499_999,
        Event = NotifiedEvent.Updated,
        EventNumber = 1,
        Events = 1,
        QueuedUpdates = 1,
        Compared = true,
        Received = RunClock.FromNanoseconds(1_000),
        Handled = RunClock.FromNanoseconds(2_000),
        FirstEnqueued = RunClock.FromNanoseconds(2_000),
        LastEnqueued = RunClock.FromNanoseconds(2_000),
        Dequeued = RunClock.FromNanoseconds(100_000),
        WrittenUnixMicroseconds = 1_795_500_000_000_051,
        LatencyFrom = "scaletest/updatedUnixMicros",
    };

    private static string Write(OutputFormat format, params NotificationRow[] rows)
    {
        using var stream = new MemoryStream();
        using (var writer = NotificationWriter.Create(stream, format))
        {
            foreach (var row in rows) writer.Write(row);
        }

        return Encoding.UTF8.GetString(stream.ToArray()).TrimEnd(format == OutputFormat.Original ? ' ' : '\n');
    }
}
