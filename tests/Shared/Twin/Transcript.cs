using System.Text;
using System.Text.Json;

namespace K8sScaleTest.Twin;

/// <summary>The text of a row's exchanges, with what differs from run to run masked.</summary>
internal static class Transcript
{
    private const int LongestRequest = 2000;

    public static string Of(IReadOnlyList<Exchange> exchanges, IReadOnlyList<string> namespaces, Shown shown)
    {
        var mask = new Mask(exchanges, namespaces, shown);
        var to = new StringBuilder();
        foreach (var exchange in exchanges.Where(e => !e.IsQuiet))
        {
            if (exchange.Note is { } note)
            {
                to.Append(note).Append("\n\n");
                continue;
            }
            if (exchange.User != TwinUser.Admin) to.Append("> as ").Append(exchange.User).Append('\n');
            to.Append("> ").Append(exchange.Method).Append(' ').Append(mask.Request(exchange, exchange.Path)).Append('\n');
            foreach (var (name, value) in exchange.Sent) to.Append("> ").Append(name).Append(": ").Append(value).Append('\n');
            if (exchange.Body is { } body) to.Append("> ").Append(mask.Request(exchange, Short(body))).Append('\n');
            to.Append("< ").Append(exchange.Code).Append('\n');
            foreach (var line in mask.Headers(exchange)) to.Append("< ").Append(line).Append('\n');
            foreach (var text in exchange.Bodies) Body(to, mask, exchange, text, shown);
            if (exchange.Ended) to.Append("(the end of the watch)\n");
            to.Append('\n');
        }
        return mask.Finish(to.ToString());
    }

    private static void Body(StringBuilder to, Mask mask, Exchange exchange, string text, Shown shown)
    {
        if (text.Length == 0) return;
        if (text[0] is not ('{' or '[') || !TryParse(text, out var json))
        {
            to.Append(mask.Text(exchange, text.Length > shown.BodyLimit ? text[..shown.BodyLimit] + "..." : text)).Append('\n');
            return;
        }
        using (json)
        {
            // The events of a watch were read as lines.
            if (!exchange.IsWatch && !IsCompact(text)) to.Append("(not compact JSON and a line end)\n");
            mask.Json(to, exchange, json.RootElement);
            to.Append('\n');
        }
    }

    private static bool TryParse(string text, out JsonDocument json)
    {
        try
        {
            json = JsonDocument.Parse(text);
            return true;
        }
        catch (JsonException)
        {
            json = null!;
            return false;
        }
    }

    /// <summary>As Go's encoder writes: no white space outside of strings, and a line end.</summary>
    private static bool IsCompact(string text)
    {
        if (!text.EndsWith('\n')) return false;
        var inString = false;
        for (var i = 0; i < text.Length - 1; i++)
        {
            if (text[i] == '\\') i++;
            else if (text[i] == '"') inString = !inString;
            else if (!inString && char.IsWhiteSpace(text[i])) return false;
        }
        return true;
    }

    private static string Short(string body) => body.Length <= LongestRequest ? body : $"{body[..100]}... ({body.Length} characters)";
}
