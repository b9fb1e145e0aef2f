using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections;

namespace K8sScaleTest.LocalApi.Hosting;

/// <summary>
/// What is written to a connection, in pieces that TLS makes records of 16 KB of, as Go's server does where there is much to send: Kestrel's pieces are 4 KB, and TLS makes
/// a record of each, which server and client pay for four times.
/// </summary>
/// <param name="inner">Kestrel's writer above TLS.</param>
internal sealed class RecordSizedWriter(PipeWriter inner) : PipeWriter
{
    // Two frames of HTTP/2 and the end of a third: what a watch or a list writes at a time.
    private const int PieceSize = 64 * 1024;
    private int _left;

    public override bool CanGetUnflushedBytes => inner.CanGetUnflushedBytes;

    public override long UnflushedBytes => inner.UnflushedBytes;

    /// <summary>Has all that a connection's requests write go through one, above TLS.</summary>
    public static ConnectionDelegate Use(ConnectionDelegate next) => connection =>
    {
        connection.Transport = new Pipe(connection.Transport.Input, new RecordSizedWriter(connection.Transport.Output));
        return next(connection);
    };

    public override Memory<byte> GetMemory(int sizeHint = 0)
    {
        var memory = inner.GetMemory(Hint(sizeHint));
        _left = memory.Length;
        return memory;
    }

    public override Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    public override void Advance(int bytes)
    {
        inner.Advance(bytes);
        _left -= bytes;
    }

    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        // It begins a new piece afterwards.
        _left = 0;
        return inner.FlushAsync(cancellationToken);
    }

    public override void CancelPendingFlush() => inner.CancelPendingFlush();

    public override void Complete(Exception? exception = null) => inner.Complete(exception);

    public override ValueTask CompleteAsync(Exception? exception = null) => inner.CompleteAsync(exception);

    private int Hint(int sizeHint) => _left > 0 && _left >= sizeHint ? sizeHint : Math.Max(sizeHint, PieceSize);

    private sealed class Pipe(PipeReader input, PipeWriter output) : IDuplexPipe
    {
        public PipeReader Input => input;

        public PipeWriter Output => output;
    }
}
