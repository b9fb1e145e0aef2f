using System.Buffers;

namespace K8sScaleTest.Engine.Results.Files;

/// <summary>RFC 4180's quoting: as it is needed and not otherwise, or always.</summary>
internal static class CsvField
{
    private static readonly SearchValues<char> Special = SearchValues.Create(",\"\r\n");

    public static void Append(Utf8Buffer buffer, string? value)
    {
        if (string.IsNullOrEmpty(value)) return;
        ReadOnlySpan<char> text = value;
        if (!text.ContainsAny(Special))
        {
            buffer.Append(text);
            return;
        }

        AppendQuoted(buffer, text);
    }

    /// <summary>In quotes whether it needs them or not: the Go programs put every name and every error in quotes, an empty one too, and scripts cut there.</summary>
    public static void AppendQuoted(Utf8Buffer buffer, ReadOnlySpan<char> text)
    {
        buffer.Append((byte)'"');
        while (text.IndexOf('"') is var quote && quote >= 0)
        {
            buffer.Append(text[..(quote + 1)]);
            buffer.Append((byte)'"');
            text = text[(quote + 1)..];
        }

        buffer.Append(text);
        buffer.Append((byte)'"');
    }
}
