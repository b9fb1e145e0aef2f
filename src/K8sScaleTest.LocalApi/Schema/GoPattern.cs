using System.Text.RegularExpressions;

namespace K8sScaleTest.LocalApi.Schema;

/// <summary>Regular expressions of schemas, which Go (RE2) reads.</summary>
internal static partial class GoPattern
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(1);

    /// <summary>The expression, or null for one that is none.</summary>
    public static Regex? TryCompile(string pattern)
    {
        // RE2 writes a named group (?P<x>), the end of the text \z, and knows neither look-around nor back references.
        var translated = pattern.Replace("(?P<", "(?<", StringComparison.Ordinal);
        if (Unsupported().IsMatch(pattern)) return null;
        try
        {
            // What .NET can match in linear time, as RE2 does, it does so.
            return new Regex(translated, RegexOptions.CultureInvariant | RegexOptions.NonBacktracking, Limit);
        }
        catch (NotSupportedException)
        {
            return new Regex(translated, RegexOptions.CultureInvariant, Limit);
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    [GeneratedRegex(@"\(\?(=|!|<=|<!|>)|\\[1-9]")]
    private static partial Regex Unsupported();
}
