using System.Runtime.CompilerServices;

namespace K8sScaleTest.Engine.Api;

/// <summary>A response's body, whose reader hears at its end that it was broken off, where a <see cref="GentleResetStream"/> ended it in a trailer.</summary>
/// <param name="body">The body.</param>
/// <param name="response">Its response.</param>
internal sealed class BrokenOffStream(Stream body, HttpResponseMessage response) : Stream
{
    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <exception cref="HttpProtocolException">All has been read that came; then the server reset the stream.</exception>
    /// <exception cref="HttpIOException">All has been read that came; then the connection broke.</exception>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = await body.ReadAsync(buffer, cancellationToken);
        if (read == 0 && !buffer.IsEmpty) ThrowIfBrokenOff();
        return read;
    }

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush() => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing) body.Dispose();
        base.Dispose(disposing);
    }

    private void ThrowIfBrokenOff()
    {
        if (response.Version.Major != 2) return;
        foreach (var trailer in response.TrailingHeaders.NonValidated)
        {
            if (GentleResetStream.CodeOf(trailer.Key) is not { } code) continue;
            throw code == GentleResetStream.ConnectionLost
                ? new HttpIOException(HttpRequestError.ResponseEnded, "The connection broke while the response was coming.")
                : new HttpProtocolException(code, "The server reset the stream while the response was coming.", null);
        }
    }
}
