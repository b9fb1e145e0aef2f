using K8sScaleTest.Engine.Api;

namespace K8sScaleTest.Engine.Tests.Api;

public sealed class ReadAheadStreamTests
{
    private const int Length = 1_000_000;

    [Theory]
    [InlineData(1000)]
    [InlineData(16_384)]
    [InlineData(500_000)]
    public async Task All_comes_in_order_and_the_socket_is_asked_for_more_than_its_reader_asks_for(int length)
    {
        var sent = new byte[Length];
        new Random(1).NextBytes(sent);
        var inner = new CountingStream(sent);
        await using var stream = new ReadAheadStream(inner);

        var received = new List<byte>();
        var buffer = new byte[length];
        for (var read = 0; (read = await stream.ReadAsync(buffer, TestContext.Current.CancellationToken)) > 0;) received.AddRange(buffer[..read]);

        Assert.Equal(sent, received);
        Assert.InRange(inner.Reads, 1, 10);
    }

    [Fact]
    public async Task After_a_fault_nothing_comes_again()
    {
        await using var stream = new ReadAheadStream(new CountingStream([1, 2, 3]) { BreaksAtItsEnd = true });
        var buffer = new byte[10];

        Assert.Equal(3, await stream.ReadAsync(buffer, TestContext.Current.CancellationToken));
        for (var i = 0; i < 2; i++) await Assert.ThrowsAsync<IOException>(() => stream.ReadAsync(buffer, TestContext.Current.CancellationToken).AsTask());
    }

    [Fact]
    public async Task Writes_go_through_as_they_are()
    {
        var inner = new MemoryStream();
        await using var stream = new ReadAheadStream(inner);
        await stream.WriteAsync(new byte[] { 1, 2, 3 }, TestContext.Current.CancellationToken);
        await stream.FlushAsync(TestContext.Current.CancellationToken);

        Assert.Equal([1, 2, 3], inner.ToArray());
    }

    private sealed class CountingStream(byte[] bytes) : MemoryStream(bytes)
    {
        public int Reads { get; private set; }

        public bool BreaksAtItsEnd { get; init; }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            Reads++;
            if (BreaksAtItsEnd && Position == Length) throw new IOException("It broke.");
            return base.ReadAsync(buffer, cancellationToken);
        }
    }
}
