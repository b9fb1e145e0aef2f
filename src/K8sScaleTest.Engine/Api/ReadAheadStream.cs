using System.Runtime.CompilerServices;

namespace K8sScaleTest.Engine.Api;

/// <summary>A socket that is read for all that is there: TLS asks for one record of 16 KB after the other, and would ask the kernel for each.</summary>
internal sealed class ReadAheadStream(Stream inner) : ReadFilterStream(inner)
{
    private const int Room = 128 * 1024;
    private readonly byte[] _bytes = new byte[Room];
    private int _start;
    private int _end;

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        _start < _end ? new(Take(buffer.Span)) : FillAsync(buffer, cancellationToken);

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<int> FillAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        // Before the read, which may fail: nothing that was handed on may come again.
        (_start, _end) = (0, 0);
        _end = await Inner.ReadAsync(_bytes, cancellationToken);
        return Take(buffer.Span);
    }

    private int Take(Span<byte> buffer)
    {
        var taken = Math.Min(buffer.Length, _end - _start);
        _bytes.AsSpan(_start, taken).CopyTo(buffer);
        _start += taken;
        return taken;
    }
}
