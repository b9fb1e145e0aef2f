using System.Buffers.Text;
using System.Globalization;
using System.Text;
using K8sScaleTest.Engine.Api;
using K8sScaleTest.Engine.Objects;

namespace K8sScaleTest.Engine.Informers;

/// <summary>
/// When an object was written by the clock of whoever wrote it, from its annotations: ours in microseconds, else the Go programs' in milliseconds. Another
/// machine's clock may differ from this one's by more than any latency.
/// </summary>
/// <param name="UnixMicroseconds">Microseconds since 1970 (UTC); 0 for an object without the annotation.</param>
/// <param name="Exact">Whether it comes from our annotation, in microseconds.</param>
public readonly record struct WriterTime(long UnixMicroseconds, bool Exact)
{
    /// <summary>The annotations to ask a <see cref="ListWatch"/> for, in the order that <see cref="Created"/> and <see cref="Updated"/> expect.</summary>
    public static IReadOnlyList<string> Annotations { get; } =
        [RunIdentity.LaunchedAnnotation, RunIdentity.CreateTimestampAnnotation, RunIdentity.UpdatedAnnotation, RunIdentity.UpdateTimestampAnnotation];

    /// <summary>Whether the object says anything.</summary>
    public bool Known => UnixMicroseconds != 0;

    /// <summary>When the object was created.</summary>
    public static WriterTime Created(ObservedObject observed) => Of(observed, 0);

    /// <summary>When the object was last updated.</summary>
    public static WriterTime Updated(ObservedObject observed) => Of(observed, 2);

    private static WriterTime Of(ObservedObject observed, int first)
    {
        ArgumentNullException.ThrowIfNull(observed);
        var exact = observed.Annotation(first);
        if (!exact.IsEmpty && Utf8Parser.TryParse(exact, out long micros, out var read) && read == exact.Length && micros > 0) return new(micros, true);
        return TryOriginal(observed.Annotation(first + 1), out micros) ? new(micros, false) : default;
    }

    /// <summary>Go's layout <c>2006-01-02 15:04:05.000 -0700</c>.</summary>
    private static bool TryOriginal(ReadOnlySpan<byte> text, out long micros)
    {
        micros = 0;
        const int Longest = 40;
        if (text.IsEmpty || text.Length > Longest) return false;
        Span<char> characters = stackalloc char[Longest + 1];
        var length = Encoding.UTF8.GetChars(text, characters);

        // .NET reads a zone only with a colon in it.
        if (length > 5 && characters[length - 5] is '+' or '-')
        {
            characters[(length - 2)..length].CopyTo(characters[(length - 1)..]);
            characters[length - 2] = ':';
            length++;
        }

        if (!DateTimeOffset.TryParseExact(characters[..length], "yyyy-MM-dd HH:mm:ss.FFFFFF zzz", CultureInfo.InvariantCulture, DateTimeStyles.None, out var time)) return false;
        micros = (time.UtcTicks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond;
        return micros > 0;
    }
}
