using K8sScaleTest.Engine.Records;

namespace K8sScaleTest.Engine.Results.Files;

/// <summary>A file of records in one of the formats that are read.</summary>
internal abstract class SampleSource
{
    /// <summary>The number of the line last read, from 1.</summary>
    public abstract long Line { get; }

    /// <summary>Whether the row last read can be one that a killed writer left unfinished: the file ends with it, and not with a line's end.</summary>
    public abstract bool MayBeCut { get; }

    /// <summary>What is wrong with the row last read; null when nothing is.</summary>
    public string? Problem { get; protected set; }

    /// <summary>Reads the next row.</summary>
    /// <returns>False at the end of the file.</returns>
    public abstract bool Read(ref OperationSample sample);

    protected static string BadValue(string column, ReadOnlySpan<byte> text) => $"'{Excerpt(text)}' is not a value of {column}";

    /// <summary>A text from a file, fit for a message.</summary>
    internal static string Excerpt(ReadOnlySpan<byte> text)
    {
        const int Longest = 80;
        var shown = System.Text.Encoding.UTF8.GetString(text[..Math.Min(text.Length, Longest)]);
        var clean = string.Concat(shown.Select(c => char.IsControl(c) ? '?' : c));
        return text.Length > Longest ? clean + "..." : clean;
    }
}
