using System.IO.Compression;

namespace K8sScaleTest.LocalApi.Http;

/// <summary>
/// Compressed answers, as the API server gives them: to a client that asks for gzip, and only beyond a length that makes it worth the time
/// (apiserver/pkg/endpoints/handlers/responsewriters/writers.go).
/// </summary>
internal static class Compression
{
    /// <summary>What is no longer than this goes out as it is.</summary>
    public const int Threshold = 128 * 1024;

    /// <summary>Whether gzip is among the encodings; as in Go, no attention is paid to q values, so that "gzip;q=1" is none.</summary>
    public static bool IsWanted(HttpRequest request)
    {
        var accepted = request.Headers.AcceptEncoding;
        // Most clients of this server send nothing, or gzip alone.
        if (accepted.Count == 0) return false;
        foreach (var token in accepted.ToString().Split(','))
        {
            if (token.AsSpan().Trim() is "gzip") return true;
        }
        return false;
    }

    /// <summary>Says that the answer is compressed.</summary>
    public static void Mark(HttpResponse response)
    {
        response.Headers.ContentEncoding = "gzip";
        response.Headers.Append("Vary", "Accept-Encoding");
    }

    /// <summary>A whole answer, compressed in memory.</summary>
    public static ReadOnlyMemory<byte> Pack(ReadOnlySpan<byte> prefix, ReadOnlySpan<byte> body)
    {
        var packed = new MemoryStream(body.Length / 4);
        using (var compressed = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            compressed.Write(prefix);
            compressed.Write(body);
            compressed.Write("\n"u8);
        }
        return packed.GetBuffer().AsMemory(0, (int)packed.Length);
    }

    /// <summary>The stream that compresses an answer as it is written; its end leaves the connection open.</summary>
    public static GZipStream Begin(HttpResponse response)
    {
        Mark(response);
        return new GZipStream(response.BodyWriter.AsStream(leaveOpen: true), CompressionLevel.Fastest, leaveOpen: true);
    }
}
