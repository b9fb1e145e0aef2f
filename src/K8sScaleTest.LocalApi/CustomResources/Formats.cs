using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;

namespace K8sScaleTest.LocalApi.CustomResources;

/// <summary>The formats of strings that a schema may name (kube-openapi/pkg/validation/strfmt); an unknown one allows everything.</summary>
internal static partial class Formats
{
    private static readonly string[] Known =
    [
        "bsonobjectid", "uri", "email", "hostname", "ipv4", "ipv6", "cidr", "mac", "uuid", "uuid3", "uuid4", "uuid5", "isbn", "isbn10", "isbn13",
        "creditcard", "ssn", "hexcolor", "rgbcolor", "byte", "password", "date", "duration", "datetime", "k8sshortname", "k8slongname",
    ];

    /// <summary>Whether a server of this version checks the format of values of a type.</summary>
    public static bool IsKnown(string type, string format) => type switch
    {
        "" or "string" => Known.Contains(format.Replace("-", "", StringComparison.Ordinal)),
        "integer" => format is "int32" or "int64",
        "number" => format is "float" or "double",
        _ => false,
    };

    public static bool IsValid(string format, string text) => format.Replace("-", "", StringComparison.Ordinal) switch
    {
        "datetime" => DateTimeText().IsMatch(text) && DateTimeOffset.TryParse(text.ToUpperInvariant(), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out _),
        "date" => DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _),
        "duration" => DurationText().IsMatch(text),
        "byte" => IsBase64(text),
        "uri" => Uri.TryCreate(text, UriKind.Absolute, out _) || text.StartsWith('/'),
        "email" => EmailText().IsMatch(text),
        "hostname" => text.Length <= 255 && HostText().IsMatch(text),
        "ipv4" => IsIPv4(text),
        "ipv6" => text.Contains(':', StringComparison.Ordinal) && IPAddress.TryParse(text, out var six) && six.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6,
        "cidr" => IsCidr(text),
        "mac" => MacText().IsMatch(text),
        "uuid" => UuidText().IsMatch(text),
        "uuid3" => UuidText().IsMatch(text) && text.Replace("-", "", StringComparison.Ordinal)[12] == '3',
        "uuid4" => UuidText().IsMatch(text) && text.Replace("-", "", StringComparison.Ordinal) is var four && four[12] == '4' && four[16] is '8' or '9' or 'a' or 'b' or 'A' or 'B',
        "uuid5" => UuidText().IsMatch(text) && text.Replace("-", "", StringComparison.Ordinal) is var five && five[12] == '5' && five[16] is '8' or '9' or 'a' or 'b' or 'A' or 'B',
        "isbn" => IsIsbn10(text) || IsIsbn13(text),
        "isbn10" => IsIsbn10(text),
        "isbn13" => IsIsbn13(text),
        "creditcard" => IsCreditCard(text),
        "ssn" => SocialText().IsMatch(text),
        "hexcolor" => HexColorText().IsMatch(text),
        "rgbcolor" => RgbColorText().IsMatch(text),
        "bsonobjectid" => BsonText().IsMatch(text),
        "k8sshortname" => Resources.NameRule.Label(text).Any() == false,
        "k8slongname" => Resources.NameRule.Subdomain(text).Any() == false,
        _ => true,
    };

    private static bool IsIPv4(string text) => text.Split('.') is { Length: 4 } parts && parts.All(p => p.Length is > 0 and <= 3 && (p.Length == 1 || p[0] != '0') && byte.TryParse(p, NumberStyles.None, CultureInfo.InvariantCulture, out _));

    private static bool IsCidr(string text)
    {
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        if (slash < 0 || !int.TryParse(text.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var bits)) return false;
        var address = text[..slash];
        return IsIPv4(address) ? bits <= 32 : address.Contains(':', StringComparison.Ordinal) && IPAddress.TryParse(address, out _) && bits <= 128;
    }

    private static bool IsBase64(string text) => text.Length > 0 && text.Length % 4 == 0 && System.Buffers.Text.Base64.IsValid(text);

    private static string Digits(string text) => text.Replace("-", "", StringComparison.Ordinal).Replace(" ", "", StringComparison.Ordinal);

    private static bool IsIsbn10(string text)
    {
        var digits = Digits(text);
        if (digits.Length != 10) return false;
        var sum = 0;
        for (var i = 0; i < 10; i++)
        {
            var value = i == 9 && digits[i] == 'X' ? 10 : char.IsAsciiDigit(digits[i]) ? digits[i] - '0' : -1;
            if (value < 0) return false;
            sum += (i + 1) * value;
        }
        return sum % 11 == 0;
    }

    private static bool IsIsbn13(string text)
    {
        var digits = Digits(text);
        return digits.Length == 13 && digits.All(char.IsAsciiDigit) && digits.Select((c, i) => (c - '0') * (i % 2 == 0 ? 1 : 3)).Sum() % 10 == 0;
    }

    private static bool IsCreditCard(string text)
    {
        var digits = new string([.. text.Where(char.IsAsciiDigit)]);
        if (!CreditCardText().IsMatch(digits)) return false;
        var sum = 0;
        for (var i = 0; i < digits.Length; i++)
        {
            var value = digits[^(i + 1)] - '0';
            sum += i % 2 == 0 ? value : value < 5 ? value * 2 : (value * 2) - 9;
        }
        return sum % 10 == 0;
    }

    [GeneratedRegex(@"^[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]+)?)?([Zz]|[+-][0-9]{2}:?[0-9]{2})\z")]
    private static partial Regex DateTimeText();

    [GeneratedRegex(@"^([+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)\s*(ns|us|µs|μs|ms|h|m|s|d|w|nanos?|nanoseconds?|micros?|microseconds?|millis?|milliseconds?|secs?|seconds?|mins?|minutes?|hrs?|hours?|days?|wks?|weeks?)\s*)+\z|^[+-]?0\z")]
    private static partial Regex DurationText();

    [GeneratedRegex(@"^[^\s@<>]+@[^\s@<>]+\z|^.*<[^\s@<>]+@[^\s@<>]+>\z")]
    private static partial Regex EmailText();

    [GeneratedRegex(@"^([a-zA-Z0-9\p{L}]([-a-zA-Z0-9\p{L}]{0,61}[a-zA-Z0-9\p{L}])?)(\.[a-zA-Z0-9\p{L}]([-a-zA-Z0-9\p{L}]{0,61}[a-zA-Z0-9\p{L}])?)*\z")]
    private static partial Regex HostText();

    [GeneratedRegex("^([0-9a-fA-F]{2}[:-]){5}[0-9a-fA-F]{2}\\z|^([0-9a-fA-F]{4}\\.){2}[0-9a-fA-F]{4}\\z|^([0-9a-fA-F]{2}[:-]){7}[0-9a-fA-F]{2}\\z")]
    private static partial Regex MacText();

    [GeneratedRegex("^[0-9a-fA-F]{8}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{12}\\z")]
    private static partial Regex UuidText();

    [GeneratedRegex("^[0-9]{3}[- ]?[0-9]{2}[- ]?[0-9]{4}\\z")]
    private static partial Regex SocialText();

    [GeneratedRegex("^#?([0-9a-fA-F]{3}|[0-9a-fA-F]{6})\\z")]
    private static partial Regex HexColorText();

    [GeneratedRegex(@"^rgb\(\s*(0|[1-9][0-9]?|1[0-9][0-9]|2[0-4][0-9]|25[0-5])\s*,\s*(0|[1-9][0-9]?|1[0-9][0-9]|2[0-4][0-9]|25[0-5])\s*,\s*(0|[1-9][0-9]?|1[0-9][0-9]|2[0-4][0-9]|25[0-5])\s*\)\z")]
    private static partial Regex RgbColorText();

    [GeneratedRegex("^[0-9a-fA-F]{24}\\z")]
    private static partial Regex BsonText();

    [GeneratedRegex(@"^(?:4[0-9]{12}(?:[0-9]{3})?|5[1-5][0-9]{14}|6(?:011|5[0-9][0-9])[0-9]{12}|3[47][0-9]{13}|3(?:0[0-5]|[68][0-9])[0-9]{11}|(?:2131|1800|35[0-9]{3})[0-9]{11})\z")]
    private static partial Regex CreditCardText();
}
