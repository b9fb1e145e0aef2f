using K8sScaleTest.Engine.Api;
using K8sScaleTest.Engine.Tests.Http2;

namespace K8sScaleTest.Engine.Tests.Api;

public sealed class EarlyAnswerStreamTests
{
    // What looks like the frame sought lies in another frame's payload, too.
    private static readonly byte[] Decoy = Rst(3, ErrorCode.StreamClosed);

    private static readonly byte[][] Frames =
    [
        Http2StubConnection.Frame(FrameType.Settings, 0, 0, []),
        Http2StubConnection.Frame(FrameType.Data, 0, 1, Decoy),
        Rst(1, ErrorCode.NoError),
        Rst(1, ErrorCode.StreamClosed),
        Rst(3, ErrorCode.RefusedStream),
        Rst(5, (ErrorCode)0x0500_0005),
        Http2StubConnection.Frame(FrameType.GoAway, 0, 0, [0, 0, 0, 0, 0, 0, 0, 5]),
        Rst(7, ErrorCode.StreamClosed),
        Http2StubConnection.Frame(FrameType.Headers, 4, 9, new byte[70_000]),
        Rst(9, ErrorCode.StreamClosed),
    ];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(7)]
    [InlineData(12)]
    [InlineData(13)]
    [InlineData(64)]
    [InlineData(1_000_000)]
    public async Task Only_STREAM_CLOSED_becomes_NO_ERROR_however_the_reads_cut_the_frames(int length)
    {
        byte[] sent = [.. Frames.SelectMany(frame => frame)];
        byte[][] expected = [.. Frames];
        expected[3] = Rst(1, ErrorCode.NoError);
        expected[7] = Rst(7, ErrorCode.NoError);
        expected[9] = Rst(9, ErrorCode.NoError);

        await using var stream = new EarlyAnswerStream(new MemoryStream(sent));
        var received = new List<byte>();
        var buffer = new byte[length];
        for (var read = 0; (read = await stream.ReadAsync(buffer, TestContext.Current.CancellationToken)) > 0;) received.AddRange(buffer[..read]);

        Assert.Equal(expected.SelectMany(frame => frame), received);
    }

    [Fact]
    public async Task Writes_go_through_as_they_are()
    {
        var inner = new MemoryStream();
        await using var stream = new EarlyAnswerStream(inner);
        await stream.WriteAsync(Decoy, TestContext.Current.CancellationToken);
        await stream.FlushAsync(TestContext.Current.CancellationToken);

        Assert.Equal(Decoy, inner.ToArray());
    }

    private static byte[] Rst(int stream, ErrorCode code) => Http2StubConnection.Frame(FrameType.RstStream, 0, stream, Http2StubConnection.Number((uint)code));
}
