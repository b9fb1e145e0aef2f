using System.Buffers;

namespace K8sScaleTest.LocalApi.Resources;

/// <summary>What names a kind allows, with the texts of k8s.io/apimachinery/pkg/util/validation.</summary>
internal static class NameRule
{
    private const string SubdomainText = "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
    private const string LabelText = "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";
    private const string QualifiedCharacters = "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";
    private const string LabelValueText = "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";

    private static readonly SearchValues<char> Qualified = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.");
    private static readonly SearchValues<char> LowerAndDash = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-");

    /// <summary>A DNS subdomain: the rule of most kinds.</summary>
    public static IEnumerable<string> Subdomain(string name)
    {
        if (name.Length > 253) yield return TooLong(253);
        if (!IsSubdomain(name)) yield return SubdomainText;
    }

    /// <summary>A DNS label: namespaces.</summary>
    public static IEnumerable<string> Label(string name)
    {
        if (name.Length > 63) yield return TooLong(63);
        if (!IsLabel(name)) yield return LabelText;
    }

    /// <summary>A DNS label that begins with a letter: services.</summary>
    public static IEnumerable<string> Service(string name)
    {
        if (name.Length > 63) yield return TooLong(63);
        if (!IsLabel(name) || !char.IsAsciiLetterLower(name[0]))
        {
            yield return "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')";
        }
    }

    /// <summary>Anything that can stand in a path: kinds without a rule of their own, such as Flunders.</summary>
    public static IEnumerable<string> PathSegment(string name)
    {
        if (name is "." or "..") yield return $"may not be '{name}'";
        foreach (var part in new[] { "/", "%" })
        {
            if (name.Contains(part, StringComparison.Ordinal)) yield return $"may not contain '{part}'";
        }
    }

    /// <summary>The key of a label or annotation.</summary>
    public static IEnumerable<string> QualifiedName(string value)
    {
        var parts = value.Split('/');
        var name = parts[^1];
        if (parts.Length > 2)
        {
            yield return $"a qualified name {QualifiedCharacters} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')";
            yield break;
        }
        if (parts.Length == 2)
        {
            if (parts[0].Length == 0) yield return "prefix part must be non-empty";
            else
            {
                foreach (var text in Subdomain(parts[0])) yield return "prefix part " + text;
            }
        }
        if (name.Length == 0) yield return "name part must be non-empty";
        else if (name.Length > 63) yield return "name part " + TooLong(63);
        if (!IsQualified(name)) yield return "name part " + QualifiedCharacters;
    }

    public static IEnumerable<string> LabelValue(string value)
    {
        if (value.Length > 63) yield return TooLong(63);
        if (value.Length > 0 && !IsQualified(value)) yield return LabelValueText;
    }

    public static bool IsQualified(ReadOnlySpan<char> name) =>
        name.Length > 0 && !name.ContainsAnyExcept(Qualified) && char.IsAsciiLetterOrDigit(name[0]) && char.IsAsciiLetterOrDigit(name[^1]);

    public static bool IsLabel(ReadOnlySpan<char> name) =>
        name.Length > 0 && !name.ContainsAnyExcept(LowerAndDash) && name[0] != '-' && name[^1] != '-';

    public static bool IsSubdomain(ReadOnlySpan<char> name)
    {
        foreach (var part in name.Split('.'))
        {
            if (!IsLabel(name[part])) return false;
        }
        return true;
    }

    private static string TooLong(int length) => $"must be no more than {length} bytes";
}
