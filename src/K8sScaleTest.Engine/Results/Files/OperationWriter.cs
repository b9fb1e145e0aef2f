using K8sScaleTest.Engine.Records;

namespace K8sScaleTest.Engine.Results.Files;

/// <summary>Writers of operation records.</summary>
public static class OperationWriter
{
    /// <summary>A writer of the given format; formats with a header write it at once.</summary>
    /// <param name="stream">Stays the caller's to close.</param>
    /// <param name="format">What to write.</param>
    public static RecordWriter<OperationRow> Create(Stream stream, OutputFormat format) => format switch
    {
        OutputFormat.Csv => new CsvOperationWriter(stream),
        OutputFormat.JsonLines => new JsonLinesOperationWriter(stream),
        OutputFormat.Original => new OriginalOperationWriter(stream),
        _ => throw new ArgumentOutOfRangeException(nameof(format), format, "Not a format of operation records."),
    };
}
