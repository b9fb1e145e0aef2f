using System.Net;
using K8sScaleTest.Engine.Records;

namespace K8sScaleTest.Engine.Drivers;

/// <summary>
/// A request body that knows when it was asked for: that is when the request's stream was granted. It lets itself be serialized
/// once per operation, so that the handler cannot send a refused request again out of sight. Its length never changes.
/// </summary>
/// <remarks>
/// A <see cref="ByteArrayContent"/> because the handler takes any other class for one that goes on writing while the response is read
/// already, and then awaits both in a dearer way.
/// </remarks>
internal sealed class OperationContent : ByteArrayContent
{
    private readonly byte[] _head;
    private readonly ReadOnlyMemory<byte> _tail;
    private int _serializations;
    private int _writing;
    private long _sent;

    /// <param name="mediaType">The content type.</param>
    /// <param name="head">What the slot fills in for each operation.</param>
    /// <param name="tail">What follows it; empty when the head is all.</param>
    public OperationContent(string mediaType, byte[] head, ReadOnlyMemory<byte> tail = default)
        : base(head)
    {
        _head = head;
        _tail = tail;
        Headers.TryAddWithoutValidation("Content-Type", mediaType);
        Headers.ContentLength = Length;
    }

    /// <summary>Length in bytes.</summary>
    public int Length => _head.Length + _tail.Length;

    /// <summary>When the content was first asked for, in ticks; 0 while it was not.</summary>
    public long Sent => Volatile.Read(ref _sent);

    /// <summary>How often the content was asked for.</summary>
    public int Serializations => Volatile.Read(ref _serializations);

    /// <summary>Whether the handler may still be reading the buffers: a response can come before the request is wholly sent.</summary>
    public bool Writing => Volatile.Read(ref _writing) != 0;

    /// <summary>Prepares the next operation's use; never while <see cref="Writing"/>.</summary>
    public void Reset()
    {
        _serializations = 0;
        _sent = 0;
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        if (Interlocked.Increment(ref _serializations) > 1) return Task.FromException(new StreamRefusedException());
        Volatile.Write(ref _sent, RunClock.Now);
        return WriteAsync(stream, cancellationToken);
    }

    protected override bool TryComputeLength(out long length)
    {
        length = Length;
        return true;
    }

    private async Task WriteAsync(Stream stream, CancellationToken cancellationToken)
    {
        // Counted, not flagged: nothing but this method may say that the buffers are free.
        Interlocked.Increment(ref _writing);
        try
        {
            await stream.WriteAsync(_head, cancellationToken);
            if (!_tail.IsEmpty) await stream.WriteAsync(_tail, cancellationToken);
        }
        finally
        {
            Interlocked.Decrement(ref _writing);
        }
    }
}
