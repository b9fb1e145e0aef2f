using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace K8sScaleTest.Twin;

/// <summary>Replaces what differs from run to run, so that relations stay visible.</summary>
/// <remarks>
/// <list type="bullet">
/// <item>namespaces of the row: <c>ns1</c>, ...; UUIDs: <c>uid1</c>, ... in the order of their appearance;</item>
/// <item>resourceVersions of objects: <c>rv1</c>, ... in their numerical order, those of Flunders <c>w1</c>, ...; of lists, bookmarks and continue tokens, which other rows move on,
/// <c>&gt;=rv2</c>: at least that of the row's second change (exactly, where it is the one that was asked for with <c>resourceVersionMatch=Exact</c>);</item>
/// <item>the addresses of web pages after «More info», which moved;</item>
/// <item>times within an hour of now, ages in tables, generated names: their form;</item>
/// <item>left out: the headers of <see cref="HiddenHeaders"/>, and managedFields, unless the row shows them.</item>
/// </list>
/// Everything else is compared byte for byte, the order of members included.
/// </remarks>
internal sealed partial class Mask
{
    /// <summary>
    /// Not compared: Date; Content-Length, which Go's server leaves out of longer answers; Audit-Id and the two of priority and fairness, which 1.20 does not send to
    /// an administrator (rows of their own show them).
    /// </summary>
    public static readonly IReadOnlySet<string> HiddenHeaders =
        new HashSet<string>(StringComparer.OrdinalIgnoreCase) { "Date", "Content-Length", "Transfer-Encoding", "Audit-Id", "X-Kubernetes-Pf-Flowschema-Uid", "X-Kubernetes-Pf-Prioritylevel-Uid" };

    private readonly IReadOnlyList<string> _namespaces;
    private readonly Shown _shown;
    private readonly Dictionary<bool, List<long>> _versions = new() { [false] = [], [true] = [] };
    private readonly Dictionary<bool, HashSet<string>> _collections = new() { [false] = [], [true] = [] };
    private readonly HashSet<string> _generated = [];
    private readonly DateTimeOffset _now = DateTimeOffset.UtcNow;
    private bool _inBookmark;

    public Mask(IReadOnlyList<Exchange> exchanges, IReadOnlyList<string> namespaces, Shown shown)
    {
        _namespaces = namespaces;
        _shown = shown;
        foreach (var exchange in exchanges)
        {
            foreach (var text in exchange.Bodies.Where(b => b.StartsWith('{')))
            {
                using var json = JsonDocument.Parse(text);
                Collect(json.RootElement, IsWardle(exchange), isCollection: false);
            }
        }
        foreach (var list in _versions.Values)
        {
            var sorted = list.Distinct().Order().ToArray();
            list.Clear();
            list.AddRange(sorted);
        }
    }

    public string Request(Exchange exchange, string text)
    {
        var wardle = IsWardle(exchange);
        text = VersionInRequest().Replace(text, match => match.Groups[1].Value + Asked(match.Groups[2].Value, wardle) + match.Groups[3].Value);
        return ContinueInRequest().Replace(text, match => match.Groups[1].Value + Continue(Uri.UnescapeDataString(match.Groups[2].Value), wardle));
    }

    public IEnumerable<string> Headers(Exchange exchange) =>
        from header in exchange.Received
        where !HiddenHeaders.Contains(header.Key) || _shown.Headers.Contains(header.Key)
        // 1.20's sample-apiserver does not know yet that this version is deprecated.
        where _shown.Headers.Contains("Warning") || header.Key != "Warning" || !header.Value.Contains("wardle.example.com/v1alpha1", StringComparison.Ordinal)
        let line = $"{header.Key.ToLowerInvariant()}: {header.Value}"
        orderby line.Split(':')[0]
        select line;

    /// <summary>The text of a body, or a string in it.</summary>
    public string Text(Exchange exchange, string text)
    {
        if (text.Contains("resource version", StringComparison.OrdinalIgnoreCase) || text.Contains("resourceVersion", StringComparison.OrdinalIgnoreCase))
        {
            text = CurrentVersion().Replace(text, "$1<now>$2");
            text = Number().Replace(text, match => Version(match.Value, IsWardle(exchange)));
        }
        text = Link().Replace(text, "$1<link>");
        return Time().Replace(text, match => DateTimeOffset.TryParse(match.Value, CultureInfo.InvariantCulture, out var time) && (_now - time).Duration() < TimeSpan.FromHours(1)
            ? match.Value.Contains('.', StringComparison.Ordinal) ? "<time with microseconds>" : "<time>" : match.Value);
    }

    /// <summary>Indented, with members in the order in which they came.</summary>
    public void Json(StringBuilder to, Exchange exchange, JsonElement json, int depth = 0, string name = "", bool isCollection = false)
    {
        var indent = new string(' ', 2 * (depth + 1));
        switch (json.ValueKind)
        {
            case JsonValueKind.Object:
                var isBookmark = IsBookmark(json);
                if (isBookmark) _inBookmark = true;
                isCollection |= IsCollection(json) || isBookmark;
                var members = json.EnumerateObject().Where(m => m.Name != "managedFields" || _shown.ManagedFields).ToList();
                to.Append('{');
                foreach (var member in members)
                {
                    to.Append('\n').Append(indent).Append(Quote(member.Name)).Append(": ");
                    // What a list holds are objects again.
                    Json(to, exchange, member.Value, depth + 1, member.Name, isCollection && member.Name is "metadata" or "object" or "resourceVersion");
                    if (!member.Equals(members[^1])) to.Append(',');
                }
                if (members.Count > 0) to.Append('\n').Append(indent.AsSpan(2));
                to.Append('}');
                if (isBookmark) _inBookmark = false;
                break;
            case JsonValueKind.Array:
                to.Append('[');
                var items = json.EnumerateArray().ToList();
                if (name == "items" && _shown.Sorted) items = [.. items.OrderBy(i => i.GetProperty("metadata").GetProperty("name").GetString(), StringComparer.Ordinal)];
                var isAge = name == "cells";
                for (var i = 0; i < items.Count; i++)
                {
                    to.Append('\n').Append(indent);
                    if (isAge && items[i].ValueKind == JsonValueKind.String && Age().IsMatch(items[i].GetString()!)) to.Append("\"<age>\"");
                    else Json(to, exchange, items[i], depth + 1);
                    if (i < items.Count - 1) to.Append(',');
                }
                if (items.Count > 0) to.Append('\n').Append(indent.AsSpan(2));
                to.Append(']');
                break;
            case JsonValueKind.String:
                var value = json.GetString()!;
                to.Append(name switch
                {
                    "resourceVersion" => Quote((isCollection || _inBookmark) && !IsExactly(exchange, value) ? AtLeast(value, IsWardle(exchange)) : Version(value, IsWardle(exchange))),
                    "continue" => Quote(Continue(value, IsWardle(exchange))),
                    // As it was escaped: Go and others differ there.
                    _ => Text(exchange, json.GetRawText()),
                });
                break;
            default:
                to.Append(json.GetRawText());
                break;
        }
    }

    /// <summary>What is masked wherever it stands.</summary>
    public string Finish(string text)
    {
        for (var i = 0; i < _namespaces.Count; i++) text = text.Replace(_namespaces[i], "ns" + (i + 1), StringComparison.Ordinal);
        foreach (var prefix in _generated) text = Regex.Replace(text, Regex.Escape(prefix) + "[bcdfghjklmnpqrstvwxz2456789]{5}\\b", prefix + "<5>");
        text = Address().Replace(text, "127.0.0.1:<port>");
        var uids = new Dictionary<string, int>();
        return Uuid().Replace(text, match =>
        {
            if (!uids.TryGetValue(match.Value, out var number)) uids[match.Value] = number = uids.Count + 1;
            return "uid" + number;
        });
    }

    private static bool IsWardle(Exchange exchange) => exchange.Path.StartsWith("/apis/wardle.", StringComparison.Ordinal);

    private static bool IsExactly(Exchange exchange, string version) =>
        exchange.Path.Contains("resourceVersionMatch=Exact", StringComparison.Ordinal) && VersionInRequest().Match(exchange.Path).Groups[2].Value == version;

    private static bool IsCollection(JsonElement json) =>
        json.TryGetProperty("kind", out var kind) && kind.ValueKind == JsonValueKind.String && (kind.GetString()!.EndsWith("List", StringComparison.Ordinal) || kind.GetString() == "Table");

    private static bool IsBookmark(JsonElement json) => json.TryGetProperty("type", out var type) && type.ValueKind == JsonValueKind.String && type.GetString() == "BOOKMARK";

    private static string Quote(string text) => "\"" + JsonEncodedText.Encode(text, JavaScriptEncoder.UnsafeRelaxedJsonEscaping) + "\"";

    private void Collect(JsonElement json, bool wardle, bool isCollection)
    {
        if (json.ValueKind == JsonValueKind.Array)
        {
            foreach (var item in json.EnumerateArray()) Collect(item, wardle, isCollection);
            return;
        }
        if (json.ValueKind != JsonValueKind.Object) return;
        // Whatever a bookmark holds, also as a table, is the moment's and no object's.
        var isBookmark = isCollection || IsBookmark(json);
        foreach (var member in json.EnumerateObject())
        {
            if (member.Name == "generateName" && member.Value.ValueKind == JsonValueKind.String) _generated.Add(member.Value.GetString()!);
            if (member.Name == "metadata" && member.Value.ValueKind == JsonValueKind.Object && member.Value.TryGetProperty("resourceVersion", out var version) && version.ValueKind == JsonValueKind.String)
            {
                if (isCollection || IsCollection(json)) _collections[wardle].Add(version.GetString()!);
                else if (long.TryParse(version.GetString(), out var number)) _versions[wardle].Add(number);
            }
            Collect(member.Value, wardle, isBookmark);
        }
    }

    /// <summary>As <see cref="Version"/>, in a request.</summary>
    private string Asked(string text, bool wardle) => _shown.Reckoned?.ToString(CultureInfo.InvariantCulture) == text ? "<reckoned>" : Version(text, wardle);

    /// <summary>The token of an object's resourceVersion; what is none stays as it is.</summary>
    private string Version(string text, bool wardle)
    {
        if (!long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number == 0) return text;
        var at = _versions[wardle].BinarySearch(number);
        if (at >= 0) return _shown.Versions ? (wardle ? "w" : "rv") + (at + 1) : "<rv>";
        return _collections[wardle].Contains(text) ? AtLeast(text, wardle) : text;
    }

    private string AtLeast(string text, bool wardle)
    {
        if (!long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number == 0) return text;
        var at = _versions[wardle].BinarySearch(number);
        return $">={(wardle ? "w" : "rv")}{(at >= 0 ? at + 1 : ~at)}";
    }

    private string Continue(string token, bool wardle)
    {
        if (token.Length == 0) return token;
        try
        {
            using var json = JsonDocument.Parse(System.Buffers.Text.Base64Url.DecodeFromChars(token));
            return VersionInToken().Replace(json.RootElement.GetRawText(), match => match.Groups[1].Value + AtLeast(match.Groups[2].Value, wardle));
        }
        catch (Exception made) when (made is FormatException or JsonException)
        {
            return token;
        }
    }

    [GeneratedRegex("""((?:resourceVersion=|"resourceVersion":\s*"))([0-9]+)("|)""")]
    private static partial Regex VersionInRequest();

    [GeneratedRegex("([?&]continue=)([^&]*)")]
    private static partial Regex ContinueInRequest();

    [GeneratedRegex("""("rv":)([0-9]+)""")]
    private static partial Regex VersionInToken();

    [GeneratedRegex(@"(current: |too old resource version: [0-9]+ \()[0-9]+(\)?)")]
    private static partial Regex CurrentVersion();

    [GeneratedRegex(@"\b[0-9]+\b")]
    private static partial Regex Number();

    [GeneratedRegex(@"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?Z")]
    private static partial Regex Time();

    [GeneratedRegex(@"(More info: )https?://[^\s""\\]+")]
    private static partial Regex Link();

    [GeneratedRegex(@"127\.0\.0\.1:[0-9]+")]
    private static partial Regex Address();

    [GeneratedRegex("^[0-9]+[smh]([0-9]+[smh])?$")]
    private static partial Regex Age();

    [GeneratedRegex("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")]
    private static partial Regex Uuid();
}
