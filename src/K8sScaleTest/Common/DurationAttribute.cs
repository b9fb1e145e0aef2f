using System.Globalization;
using System.Management.Automation;
using System.Text.RegularExpressions;

namespace K8sScaleTest;

/// <summary>
/// Lets a <see cref="TimeSpan"/> parameter take durations as people and Go write them: <c>90</c> (seconds), <c>90s</c>, <c>500ms</c>, <c>5m</c>, <c>1h30m</c>,
/// <c>1.5s</c>, <c>00:01:30</c>, or a timespan. PowerShell alone would take 60 for 6 microseconds and '60' for 60 days.
/// </summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Field)]
public sealed partial class DurationAttribute : ArgumentTransformationAttribute
{
    private static readonly (string Unit, decimal Ticks)[] Units =
    [
        ("d", TimeSpan.TicksPerDay), ("h", TimeSpan.TicksPerHour), ("m", TimeSpan.TicksPerMinute), ("s", TimeSpan.TicksPerSecond),
        ("ms", TimeSpan.TicksPerMillisecond), ("us", TimeSpan.TicksPerMicrosecond),
    ];

    /// <inheritdoc/>
    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData)
    {
        var value = inputData is PSObject wrapped ? wrapped.BaseObject : inputData;
        return value switch
        {
            // Without quotation marks 2d is to PowerShell the decimal number 2, and 500us the ushort 500.
            sbyte or byte or short or ushort or int or uint or long or ulong or decimal when Typed(inputData) is [.., >= 'a' and <= 'z'] text => Parse(text),
            TimeSpan span => span >= TimeSpan.Zero ? span : throw Bad(span),
            sbyte or byte or short or ushort or int or uint or long or ulong or decimal => FromTicks(Convert.ToDecimal(value, CultureInfo.InvariantCulture), TimeSpan.TicksPerSecond, value),
            float or double => FromSeconds(Convert.ToDouble(value, CultureInfo.InvariantCulture), value),
            string text => Parse(text),
            _ => throw Bad(value),
        };
    }

    /// <summary>A number as it stands in the command.</summary>
    internal static string? Typed(object inputData) => inputData is PSObject ? LanguagePrimitives.ConvertTo<string>(inputData)?.ToLowerInvariant() : null;

    private static TimeSpan Parse(string text)
    {
        var trimmed = text.Trim();
        if (trimmed.Contains(':', StringComparison.Ordinal))
            return TimeSpan.TryParse(trimmed, CultureInfo.InvariantCulture, out var span) && span >= TimeSpan.Zero ? span : throw Bad(text);
        if (decimal.TryParse(trimmed, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds)) return FromTicks(seconds, TimeSpan.TicksPerSecond, text);
        var match = Parts().Match(trimmed);
        if (!match.Success) throw Bad(text);
        var total = TimeSpan.Zero;
        var last = -1;
        for (var i = 0; i < match.Groups["unit"].Captures.Count; i++)
        {
            var unit = Array.FindIndex(Units, each => each.Unit == match.Groups["unit"].Captures[i].Value);
            // 30m1h is more likely a slip than a wish.
            if (unit <= last || !decimal.TryParse(match.Groups["number"].Captures[i].Value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)) throw Bad(text);
            last = unit;
            var part = FromTicks(number, Units[unit].Ticks, text);
            total = part <= TimeSpan.MaxValue - total ? total + part : throw Bad(text);
        }

        return total;
    }

    private static TimeSpan FromSeconds(double seconds, object given) =>
        seconds >= 0 && seconds < TimeSpan.MaxValue.TotalSeconds ? TimeSpan.FromTicks((long)Math.Round(seconds * TimeSpan.TicksPerSecond)) : throw Bad(given);

    private static TimeSpan FromTicks(decimal number, decimal unit, object given) =>
        number >= 0 && number < long.MaxValue / unit ? new TimeSpan((long)Math.Round(number * unit)) : throw Bad(given);

    private static ArgumentTransformationMetadataException Bad(object? given) =>
        new($"'{given}' is no duration: give seconds (90), or 90s, 500ms, 5m, 1h30m, 1.5s, 00:01:30, or a timespan; not negative.");

    [GeneratedRegex(@"\A(?:(?<number>[0-9]+(?:\.[0-9]+)?)(?<unit>ms|us|d|h|m|s))+\z", RegexOptions.CultureInvariant)]
    private static partial Regex Parts();
}
