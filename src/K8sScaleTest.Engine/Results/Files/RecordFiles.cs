using K8sScaleTest.Engine.Observers.Paths;
using K8sScaleTest.Engine.Records;

namespace K8sScaleTest.Engine.Results.Files;

/// <summary>Opens files of records of each kind.</summary>
public static class RecordFiles
{
    /// <summary>Opens a file of operation records and writes its header, so that a disk already full shows before any load.</summary>
    /// <exception cref="RecordFileException">It cannot be written; says why.</exception>
    public static RecordFile<OperationRow> OfOperations(string path, OutputFormat format) =>
        RecordFile<OperationRow>.Create(path, stream => OperationWriter.Create(stream, format));

    /// <summary>Writes operation records to standard output, or any stream that stays the caller's.</summary>
    /// <exception cref="RecordFileException">Its reader has gone.</exception>
    public static RecordFile<OperationRow> OfOperations(Stream standardOutput, OutputFormat format) =>
        RecordFile<OperationRow>.Create(standardOutput, stream => OperationWriter.Create(stream, format));

    /// <summary>Opens a file of notification records, as <see cref="OfOperations(string, OutputFormat)"/>.</summary>
    /// <exception cref="RecordFileException">It cannot be written; says why.</exception>
    public static RecordFile<NotificationRow> OfNotifications(string path, OutputFormat format) =>
        RecordFile<NotificationRow>.Create(path, stream => NotificationWriter.Create(stream, format));

    /// <summary>Writes notification records to standard output, or any stream that stays the caller's.</summary>
    /// <exception cref="RecordFileException">Its reader has gone.</exception>
    public static RecordFile<NotificationRow> OfNotifications(Stream standardOutput, OutputFormat format) =>
        RecordFile<NotificationRow>.Create(standardOutput, stream => NotificationWriter.Create(stream, format));

    /// <summary>Opens a file of watch records and writes its header.</summary>
    /// <exception cref="RecordFileException">It cannot be written; says why.</exception>
    public static RecordFile<WatchRow> OfWatches(string path, OutputFormat format) => RecordFile<WatchRow>.Create(path, stream => Watches(stream, format));

    /// <summary>Writes watch records to standard output, or any stream that stays the caller's.</summary>
    /// <exception cref="RecordFileException">Its reader has gone.</exception>
    public static RecordFile<WatchRow> OfWatches(Stream standardOutput, OutputFormat format) => RecordFile<WatchRow>.Create(standardOutput, stream => Watches(stream, format));

    /// <summary>Opens a file of path records and writes its header.</summary>
    /// <exception cref="RecordFileException">It cannot be written; says why.</exception>
    public static RecordFile<PathRow> OfPaths(string path, OutputFormat format) => RecordFile<PathRow>.Create(path, stream => Paths(stream, format));

    private static RecordWriter<PathRow> Paths(Stream stream, OutputFormat format) => format switch
    {
        OutputFormat.Csv => new CsvPathWriter(stream),
        OutputFormat.JsonLines => new JsonLinesPathWriter(stream),
        _ => throw new ArgumentOutOfRangeException(nameof(format), format, "Not a format of path records: the Go programs wrote none."),
    };

    private static RecordWriter<WatchRow> Watches(Stream stream, OutputFormat format) => format switch
    {
        OutputFormat.Csv => new CsvWatchWriter(stream),
        OutputFormat.JsonLines => new JsonLinesWatchWriter(stream),
        _ => throw new ArgumentOutOfRangeException(nameof(format), format, "Not a format of watch records: the Go program wrote none."),
    };
}
