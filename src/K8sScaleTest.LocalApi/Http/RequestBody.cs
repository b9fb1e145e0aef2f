using System.Buffers;
using System.Text;
using System.Text.Unicode;

namespace K8sScaleTest.LocalApi.Http;

/// <summary>The whole body of a request, in memory rented until it is disposed of.</summary>
internal readonly struct RequestBody : IDisposable
{
    /// <summary>The API server's limit for resource requests.</summary>
    public const int Limit = 3 * 1024 * 1024;

    private readonly byte[] _bytes;
    private readonly int _length;

    private RequestBody(byte[] bytes, int length)
    {
        _bytes = bytes;
        _length = length;
    }

    public ReadOnlyMemory<byte> Memory => _bytes.AsMemory(0, _length);

    /// <summary>Reads to the end; 413 beyond the limit.</summary>
    public static async ValueTask<RequestBody> ReadAsync(HttpContext http)
    {
        if (http.Request.ContentLength > Limit) throw TooLarge();
        var reader = http.Request.BodyReader;
        while (true)
        {
            var result = await reader.ReadAsync(http.RequestAborted);
            var buffer = result.Buffer;
            if (buffer.Length > Limit) throw TooLarge();
            if (result.IsCompleted)
            {
                var bytes = ArrayPool<byte>.Shared.Rent(Math.Max(1, (int)buffer.Length));
                buffer.CopyTo(bytes);
                var body = new RequestBody(bytes, (int)buffer.Length);
                reader.AdvanceTo(buffer.End);
                return body.WithValidText();
            }
            reader.AdvanceTo(buffer.Start, buffer.End);
        }
    }

    /// <summary>As Go decodes JSON: bytes that are no UTF-8, and halves of surrogate pairs, become the replacement character.</summary>
    private RequestBody WithValidText()
    {
        // By what it is, not by what its content type says: not everything that reads a body asks for that.
        if (Schema.ProtobufReader.IsProtobuf(Memory.Span)) return this;
        Json.Surrogates.Repair(_bytes.AsSpan(0, _length));
        if (Utf8.IsValid(Memory.Span)) return this;
        var text = Encoding.UTF8.GetString(Memory.Span);
        Dispose();
        var bytes = ArrayPool<byte>.Shared.Rent(Encoding.UTF8.GetByteCount(text));
        return new RequestBody(bytes, Encoding.UTF8.GetBytes(text, bytes));
    }

    public void Dispose() => ArrayPool<byte>.Shared.Return(_bytes);

    private static ApiException TooLarge() => new(new ApiStatus(413, "RequestEntityTooLarge", $"Request entity too large: limit is {Limit}"));
}
