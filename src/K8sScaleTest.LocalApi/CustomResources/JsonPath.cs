using System.Globalization;
using System.Text.Json;

namespace K8sScaleTest.LocalApi.CustomResources;

/// <summary>The paths of printer columns: names, indices, wildcards and a filter by one member's value (client-go/util/jsonpath, the part that columns use).</summary>
internal sealed class JsonPath
{
    private readonly string _text;
    private readonly List<Step> _steps = [];

    public JsonPath(string text)
    {
        _text = text;
        var at = 0;
        while (at < text.Length)
        {
            if (text[at] == '.')
            {
                var end = at + 1;
                while (end < text.Length && text[end] is not ('.' or '[')) end += text[end] == '\\' ? 2 : 1;
                var name = text[(at + 1)..Math.Min(end, text.Length)].Replace("\\", "", StringComparison.Ordinal);
                if (name.Length > 0) _steps.Add(name == "*" ? new Step(null, null, null, null) : new Step(name, null, null, null));
                at = end;
            }
            else
            {
                var close = text.IndexOf(']', at);
                if (close < 0) break;
                Bracket(text[(at + 1)..close]);
                at = close + 1;
            }
        }
    }

    /// <param name="Name">A member; null for others.</param>
    /// <param name="Index">An element, from the end if negative.</param>
    /// <param name="FilterPath">A member that must have a value; null for every element.</param>
    /// <param name="FilterValue">That value.</param>
    private readonly record struct Step(string? Name, int? Index, string[]? FilterPath, string? FilterValue);

    /// <summary>The first value that the path leads to, or null.</summary>
    public JsonElement? First(JsonElement root)
    {
        IEnumerable<JsonElement> found = [root];
        foreach (var step in _steps) found = found.SelectMany(value => Follow(value, step));
        foreach (var value in found) return value;
        return null;
    }

    public override string ToString() => _text;

    private static IEnumerable<JsonElement> Follow(JsonElement value, Step step)
    {
        if (step.Name is { } name)
        {
            if (value.ValueKind == JsonValueKind.Object && value.TryGetProperty(name, out var member)) yield return member;
        }
        else if (step.Index is { } index)
        {
            if (value.ValueKind != JsonValueKind.Array) yield break;
            var length = value.GetArrayLength();
            if (index < 0) index += length;
            if (index >= 0 && index < length) yield return value[index];
        }
        else
        {
            var all = value.ValueKind switch
            {
                JsonValueKind.Array => value.EnumerateArray().ToArray(),
                JsonValueKind.Object => [.. value.EnumerateObject().Select(m => m.Value)],
                _ => [],
            };
            foreach (var element in all)
            {
                if (step.FilterPath is null || Fits(element, step)) yield return element;
            }
        }
    }

    private static bool Fits(JsonElement element, Step step)
    {
        foreach (var part in step.FilterPath!)
        {
            if (element.ValueKind != JsonValueKind.Object || !element.TryGetProperty(part, out element)) return false;
        }
        return element.ToString() == step.FilterValue;
    }

    private void Bracket(string inside)
    {
        if (inside.StartsWith("?(@", StringComparison.Ordinal) && inside.IndexOf("==", StringComparison.Ordinal) is > 0 and var equals)
        {
            _steps.Add(new Step(null, null, inside[3..equals].Trim().TrimStart('.').Split('.'), inside[(equals + 2)..].Trim().TrimEnd(')').Trim().Trim('"', '\'')));
        }
        else if (int.TryParse(inside, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var index))
        {
            _steps.Add(new Step(null, index, null, null));
        }
        else if (inside.Length > 1 && inside[0] is '\'' or '"')
        {
            _steps.Add(new Step(inside[1..^1], null, null, null));
        }
        else
        {
            _steps.Add(default);
        }
    }
}
