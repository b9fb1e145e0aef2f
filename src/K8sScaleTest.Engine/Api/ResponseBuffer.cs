using System.Buffers;

namespace K8sScaleTest.Engine.Api;

/// <summary>Reads response bodies to their end into a buffer that is used again; a large one goes back to the pool between them.</summary>
internal sealed class ResponseBuffer
{
    private const int KeptLength = 16 * 1024;
    private const int FirstLength = 4 * 1024;
    private byte[] _buffer = [];
    private int _length;

    /// <summary>The body read last.</summary>
    public ReadOnlySpan<byte> Body => _buffer.AsSpan(0, _length);

    /// <summary>Reads a body to its end.</summary>
    public async ValueTask ReadAsync(HttpContent content, CancellationToken cancellationToken)
    {
        _length = 0;
        var stream = await content.ReadAsStreamAsync(cancellationToken);
        while (true)
        {
            if (_length == _buffer.Length) Grow();
            var read = await stream.ReadAsync(_buffer.AsMemory(_length), cancellationToken);
            if (read == 0) return;
            _length += read;
        }
    }

    /// <summary>Keeps no more than small bodies need.</summary>
    public void Trim()
    {
        _length = 0;
        if (_buffer.Length <= KeptLength) return;
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
    }

    private void Grow()
    {
        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(FirstLength, _buffer.Length * 2));
        _buffer.CopyTo(larger, 0);
        if (_buffer.Length > 0) ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = larger;
    }
}
