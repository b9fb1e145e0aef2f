using System.Globalization;
using System.Text.RegularExpressions;

namespace K8sScaleTest.Engine.Cluster.Manifests;

/// <summary>A parameter of the cmdlet that a pod runs.</summary>
/// <param name="Name">Its name, without the hyphen.</param>
/// <param name="Value">Its value, as it shall reach the cmdlet; null for a switch.</param>
public sealed partial record CommandParameter(string Name, string? Value)
{
    // PowerShell takes the typographic quotes for quotes too.
    private const string Quotes = "'\u2018\u2019\u201A\u201B";

    /// <summary>A value as the cmdlets read it, in any culture.</summary>
    /// <param name="name">The parameter's name.</param>
    /// <param name="value">A string, a number, a duration, a range of two numbers, or true for a switch.</param>
    public static CommandParameter Of(string name, object value)
    {
        var invariant = CultureInfo.InvariantCulture;
        return new(name, value switch
        {
            true => null,
            string text => text,
            double.PositiveInfinity => "Max",
            double number => number.ToString("R", invariant),
            TimeSpan span => span.TotalSeconds.ToString("0.#######", invariant),
            int[] { Length: 2 } range => range[0] == range[1] ? range[0].ToString(invariant) : string.Create(invariant, $"{range[0]}..{range[1]}"),
            int or long or ulong => ((IFormattable)value).ToString(null, invariant),
            _ => throw new ArgumentException($"A parameter cannot be {value}.", nameof(value)),
        });
    }

    /// <summary>The parameter as it stands in a command, its value in quotes where it needs them.</summary>
    public override string ToString() => Value is null ? $"-{Name}" : $"-{Name} {Quoted(Value)}";

    private static string Quoted(string value) =>
        Bare().IsMatch(value) ? value : $"'{string.Concat(value.Select(each => Quotes.Contains(each, StringComparison.Ordinal) ? new string(each, 2) : each.ToString()))}'";

    [GeneratedRegex(@"\A[A-Za-z0-9][A-Za-z0-9._:/+=-]*\z", RegexOptions.CultureInvariant)]
    private static partial Regex Bare();
}
