using System.Buffers.Text;
using System.Text;

namespace K8sScaleTest.Engine.Results.Files;

/// <summary>
/// Numbers as any culture's <c>ToString()</c> writes them: a comma or an Arabic separator for the point, another minus, direction marks in between. Never
/// group separators, which <c>ToString()</c> does not write; so a comma is always a decimal one.
/// </summary>
public static class FlexibleNumber
{
    private const int Longest = 64;

    /// <summary>Reads an integer.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out long value)
    {
        if (Utf8Parser.TryParse(text, out value, out var used) && used == text.Length) return true;
        Span<byte> plain = stackalloc byte[Longest];
        return TryNormalize(text, plain, out var length) && Utf8Parser.TryParse(plain[..length], out value, out used) && used == length;
    }

    /// <summary>Reads a real number.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out double value)
    {
        if (Utf8Parser.TryParse(text, out value, out var used) && used == text.Length) return true;
        Span<byte> plain = stackalloc byte[Longest];
        return TryNormalize(text, plain, out var length) && Utf8Parser.TryParse(plain[..length], out value, out used) && used == length;
    }

    /// <summary>Reads an integer.</summary>
    public static bool TryParse(string text, out long value)
    {
        ArgumentNullException.ThrowIfNull(text);
        Span<byte> bytes = stackalloc byte[Longest];
        value = 0;
        return Encoding.UTF8.TryGetBytes(text, bytes, out var length) && TryParse(bytes[..length], out value);
    }

    /// <summary>Reads a real number.</summary>
    public static bool TryParse(string text, out double value)
    {
        ArgumentNullException.ThrowIfNull(text);
        Span<byte> bytes = stackalloc byte[Longest];
        value = 0;
        return Encoding.UTF8.TryGetBytes(text, bytes, out var length) && TryParse(bytes[..length], out value);
    }

    private static bool TryNormalize(ReadOnlySpan<byte> text, Span<byte> plain, out int length)
    {
        length = 0;
        while (!text.IsEmpty)
        {
            if (Rune.DecodeFromUtf8(text, out var rune, out var used) != System.Buffers.OperationStatus.Done || length == plain.Length) return false;
            text = text[used..];
            switch (rune.Value)
            {
                case 0x200E or 0x200F or 0x061C: // direction marks
                    break;
                case ',' or 0x066B: // a comma, the Arabic decimal separator
                    plain[length++] = (byte)'.';
                    break;
                case 0x2212: // the minus of the Nordic cultures
                    plain[length++] = (byte)'-';
                    break;
                case < 128:
                    plain[length++] = (byte)rune.Value;
                    break;
                default:
                    return false;
            }
        }

        return true;
    }
}
