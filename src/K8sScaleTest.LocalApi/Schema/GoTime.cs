using System.Globalization;
using K8sScaleTest.LocalApi.Faults;
using K8sScaleTest.LocalApi.Http;

namespace K8sScaleTest.LocalApi.Schema;

/// <summary>metav1.Time and MicroTime.</summary>
internal static class GoTime
{
    /// <summary>Now, in whole seconds: the text is made once a second.</summary>
    public static string Now
    {
        get
        {
            var second = ServerClock.UtcNow.ToUnixTimeSeconds();
            var cached = _cache;
            if (cached.Second == second) return cached.Text;
            var text = DateTimeOffset.FromUnixTimeSeconds(second).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
            _cache = new Stamp(second, text);
            return text;
        }
    }

    private static Stamp _cache = new(-1, "");

    /// <summary>The text in UTC as Go writes it again; the error is time.Parse's.</summary>
    public static string Canonical(string text, bool fraction)
    {
        if (!DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) || !text.Contains('T', StringComparison.Ordinal))
        {
            throw new GoTypeException($"parsing time {Go.Quote(text)} as \"2006-01-02T15:04:05{(fraction ? ".000000" : "")}Z07:00\": cannot parse {Go.Quote(text)} as \"2006\"");
        }
        return time.UtcDateTime.ToString(fraction ? "yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'" : "yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
    }

    private sealed record Stamp(long Second, string Text);
}
