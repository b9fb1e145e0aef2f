using System.Buffers;
using System.Text.Json;
using K8sScaleTest.LocalApi.Http;

namespace K8sScaleTest.LocalApi.Faults;

/// <summary>The name of an object that is to be created: it stands in the body alone, which the handler has still to read.</summary>
internal static class NameInBody
{
    /// <summary>The name, or the empty text where the body is no JSON with a metadata.name.</summary>
    public static async ValueTask<string> PeekAsync(HttpContext http)
    {
        var reader = http.Request.BodyReader;
        while (true)
        {
            var result = await reader.ReadAsync(http.RequestAborted);
            if (result.IsCompleted || result.Buffer.Length > RequestBody.Limit)
            {
                var name = Find(result.Buffer);
                // Nothing is taken: the handler finds the whole body.
                reader.AdvanceTo(result.Buffer.Start);
                return name;
            }
            reader.AdvanceTo(result.Buffer.Start, result.Buffer.End);
        }
    }

    private static string Find(in ReadOnlySequence<byte> body)
    {
        try
        {
            var json = new Utf8JsonReader(body);
            while (json.Read())
            {
                if (json.TokenType != JsonTokenType.PropertyName || json.CurrentDepth != 1 && json.CurrentDepth != 2) continue;
                if (json.CurrentDepth == 1 && !json.ValueTextEquals("metadata"u8)) json.Skip();
                else if (json.CurrentDepth == 2 && json.ValueTextEquals("name"u8)) return json.Read() && json.TokenType == JsonTokenType.String ? json.GetString()! : "";
                else if (json.CurrentDepth == 2) json.Skip();
            }
        }
        catch (JsonException)
        {
            // Not JSON, or broken: the handler will say so.
        }
        return "";
    }
}
