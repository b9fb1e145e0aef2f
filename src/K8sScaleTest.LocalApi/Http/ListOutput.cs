using System.Buffers;
using System.IO.Compression;
using System.IO.Pipelines;

namespace K8sScaleTest.LocalApi.Http;

/// <summary>Where a list goes as it is written. One that may be compressed is held back until it is long enough, or over.</summary>
internal sealed class ListOutput : IAsyncDisposable
{
    private readonly HttpResponse _response;
    private readonly PipeWriter _writer;
    private byte[]? _held;
    private int _heldLength;
    private GZipStream? _compressed;

    private ListOutput(HttpResponse response, bool compress)
    {
        _response = response;
        _writer = response.BodyWriter;
        if (compress) _held = ArrayPool<byte>.Shared.Rent(Compression.Threshold);
    }

    /// <summary>The first byte of the next part is there for the separator's sake alone.</summary>
    public bool SkipFirst { get; set; }

    public static ListOutput Open(ApiRequest request) => new(request.Http.Response, Compression.IsWanted(request.Http.Request));

    public async ValueTask WriteAsync(ReadOnlyMemory<byte> part, CancellationToken cancellation)
    {
        if (SkipFirst) part = part[1..];
        if (_compressed is not null)
        {
            await _compressed.WriteAsync(part, cancellation);
        }
        else if (_held is null)
        {
            await _writer.WriteAsync(part, cancellation);
        }
        else if (_heldLength + part.Length <= Compression.Threshold)
        {
            part.Span.CopyTo(_held.AsSpan(_heldLength));
            _heldLength += part.Length;
        }
        else
        {
            _compressed = Compression.Begin(_response);
            await _compressed.WriteAsync(_held.AsMemory(0, _heldLength), cancellation);
            Release();
            await _compressed.WriteAsync(part, cancellation);
        }
    }

    /// <summary>Sends what is still held back.</summary>
    public async ValueTask CompleteAsync(CancellationToken cancellation)
    {
        if (_compressed is not null)
        {
            await _compressed.DisposeAsync();
            _compressed = null;
        }
        else if (_held is not null)
        {
            await _writer.WriteAsync(_held.AsMemory(0, _heldLength), cancellation);
            Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        Release();
        // An answer that broke off: what the compressor still holds goes nowhere.
        if (_compressed is null) return;
        try
        {
            await _compressed.DisposeAsync();
        }
        catch (Exception gone) when (gone is IOException or OperationCanceledException or InvalidOperationException)
        {
            // The client has gone.
        }
    }

    private void Release()
    {
        if (_held is not null) ArrayPool<byte>.Shared.Return(_held);
        _held = null;
    }
}
