using System.Runtime.CompilerServices;

namespace K8sScaleTest.Engine.Api;

/// <summary>
/// An HTTP/2 connection's bytes, in which the server's protest against a body that it did not want is taken for what it is: no error.
/// </summary>
/// <remarks>
/// A server that refuses a request before it has read the body answers wholly, resets the stream with NO_ERROR (RFC 9113, section 8.1), and resets it
/// again with STREAM_CLOSED when a piece of the body arrives that was under way already. Go's server does so at every 403 and 429. The handler knows the
/// first of the two; where the second comes before it has stopped sending, it throws the answer away. By definition STREAM_CLOSED says nothing but that
/// the stream was over for the server before our frame came: how it ended, earlier frames have told.
/// </remarks>
internal sealed class EarlyAnswerStream(Stream inner) : Stream
{
    private const int HeaderLength = 9;
    private const int TypeOffset = 3;
    private const byte RstStream = 3;
    private const uint StreamClosed = 5;
    private const byte NoError = 0;
    private readonly byte[] _header = new byte[HeaderLength];
    private int _headerLength;
    private int _payloadLeft;
    private uint _errorCode;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        var read = inner.Read(buffer);
        Follow(buffer[..read]);
        return read;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = await inner.ReadAsync(buffer, cancellationToken);
        Follow(buffer.Span[..read]);
        return read;
    }

    public override void Write(byte[] buffer, int offset, int count) => inner.Write(buffer, offset, count);

    public override void Write(ReadOnlySpan<byte> buffer) => inner.Write(buffer);

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        inner.WriteAsync(buffer, offset, count, cancellationToken);

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
        inner.WriteAsync(buffer, cancellationToken);

    public override void Flush() => inner.Flush();

    public override Task FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing) inner.Dispose();
        base.Dispose(disposing);
    }

    /// <summary>Follows the frames, however the reads cut them.</summary>
    private void Follow(Span<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            if (_headerLength < HeaderLength)
            {
                var taken = Math.Min(HeaderLength - _headerLength, bytes.Length);
                bytes[..taken].CopyTo(_header.AsSpan(_headerLength));
                _headerLength += taken;
                bytes = bytes[taken..];
                if (_headerLength < HeaderLength) return;
                _payloadLeft = (_header[0] << 16) | (_header[1] << 8) | _header[2];
                _errorCode = 0;
            }
            else
            {
                var taken = Math.Min(_payloadLeft, bytes.Length);
                _payloadLeft -= taken;
                if (_header[TypeOffset] == RstStream) Excuse(bytes[..taken]);
                bytes = bytes[taken..];
            }

            if (_payloadLeft == 0) _headerLength = 0;
        }
    }

    private void Excuse(Span<byte> payload)
    {
        foreach (var each in payload) _errorCode = (_errorCode << 8) | each;
        if (_payloadLeft == 0 && _errorCode == StreamClosed) payload[^1] = NoError;
    }
}
