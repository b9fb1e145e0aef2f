using System.Text.Json;

namespace K8sScaleTest.LocalApi.Tests.Fuzz;

/// <summary>Whether an answer is one that an API server gives.</summary>
internal static class AnswerCheck
{
    /// <summary>What is wrong with it; null when nothing is.</summary>
    public static string? Problem(int code, string? contentType, string text, bool isHead)
    {
        if (text.Contains("caused apiserver to panic", StringComparison.Ordinal)) return "a fault of the server";
        if (code is < 200 or > 599) return "no status code of HTTP";
        // 500 is Kubernetes' answer to some mistakes of clients; 504 to a resourceVersion of the future.
        if (code >= 500 && code is not (500 or 504)) return "a code that nobody ordered";
        if (isHead || text.Length == 0 && code is 400 or 404 or 405 or 408 or 411 or 413 or 414 or 431 or 505) return null;
        if (contentType is null) return text.Length == 0 ? null : "a body without a type";
        if (contentType.StartsWith("text/plain", StringComparison.Ordinal)) return null;
        if (!contentType.StartsWith("application/json", StringComparison.Ordinal)) return contentType.StartsWith("application/", StringComparison.Ordinal) ? null : $"the type {contentType}";
        foreach (var line in code < 300 ? text.Split('\n', StringSplitOptions.RemoveEmptyEntries) : [text])
        {
            try
            {
                // A watch has a document on each line; others one, which a few spread over many lines.
                using var document = JsonDocument.Parse(line.StartsWith('{') && line.EndsWith('}') ? line : text);
                if (code >= 400 && !IsStatus(document.RootElement, code)) return "an error that is no Status";
                if (!line.EndsWith('}')) break;
            }
            catch (JsonException broken)
            {
                return "broken JSON: " + broken.Message;
            }
        }
        return null;
    }

    private static bool IsStatus(JsonElement body, int code) =>
        body.ValueKind == JsonValueKind.Object
        // A path that is not known is answered with those that are.
        && (code == 404 && body.TryGetProperty("paths", out _)
            || body.TryGetProperty("kind", out var kind) && kind.GetString() == "Status" && body.GetProperty("status").GetString() == "Failure"
            && body.GetProperty("code").GetInt32() == code && (!body.TryGetProperty("message", out var message) || message.ValueKind == JsonValueKind.String));
}
