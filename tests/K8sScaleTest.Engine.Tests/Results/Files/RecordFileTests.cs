using K8sScaleTest.Engine.Records;
using K8sScaleTest.Engine.Results.Files;

namespace K8sScaleTest.Engine.Tests.Results.Files;

public sealed class RecordFileTests
{
    [Fact]
    public void A_directory_that_does_not_exist_is_said_before_any_load()
    {
        using var folder = new TemporaryFolder();
        var error = Assert.Throws<RecordFileException>(() => RecordFiles.OfOperations(folder.File("no/such/run.csv"), OutputFormat.Csv));
        Assert.Contains("does not exist", error.Message, StringComparison.Ordinal);
        Assert.Contains(Path.Combine(folder.Path, "no", "such"), error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_directory_is_no_file()
    {
        using var folder = new TemporaryFolder();
        var error = Assert.Throws<RecordFileException>(() => RecordFiles.OfOperations(folder.Path, OutputFormat.Csv));
        Assert.Contains("is a directory", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_full_disk_is_said_at_once_where_it_is_full_at_once()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "/dev/full is Linux's.");
        var error = Assert.Throws<RecordFileException>(() => RecordFiles.OfOperations("/dev/full", OutputFormat.Csv));
        Assert.True(error.DiskFull);
        Assert.Contains("the disk is full", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_existing_file_is_written_over()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("run.csv", new string('x', 10_000));
        using (var file = RecordFiles.OfOperations(path, OutputFormat.Csv)) file.Write(SampleRun.Row(0, 0, 1, 2));
        Assert.Equal(2, File.ReadAllLines(path).Length);
    }

    [Fact]
    public void Others_can_read_the_rows_once_a_flush_was_due()
    {
        using var folder = new TemporaryFolder();
        using var file = RecordFiles.OfOperations(folder.File("run.csv"), OutputFormat.Csv);
        file.Write(SampleRun.Row(0, 0, 1, 2));
        file.FlushIfDue();
        Assert.Single(ReadLines(file.Path));
        Thread.Sleep(TimeSpan.FromSeconds(0.9));
        file.FlushIfDue();
        Assert.Equal(2, ReadLines(file.Path).Count);
    }

    [Theory]
    [InlineData(OutputFormat.Csv, 100_000)]
    [InlineData(OutputFormat.Csv, 5_000)]
    [InlineData(OutputFormat.JsonLines, 99_999)]
    [InlineData(OutputFormat.Original, 70_000)]
    public void A_disk_that_fills_up_leaves_whole_rows_and_a_message(OutputFormat format, int capacity)
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("run.out");
        var full = new SmallDisk(path, capacity);
        var file = RecordFile<OperationRow>.Open(path, full, ownsStream: true, stream => OperationWriter.Create(stream, format));
        var row = SampleRun.Row(0, 0, 1, 2);
        row.Error = "two\nlines, \"quoted\"";
        var error = Assert.Throws<RecordFileException>(() =>
        {
            for (var i = 0; i < 10_000; i++) file.Write(row);
            file.Flush();
        });
        Assert.True(error.DiskFull);
        Assert.Contains("is full", error.Message, StringComparison.Ordinal);
        file.Dispose();

        var text = File.ReadAllText(path);
        using var one = new MemoryStream();
        using (var writer = OperationWriter.Create(one, format)) writer.Write(row);
        using var none = new MemoryStream();
        OperationWriter.Create(none, format).Dispose();
        var (header, length) = ((int)none.Length, (int)(one.Length - none.Length));
        Assert.Equal(file.Rows, (text.Length - header) / length);
        Assert.Equal(0, (text.Length - header) % length);
        Assert.InRange(text.Length, capacity - length, capacity);
    }

    [Fact]
    public void Disposing_after_a_failure_does_not_fail_again_and_writing_is_refused()
    {
        using var folder = new TemporaryFolder();
        var file = RecordFile<OperationRow>.Open("x", new SmallDisk(folder.File("x"), 2000), ownsStream: true, stream => OperationWriter.Create(stream, OutputFormat.Csv));
        for (var i = 0; i < 20; i++) file.Write(SampleRun.Row(0, 0, 1, 2));
        Assert.Throws<RecordFileException>(file.Flush);
        Assert.Throws<ObjectDisposedException>(() => file.Write(SampleRun.Row(0, 0, 1, 2)));
        file.Dispose();
        file.Dispose();
    }

    [Fact]
    public void The_last_rows_that_do_not_fit_are_told_by_dispose()
    {
        using var folder = new TemporaryFolder();
        var file = RecordFile<OperationRow>.Open("x", new SmallDisk(folder.File("x"), 1000), ownsStream: true, stream => OperationWriter.Create(stream, OutputFormat.Csv));
        for (var i = 0; i < 20; i++) file.Write(SampleRun.Row(0, 0, 1, 2));
        Assert.Throws<RecordFileException>(file.Dispose);
        Assert.EndsWith("\n", File.ReadAllText(folder.File("x")), StringComparison.Ordinal);
    }

    [Fact]
    public void Standard_output_stays_open()
    {
        using var output = new MemoryStream();
        using (var file = RecordFiles.OfOperations(output, OutputFormat.JsonLines)) file.Write(SampleRun.Row(0, 0, 1, 2));
        Assert.True(output.CanWrite);
        Assert.EndsWith("}\n", System.Text.Encoding.UTF8.GetString(output.ToArray()), StringComparison.Ordinal);
    }

    [Fact]
    public void Health_comes_back_as_it_was_written()
    {
        using var folder = new TemporaryFolder();
        var health = SampleRun.Health(3, change: (i, second) => second with { ProbeLagsMs = [1.5, 2 + i], ThrottledMs = i == 0 ? null : i }) with { Counters = new Dictionary<string, double> { ["Left"] = 2 } };
        RunHealthFile.Write(folder.File("run.csv"), health);
        RunHealthFile.Write(folder.File("run.csv"), health);
        Assert.Equal([folder.File("run.csv.run.json")], Directory.GetFiles(folder.Path));
        var read = RunHealthFile.Read(folder.File("run.csv"))!;
        Assert.Equal(health.Seconds.Select(second => second with { ProbeLagsMs = [] }), read.Seconds.Select(second => second with { ProbeLagsMs = [] }));
        Assert.Equal(health.Seconds[2].ProbeLagsMs, read.Seconds[2].ProbeLagsMs);
        Assert.Equal((health.RunId, health.Resource, health.CpuQuota, health.Mode), (read.RunId, read.Resource, read.CpuQuota, read.Mode));
        Assert.Equal("100", read.Parameters["Rate"]);
        Assert.Equal(2, read.Counters["Left"]);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("{\"a\":1}")]
    public void A_foreign_health_file_is_said_to_be_one(string text)
    {
        using var folder = new TemporaryFolder();
        folder.Write("run.csv.run.json", text);
        Assert.Contains("run.csv.run.json", Assert.Throws<OperationFileException>(() => RunHealthFile.Read(folder.File("run.csv"))).Message, StringComparison.Ordinal);
        Assert.Null(RunHealthFile.Read(folder.File("other.csv")));
    }

    private static List<string> ReadLines(string path)
    {
        using var reader = new StreamReader(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        return [.. reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries)];
    }

    /// <summary>A file on a disk of so many bytes: takes what fits and then fails as Linux does.</summary>
    private sealed class SmallDisk(string path, long capacity) : Stream
    {
        private const int NoSpace = 28;
        private readonly FileStream _file = new(path, FileMode.Create);

        public override bool CanRead => false;

        public override bool CanSeek => true;

        public override bool CanWrite => true;

        public override long Length => _file.Length;

        public override long Position { get => _file.Position; set => _file.Position = value; }

        public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            var fits = (int)Math.Min(buffer.Length, capacity - _file.Length);
            _file.Write(buffer[..fits]);
            if (fits < buffer.Length) throw new IOException("No space left on device", OperatingSystem.IsWindows() ? unchecked((int)0x80070070) : NoSpace);
        }

        public override void Flush() => _file.Flush();

        public override void SetLength(long value) => _file.SetLength(value);

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => _file.Seek(offset, origin);

        protected override void Dispose(bool disposing)
        {
            if (disposing) _file.Dispose();
            base.Dispose(disposing);
        }
    }
}
