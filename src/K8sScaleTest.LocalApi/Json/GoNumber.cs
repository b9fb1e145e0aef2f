using System.Globalization;
using System.Text;

namespace K8sScaleTest.LocalApi.Json;

/// <summary>Numbers as Go keeps what it has no type for: whole ones as int64, all others as float64, written again in their shortest form.</summary>
internal static class GoNumber
{
    public static void Write(JsonBuffer to, ReadOnlySpan<byte> text)
    {
        if (IsPlainInteger(text))
        {
            to.Raw(text);
            return;
        }
        Span<byte> ascii = stackalloc byte[400];
        var shown = Text(double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture));
        to.Raw(ascii[..Encoding.ASCII.GetBytes(shown, ascii)]);
    }

    /// <summary>%v, and encoding/json, of a float64: exponents from 1e21 on and below 1e-6.</summary>
    public static string Text(double value)
    {
        var size = Math.Abs(value);
        var shortest = value.ToString("R", CultureInfo.InvariantCulture);
        if (size != 0 && size is < 1e-6 or >= 1e21) return shortest.Replace("E", "e", StringComparison.Ordinal);
        if (!shortest.Contains('E', StringComparison.Ordinal)) return shortest;
        // .NET turns to exponents sooner than Go does.
        return size >= 1 ? value.ToString("F0", CultureInfo.InvariantCulture) : decimal.Parse(shortest, NumberStyles.Float, CultureInfo.InvariantCulture).ToString(CultureInfo.InvariantCulture);
    }

    private static bool IsPlainInteger(ReadOnlySpan<byte> text) =>
        text.IndexOfAny(".eE"u8) < 0 && long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _);
}
