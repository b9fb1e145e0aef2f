using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace K8sScaleTest.Engine.Api;

/// <summary>
/// An HTTP/2 connection's frames, in which a reset takes nothing away that the server had sent before it: the handler throws away what it has not yet handed
/// out of a stream that is reset, where Go's client hands that out first.
/// </summary>
/// <remarks>
/// <para>
/// A server that refuses a request before it has read the body answers wholly, resets the stream with NO_ERROR (RFC 9113, section 8.1), and resets it
/// again with STREAM_CLOSED when a piece of the body arrives that was under way already. Go's server does so at every 403 and 429. The handler knows the
/// first of the two; the second becomes the first. By definition STREAM_CLOSED says nothing but that the stream was over for the server before our frame
/// came: how it ended, earlier frames have told.
/// </para>
/// <para>
/// A response that is broken off, by a reset or with its connection, ends in a trailer instead, where that is asked for: after all that had come of it. A
/// <see cref="BrokenOffStream"/> makes an exception of it again.
/// </para>
/// </remarks>
/// <param name="inner">The connection.</param>
/// <param name="endsInTrailers">Whether responses that are broken off end in a trailer: the readers of all of them must know.</param>
internal sealed class GentleResetStream(Stream inner, bool endsInTrailers) : ReadFilterStream(inner)
{
    /// <summary>The code of a response that was broken off with its connection; RFC 9113 has none as high.</summary>
    public const uint ConnectionLost = 'z' - FirstCode;

    private const byte FirstCode = (byte)'a';
    private const int HeaderLength = 9;
    private const int TypeOffset = 3;
    private const int FlagsOffset = 4;
    private const int StreamOffset = 5;
    private const int ResetLength = HeaderLength + sizeof(uint);

    // Of a GOAWAY: behind the last stream.
    private const int GoAwayCodeOffset = HeaderLength + sizeof(uint);
    private const byte Data = 0;
    private const byte Headers = 1;
    private const byte RstStream = 3;
    private const byte GoAway = 7;
    private const byte EndStream = 1;
    private const byte EndHeaders = 4;
    private const uint NoError = 0;
    private const uint StreamClosed = 5;

    // Two frames of the greatest length, and two TLS records: what is held of one always leaves room for another.
    private const int Room = 32 * 1024;

    // Streams whose response has begun and not ended.
    private readonly HashSet<int> _responding = [];

    // From _start to _whole there are whole frames, which can be handed on; from there to _end the beginning of the next one.
    private byte[] _bytes = new byte[Room];
    private int _start;
    private int _whole;
    private int _end;
    private bool _isForeign;
    private bool _lost;
    private uint _goAwayCode = ConnectionLost;
    private Exception? _fault;

    /// <summary>The code in a trailer that this made of a reset; null when it is another's.</summary>
    /// <param name="trailer">Its name.</param>
    public static uint? CodeOf(string trailer) => trailer is [>= (char)FirstCode and <= 'z'] ? trailer[0] - (uint)FirstCode : null;

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        // The handler waits for each frame with an empty read, which is to spare it a buffer. There is one here; to wait with it spares a read of the connection.
        while (_start == _whole && !_lost) await FillAsync(cancellationToken);
        if (buffer.IsEmpty) return 0;
        if (_start == _whole) return _fault is null ? 0 : throw _fault;

        var taken = Math.Min(buffer.Length, _whole - _start);
        _bytes.AsSpan(_start, taken).CopyTo(buffer.Span);
        _start += taken;
        return taken;
    }

    /// <summary>Reads more behind what is held; when the connection has ended, what is left to say of it.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask FillAsync(CancellationToken cancellationToken)
    {
        // All whole frames have been handed on.
        _bytes.AsSpan(_start, _end - _start).CopyTo(_bytes);
        (_start, _whole, _end) = (0, 0, _end - _start);
        int read;
        try
        {
            read = await Inner.ReadAsync(_bytes.AsMemory(_end), cancellationToken);
        }
        catch (IOException e)
        {
            _fault = e;
            read = 0;
        }

        if (read == 0)
        {
            _lost = true;
            EndAll();
            return;
        }

        _end += read;
        _whole += Follow(_bytes.AsSpan(_whole, _end - _whole));
    }

    /// <summary>Follows the frames; returns the length of those that are whole.</summary>
    private int Follow(Span<byte> bytes)
    {
        if (_isForeign) return bytes.Length;
        var at = 0;
        while (bytes.Length - at >= HeaderLength)
        {
            var frame = bytes[at..];
            var length = HeaderLength + ((frame[0] << 16) | (frame[1] << 8) | frame[2]);

            // A frame longer than any may be is the handler's to refuse, and with it the connection.
            _isForeign |= length > (Room / 2) + HeaderLength;
            if (_isForeign) return bytes.Length;
            if (length > frame.Length) break;
            switch (frame[TypeOffset])
            {
                case RstStream when length == ResetLength:
                    Soften(frame);
                    break;
                case Data or Headers when endsInTrailers:
                    Note(frame);
                    break;
                case GoAway when length >= GoAwayCodeOffset + sizeof(uint):
                    _goAwayCode = BinaryPrimitives.ReadUInt32BigEndian(frame[GoAwayCodeOffset..]);
                    break;
                default:
                    break;
            }

            at += length;
        }

        return at;
    }

    private void Note(ReadOnlySpan<byte> frame)
    {
        if ((frame[FlagsOffset] & EndStream) != 0) _responding.Remove(StreamOf(frame));
        else if (frame[TypeOffset] == Headers) _responding.Add(StreamOf(frame));
    }

    private void Soften(Span<byte> frame)
    {
        var code = BinaryPrimitives.ReadUInt32BigEndian(frame[HeaderLength..]);
        if (_responding.Remove(StreamOf(frame)) && code < ConnectionLost) WriteTrailer(frame, code);
        else if (code == StreamClosed) BinaryPrimitives.WriteUInt32BigEndian(frame[HeaderLength..], NoError);
    }

    private static int StreamOf(ReadOnlySpan<byte> frame) => BinaryPrimitives.ReadInt32BigEndian(frame[StreamOffset..]) & int.MaxValue;

    /// <summary>Makes of a reset's frame, but for its length and its stream, a trailer.</summary>
    private static void WriteTrailer(Span<byte> frame, uint code)
    {
        frame[TypeOffset] = Headers;
        frame[FlagsOffset] = EndStream | EndHeaders;

        // A literal field that is not indexed, its name new and of one letter, its value empty (RFC 7541, section 6.2.2).
        ReadOnlySpan<byte> field = [0, 1, (byte)(FirstCode + code), 0];
        field.CopyTo(frame[HeaderLength..]);
    }

    /// <summary>
    /// The connection is gone, and with it what had come of a frame: ends, where that is asked for, each response that was under way, with the code of the server's
    /// GOAWAY where it sent one.
    /// </summary>
    private void EndAll()
    {
        _bytes = new byte[_responding.Count * ResetLength];
        (_start, _whole, _end) = (0, 0, 0);
        foreach (var stream in _responding)
        {
            var frame = _bytes.AsSpan(_whole, ResetLength);
            frame[2] = sizeof(uint);
            BinaryPrimitives.WriteInt32BigEndian(frame[StreamOffset..], stream);
            WriteTrailer(frame, Math.Min(_goAwayCode, ConnectionLost));
            _whole = _end += ResetLength;
        }
    }
}
