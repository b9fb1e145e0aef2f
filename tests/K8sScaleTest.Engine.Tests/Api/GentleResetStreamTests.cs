using K8sScaleTest.Engine.Api;
using K8sScaleTest.Engine.Tests.Http2;

namespace K8sScaleTest.Engine.Tests.Api;

public sealed class GentleResetStreamTests
{
    private const byte EndStream = 1;
    private const byte EndHeaders = 4;

    // What looks like the frame sought lies in another frame's payload, too.
    private static readonly byte[] Decoy = Rst(3, ErrorCode.StreamClosed);

    public static TheoryData<int> ReadLengths => [1, 2, 3, 4, 5, 7, 12, 13, 64, 40_000, 1_000_000];

    [Theory]
    [MemberData(nameof(ReadLengths))]
    public async Task Only_STREAM_CLOSED_becomes_NO_ERROR_however_the_reads_cut_the_frames(int length)
    {
        byte[][] frames =
        [
            Http2StubConnection.Frame(FrameType.Settings, 0, 0, []),
            Http2StubConnection.Frame(FrameType.Data, 0, 1, Decoy),
            Rst(1, ErrorCode.NoError),
            Rst(1, ErrorCode.StreamClosed),
            Rst(3, ErrorCode.RefusedStream),
            Rst(5, (ErrorCode)0x0500_0005),
            Http2StubConnection.Frame(FrameType.GoAway, 0, 0, [0, 0, 0, 0, 0, 0, 0, 5]),
            Rst(7, ErrorCode.StreamClosed),
            Http2StubConnection.Frame(FrameType.Headers, EndHeaders, 9, new byte[16_384]),
            Rst(9, ErrorCode.StreamClosed),
        ];
        byte[][] expected = [.. frames];
        expected[3] = Rst(1, ErrorCode.NoError);
        expected[7] = Rst(7, ErrorCode.NoError);
        expected[9] = Rst(9, ErrorCode.NoError);

        Assert.Equal(Join(expected), await ReadAsync(Join(frames), endsInTrailers: false, length));
    }

    [Theory]
    [MemberData(nameof(ReadLengths))]
    public async Task A_reset_of_a_response_under_way_becomes_a_trailer_and_that_of_any_other_does_not(int length)
    {
        byte[][] frames =
        [
            Http2StubConnection.Frame(FrameType.Headers, EndHeaders, 1, [0x88]),
            Http2StubConnection.Frame(FrameType.Headers, EndHeaders, 3, [0x88]),
            Http2StubConnection.Frame(FrameType.Headers, EndHeaders, 5, [0x88]),
            Http2StubConnection.Frame(FrameType.Headers, EndHeaders | EndStream, 7, [0x88]),
            Http2StubConnection.Frame(FrameType.Headers, EndHeaders, 9, [0x88]),
            Http2StubConnection.Frame(FrameType.Data, 0, 1, Decoy),
            Rst(1, ErrorCode.Cancel),
            Rst(1, ErrorCode.Cancel),
            Http2StubConnection.Frame(FrameType.Data, EndStream, 3, Decoy),
            Rst(3, ErrorCode.StreamClosed),
            Rst(5, ErrorCode.NoError),
            Rst(7, ErrorCode.StreamClosed),
            Rst(9, (ErrorCode)1000),
            Rst(11, ErrorCode.RefusedStream),
        ];
        byte[][] expected = [.. frames];
        expected[6] = Trailer(1, (char)('a' + (int)ErrorCode.Cancel));
        expected[9] = Rst(3, ErrorCode.NoError);
        expected[10] = Trailer(5, 'a');
        expected[11] = Rst(7, ErrorCode.NoError);

        Assert.Equal(Join(expected), await ReadAsync(Join(frames), endsInTrailers: true, length));
    }

    [Theory]
    [MemberData(nameof(ReadLengths))]
    public async Task Responses_under_way_end_in_a_trailer_when_the_connection_breaks_and_half_a_frame_is_dropped(int length)
    {
        byte[][] frames =
        [
            Http2StubConnection.Frame(FrameType.Headers, EndHeaders, 1, [0x88]),
            Http2StubConnection.Frame(FrameType.Headers, EndHeaders | EndStream, 3, [0x88]),
            Http2StubConnection.Frame(FrameType.Data, 0, 1, Decoy),
        ];
        byte[][] expected = [.. frames, Trailer(1, 'z')];

        foreach (var cut in (int[])[0, 1, 8, 9, 10, 20])
        {
            byte[] sent = [.. Join(frames), .. Http2StubConnection.Frame(FrameType.Data, 0, 1, new byte[12])[..cut]];
            Assert.Equal(Join(expected), await ReadAsync(sent, endsInTrailers: true, length));
        }
    }

    [Theory]
    [MemberData(nameof(ReadLengths))]
    public async Task From_a_frame_that_is_too_long_on_all_goes_through_as_it_is(int length)
    {
        byte[] sent = [.. Http2StubConnection.Frame(FrameType.Data, 0, 1, new byte[70_000]), .. Rst(1, ErrorCode.StreamClosed), 1, 2, 3];

        Assert.Equal(sent, await ReadAsync(sent, endsInTrailers: true, length));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_fault_of_the_connection_comes_after_what_had_come(bool endsInTrailers)
    {
        var headers = Http2StubConnection.Frame(FrameType.Headers, EndHeaders, 1, [0x88]);
        await using var stream = new GentleResetStream(new BreakingStream(headers), endsInTrailers);
        var buffer = new byte[100];

        Assert.Equal(headers.Length, await stream.ReadAsync(buffer, TestContext.Current.CancellationToken));
        if (endsInTrailers)
        {
            var read = await stream.ReadAsync(buffer, TestContext.Current.CancellationToken);
            Assert.Equal(Trailer(1, 'z'), buffer[..read]);
        }

        for (var i = 0; i < 2; i++) Assert.Equal("It broke.", (await Assert.ThrowsAsync<IOException>(() => stream.ReadAsync(buffer, TestContext.Current.CancellationToken).AsTask())).Message);
    }

    [Fact]
    public async Task An_empty_read_waits_only_while_nothing_is_there()
    {
        var frame = Http2StubConnection.Frame(FrameType.Data, 0, 1, Decoy);
        await using var stream = new GentleResetStream(new BreakingStream(frame), endsInTrailers: true);
        var buffer = new byte[1];

        Assert.Equal(0, await stream.ReadAsync(Memory<byte>.Empty, TestContext.Current.CancellationToken));
        for (var i = 0; i < frame.Length; i++)
        {
            Assert.Equal(1, await stream.ReadAsync(buffer, TestContext.Current.CancellationToken));
            Assert.Equal(frame[i], buffer[0]);
            if (i + 1 < frame.Length) Assert.Equal(0, await stream.ReadAsync(Memory<byte>.Empty, TestContext.Current.CancellationToken));
        }

        // The fault is for whoever reads.
        Assert.Equal(0, await stream.ReadAsync(Memory<byte>.Empty, TestContext.Current.CancellationToken));
        await Assert.ThrowsAsync<IOException>(() => stream.ReadAsync(buffer, TestContext.Current.CancellationToken).AsTask());
    }

    [Fact]
    public async Task Writes_go_through_as_they_are()
    {
        var inner = new MemoryStream();
        await using var stream = new GentleResetStream(inner, endsInTrailers: true);
        await stream.WriteAsync(Decoy, TestContext.Current.CancellationToken);
        await stream.FlushAsync(TestContext.Current.CancellationToken);

        Assert.Equal(Decoy, inner.ToArray());
    }

    /// <summary>Reads to the end, so much at a time, of a connection that gives no more at a time and of one that gives all.</summary>
    private static async Task<byte[]> ReadAsync(byte[] sent, bool endsInTrailers, int length)
    {
        var received = new List<byte>[] { [], [] };
        foreach (var (most, to) in new[] { length, int.MaxValue }.Zip(received))
        {
            await using var stream = new GentleResetStream(new PiecesStream(sent, most), endsInTrailers);
            var buffer = new byte[length];
            for (var read = 0; (read = await stream.ReadAsync(buffer, TestContext.Current.CancellationToken)) > 0;) to.AddRange(buffer[..read]);
        }

        Assert.Equal(received[0], received[1]);
        return [.. received[0]];
    }

    private static byte[] Join(byte[][] frames) => [.. frames.SelectMany(frame => frame)];

    private static byte[] Rst(int stream, ErrorCode code) => Http2StubConnection.Frame(FrameType.RstStream, 0, stream, Http2StubConnection.Number((uint)code));

    private static byte[] Trailer(int stream, char name) => Http2StubConnection.Frame(FrameType.Headers, EndHeaders | EndStream, stream, [0, 1, (byte)name, 0]);

    /// <summary>Gives no more than so many bytes at a time.</summary>
    private class PiecesStream(byte[] bytes, int most) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(buffer.Length, most)], cancellationToken);
    }

    /// <summary>Breaks at its end.</summary>
    private sealed class BreakingStream(byte[] bytes) : PiecesStream(bytes, int.MaxValue)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            Position == Length ? throw new IOException("It broke.") : base.ReadAsync(buffer, cancellationToken);
    }
}
