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
}
