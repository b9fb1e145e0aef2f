using System.Buffers;
using System.Runtime.CompilerServices;

namespace K8sScaleTest.Engine.Api;

/// <summary>
/// What has come of a response and was not consumed, in one piece, so that decoders need not care where packets end. It grows with the largest event, and
/// holds nothing at all while it waits empty, so that a thousand idle watches cost little.
/// </summary>
internal sealed class ResponseWindow(Stream stream, int size, bool awaitsWithoutBuffer) : IDisposable
{
    private byte[] _bytes = [];
    private int _start;
    private int _end;

    /// <summary>What has come.</summary>
    public ReadOnlySpan<byte> Available => _bytes.AsSpan(_start, _end - _start);

    /// <summary>Its length.</summary>
    public int Length => _end - _start;

    /// <summary>All that ever came, in bytes.</summary>
    public long Total { get; private set; }

    public void Consume(int bytes) => _start += bytes;

    /// <summary>Reads more behind what is available; false at the end of the response.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<bool> FillAsync(CancellationToken cancellationToken)
    {
        if (_start == _end && awaitsWithoutBuffer)
        {
            Dispose();
            Total += await stream.ReadAsync(Memory<byte>.Empty, cancellationToken);
        }

        MakeRoom();
        var read = await stream.ReadAsync(_bytes.AsMemory(_end), cancellationToken);
        _end += read;
        Total += read;
        return read > 0;
    }

    /// <summary>Gives the buffer back, and with it what was not consumed.</summary>
    public void Dispose()
    {
        if (_bytes.Length > 0) ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = [];
        _start = _end = 0;
    }

    private void MakeRoom()
    {
        if (_bytes.Length == 0)
        {
            _bytes = ArrayPool<byte>.Shared.Rent(size);
            return;
        }

        if (_bytes.Length - _end >= _bytes.Length / 2) return;
        if (Length <= _bytes.Length / 2)
        {
            Available.CopyTo(_bytes);
        }
        else
        {
            var larger = ArrayPool<byte>.Shared.Rent(_bytes.Length * 2);
            Available.CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_bytes);
            _bytes = larger;
        }

        (_start, _end) = (0, _end - _start);
    }
}
