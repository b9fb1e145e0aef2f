using System.Text;
using System.Text.Json;

namespace K8sScaleTest.Engine.Api;

/// <summary>What a server says of a request that it refused or failed: a Kubernetes Status, or what can be told without one.</summary>
/// <param name="Code">The HTTP status.</param>
/// <param name="Reason">Kubernetes' name for the case, such as <c>AlreadyExists</c>; from the status code where the body has none.</param>
/// <param name="Message">The server's words, at most 1 KiB of them.</param>
/// <param name="Kind">The resource that the Status is about (<c>details.kind</c>, which holds the plural name).</param>
/// <param name="Name">The object that the Status is about (<c>details.name</c>).</param>
/// <param name="IsStatus">Whether the body was a Status object: a bare 404 of some other server is none.</param>
public sealed record ApiStatus(int Code, string? Reason, string? Message, string? Kind = null, string? Name = null, bool IsStatus = false)
{
    /// <summary>The longest message kept, in UTF-8 bytes.</summary>
    public const int MaxMessageBytes = 1024;

    /// <summary>
    /// Reads a failure's body. It never throws: 429s and some 5xx are plain text, a proxy may answer in HTML, a body may be cut off.
    /// </summary>
    /// <param name="httpStatus">The response's status code, which wins over the body's.</param>
    /// <param name="body">The body.</param>
    /// <param name="contentType">The body's media type, if known.</param>
    public static ApiStatus Parse(int httpStatus, ReadOnlySpan<byte> body, string? contentType)
    {
        var isJson = contentType is null || contentType.Contains("json", StringComparison.OrdinalIgnoreCase);
        if (isJson && TryParseStatus(httpStatus, body, out var status)) return status;
        var isText = contentType is null || contentType.StartsWith("text/plain", StringComparison.OrdinalIgnoreCase);
        return new ApiStatus(httpStatus, ReasonOf(httpStatus), isText ? Text(body) : null);
    }

    /// <summary>Kubernetes' reason for a status code, as NewGenericServerResponse (k8s.io/apimachinery, api/errors) has it.</summary>
    /// <param name="httpStatus">The status code.</param>
    public static string? ReasonOf(int httpStatus) => httpStatus switch
    {
        400 => "BadRequest",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "NotFound",
        405 => "MethodNotAllowed",
        406 => "NotAcceptable",
        409 => "Conflict",
        410 => "Gone",
        413 => "RequestEntityTooLarge",
        415 => "UnsupportedMediaType",
        422 => "Invalid",
        429 => "TooManyRequests",
        503 => "ServiceUnavailable",
        504 => "Timeout",
        >= 500 => "InternalError",
        >= 200 and < 300 => null,
        _ => "Unknown",
    };

    private static bool TryParseStatus(int httpStatus, ReadOnlySpan<byte> body, out ApiStatus status)
    {
        string? kind = null, reason = null, message = null, detailsKind = null, detailsName = null;
        var whole = true;
        try
        {
            var reader = new Utf8JsonReader(body);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            {
                status = null!;
                return false;
            }

            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                if (reader.ValueTextEquals("kind"u8)) kind = StringValue(ref reader);
                else if (reader.ValueTextEquals("reason"u8)) reason = StringValue(ref reader);
                else if (reader.ValueTextEquals("message"u8)) message = StringValue(ref reader);
                else if (reader.ValueTextEquals("details"u8)) ReadDetails(ref reader, ref detailsKind, ref detailsName);
                else
                {
                    reader.Read();
                    reader.Skip();
                }
            }
        }
        catch (JsonException)
        {
            // Cut off, or no JSON at all: what was read before the fault still counts.
            whole = false;
        }

        var isStatus = kind == "Status" || (!whole && reason is not null);
        status = new ApiStatus(
            httpStatus, string.IsNullOrEmpty(reason) ? ReasonOf(httpStatus) : reason, Trim(message), detailsKind, detailsName, isStatus);
        return isStatus;
    }

    private static void ReadDetails(ref Utf8JsonReader reader, ref string? kind, ref string? name)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            return;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("kind"u8)) kind = StringValue(ref reader);
            else if (reader.ValueTextEquals("name"u8)) name = StringValue(ref reader);
            else
            {
                reader.Read();
                reader.Skip();
            }
        }
    }

    private static string? StringValue(ref Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType == JsonTokenType.String) return reader.GetString();
        reader.Skip();
        return null;
    }

    private static string? Text(ReadOnlySpan<byte> body) => body.IsEmpty ? null : Trim(Encoding.UTF8.GetString(body[..Math.Min(body.Length, 4 * MaxMessageBytes)]));

    private static string? Trim(string? text)
    {
        if (string.IsNullOrWhiteSpace(text)) return null;
        text = text.Trim();
        if (Encoding.UTF8.GetByteCount(text) <= MaxMessageBytes) return text;
        var bytes = 0;
        var length = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            bytes += rune.Utf8SequenceLength;
            if (bytes > MaxMessageBytes - 3) break;
            length += rune.Utf16SequenceLength;
        }

        return string.Concat(text.AsSpan(0, length), "...");
    }
}
