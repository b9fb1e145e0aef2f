using K8sScaleTest.Engine.Records;

namespace K8sScaleTest.Engine.Tests.Records;

public sealed class RecordStreamTests
{
    private const int Each = 100_000;

    [Fact]
    public async Task A_flood_from_several_threads_is_handed_over_whole_and_in_the_order_of_each()
    {
        var seen = new Seen();
        using var stream = new RecordStream<(int Writer, int Number)>(seen);
        stream.Start();
        var writers = Enumerable.Range(0, 3).Select(writer => Task.Run(() =>
        {
            for (var i = 0; i < Each; i++) stream.Add((writer, i));
        }));
        await Task.WhenAll(writers);
        stream.Close();
        await stream.Completion;

        Assert.Equal(0, stream.Waiting);
        Assert.Equal([Each, Each, Each], seen.Next);
        Assert.False(seen.Disordered);
    }

    [Fact]
    public async Task What_was_added_before_the_start_waits_and_comes()
    {
        var seen = new Seen();
        using var stream = new RecordStream<(int Writer, int Number)>(seen);
        for (var i = 0; i < Each; i++) stream.Add((0, i));
        Assert.Equal(Each, stream.Waiting);

        stream.Start();
        stream.Close();
        await stream.Completion;

        Assert.Equal([Each, 0, 0], seen.Next);
        Assert.False(seen.Disordered);
    }

    [Fact]
    public async Task A_consumer_that_throws_ends_the_stream_with_its_exception()
    {
        using var stream = new RecordStream<(int Writer, int Number)>(new Seen { ThrowsAt = 1000 });
        for (var i = 0; i < Each; i++) stream.Add((0, i));
        stream.Start();

        var thrown = await Assert.ThrowsAsync<IOException>(() => stream.Completion);

        Assert.Equal("full", thrown.Message);
    }

    private sealed class Seen : IRecordConsumer<(int Writer, int Number)>
    {
        public int[] Next { get; } = new int[3];

        public bool Disordered { get; private set; }

        public int ThrowsAt { get; init; } = -1;

        public void Take(in (int Writer, int Number) row)
        {
            if (row.Number == ThrowsAt) throw new IOException("full");
            Disordered |= row.Number != Next[row.Writer];
            Next[row.Writer]++;
        }

        public void Pause()
        {
        }
    }
}
