using System.Buffers;
using System.Buffers.Text;

namespace K8sScaleTest.Engine.Results.Files;

/// <summary>Times as the Go programs wrote them: <c>2006-01-02 15:04:05.000</c>, which cuts to the millisecond, or without it.</summary>
internal static class OriginalTime
{
    private const int ToSeconds = 19;
    private const int ToMilliseconds = 23;

    /// <summary>Appends a moment (UTC).</summary>
    public static void Append(Utf8Buffer buffer, DateTime utc, bool milliseconds = true)
    {
        Span<byte> text = stackalloc byte[ToMilliseconds + 1];
        Put(text, 0, utc.Year, 4, '-');
        Put(text, 5, utc.Month, 2, '-');
        Put(text, 8, utc.Day, 2, ' ');
        Put(text, 11, utc.Hour, 2, ':');
        Put(text, 14, utc.Minute, 2, ':');
        Put(text, 17, utc.Second, 2, '.');
        Put(text, 20, utc.Millisecond, 3, ' ');
        buffer.Append(text[..(milliseconds ? ToMilliseconds : ToSeconds)]);
    }

    private static void Put(Span<byte> text, int at, int value, byte digits, char after)
    {
        Utf8Formatter.TryFormat(value, text[at..], out _, new StandardFormat('D', digits));
        text[at + digits] = (byte)after;
    }
}
