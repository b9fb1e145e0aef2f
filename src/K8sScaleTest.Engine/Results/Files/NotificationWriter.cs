using K8sScaleTest.Engine.Records;

namespace K8sScaleTest.Engine.Results.Files;

/// <summary>Writers of notification records.</summary>
public static class NotificationWriter
{
    /// <summary>A writer of the given format; formats with a header write it at once.</summary>
    /// <param name="stream">Stays the caller's to close.</param>
    /// <param name="format">What to write.</param>
    public static RecordWriter<NotificationRow> Create(Stream stream, OutputFormat format) => format switch
    {
        OutputFormat.Csv => new CsvNotificationWriter(stream),
        OutputFormat.JsonLines => new JsonLinesNotificationWriter(stream),
        OutputFormat.Original => new OriginalNotificationWriter(stream),
        _ => throw new ArgumentOutOfRangeException(nameof(format), format, "Not a format of notification records."),
    };
}
