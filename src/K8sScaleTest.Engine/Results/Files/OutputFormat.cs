namespace K8sScaleTest.Engine.Results.Files;

/// <summary>How operation records are written to a file.</summary>
public enum OutputFormat
{
    /// <summary>RFC 4180 with a header and the columns of <see cref="Records.OperationColumns"/>; culture-invariant; lines end with LF.</summary>
    Csv,

    /// <summary>One JSON object a line with the same names; what is missing is left out.</summary>
    JsonLines,

    /// <summary>The Go programs' columns without a header: before, after, operation, name, error. Times to the millisecond, no schedule.</summary>
    Original,
}
