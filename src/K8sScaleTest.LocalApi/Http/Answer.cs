using System.Buffers;
using K8sScaleTest.LocalApi.Json;
using K8sScaleTest.LocalApi.Storage;

namespace K8sScaleTest.LocalApi.Http;

/// <summary>Writes answers that are known in full.</summary>
internal static class Answer
{
    private const string Json = "application/json";

    public static Task Object(ApiRequest request, int code, StoredObject item)
    {
        if (request.Accept.Form != Form.Object) return Other(request, code, item);
        return Body(request.Http, code, request.Version.ObjectPrefix, request.Resource.BodyOf(item, request.VersionIndex));
    }

    /// <summary>An object that is not stored: the answer to a dry run.</summary>
    public static Task Body(HttpContext http, int code, ReadOnlySpan<byte> prefix, ReadOnlySpan<byte> body)
    {
        var response = http.Response;
        response.StatusCode = code;
        response.ContentType = Json;
        if (body.Length > Compression.Threshold && Compression.IsWanted(http.Request))
        {
            Compression.Mark(response);
            var packed = Compression.Pack(prefix, body);
            response.ContentLength = packed.Length;
            response.BodyWriter.Write(packed.Span);
            return Task.CompletedTask;
        }
        response.ContentLength = prefix.Length + body.Length + 1;
        var writer = response.BodyWriter;
        writer.Write(prefix);
        writer.Write(body);
        writer.Write("\n"u8);
        return Task.CompletedTask;
    }

    public static Task Status(HttpContext http, ApiStatus status)
    {
        var to = JsonBuffer.Rent();
        status.WriteTo(to);
        if (status.RetryAfterSeconds > 0) http.Response.Headers.RetryAfter = status.RetryAfterSeconds.ToString(System.Globalization.CultureInfo.InvariantCulture);
        if (status.Code < 400 || MediaType.TakesPlainJson(http.Request.Headers.Accept)) Buffer(http, status.Code, to);
        else Bytes(http, status.Code, IndentedJson.Of(to.Written), Json);
        to.Return();
        return Task.CompletedTask;
    }

    public static Task Buffer(HttpContext http, int code, JsonBuffer json, string contentType = Json)
    {
        json.Byte((byte)'\n');
        return Bytes(http, code, json.Written, contentType);
    }

    public static Task Bytes(HttpContext http, int code, ReadOnlySpan<byte> bytes, string contentType)
    {
        var response = http.Response;
        response.StatusCode = code;
        response.ContentType = contentType;
        response.ContentLength = bytes.Length;
        if (!HttpMethods.IsHead(http.Request.Method)) response.BodyWriter.Write(bytes);
        return Task.CompletedTask;
    }

    public static Task Text(HttpContext http, int code, string text)
    {
        http.Response.Headers.XContentTypeOptions = "nosniff";
        return Bytes(http, code, System.Text.Encoding.UTF8.GetBytes(text), "text/plain; charset=utf-8");
    }

    private static Task Other(ApiRequest request, int code, StoredObject item)
    {
        var to = JsonBuffer.Rent();
        if (request.Accept.Form == Form.Table) TableWriter.Single(to, request, item);
        else MetadataWriter.Single(to, request, item);
        Buffer(request.Http, code, to);
        to.Return();
        return Task.CompletedTask;
    }
}
