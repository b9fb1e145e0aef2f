using System.Collections.Concurrent;
using K8sScaleTest.Engine.Informers;

namespace K8sScaleTest.Engine.Tests.Informers;

public sealed class HandlerPumpTests
{
    private readonly Told _told = new();
    private readonly HandlerPump _pump;

    public HandlerPumpTests() => _pump = new(_told);

    [Fact]
    public async Task What_came_in_one_piece_is_told_together_and_then_there_is_a_pause()
    {
        Add("a", "b");
        Assert.Equal((2, 0), (_pump.Waiting, _told.All.Count));
        _pump.Release();
        await _told.ExpectAsync("a", "b", "pause");
        Add("c");
        _pump.Release();
        await _told.ExpectAsync("a", "b", "pause", "c", "pause");
        Assert.Equal(0, _pump.Waiting);
    }

    [Fact]
    public async Task What_was_never_released_is_told_at_the_end()
    {
        Add("a");
        _pump.Close();
        await _pump.Completion;
        Assert.Equal(["a", "pause"], _told.All);
    }

    [Fact]
    public async Task A_long_list_is_told_while_it_is_still_added()
    {
        for (var i = 0; i < 10_000; i++) Add("x");
        await Api.Wait.UntilAsync(() => !_told.All.IsEmpty, "the first of a list that is not yet released");
    }

    [Fact]
    public async Task Nothing_is_lost_or_told_twice_while_the_pump_falls_asleep_and_is_woken()
    {
        const int Many = 100_000;
        for (var i = 0; i < Many; i++)
        {
            Add("x");
            if (i % 3 == 0) _pump.Release();
            if (i % 100 == 0) await Task.Yield();
        }

        _pump.Close();
        await _pump.Completion;
        Assert.Equal(Many, _told.All.Count(each => each == "x"));
    }

    [Fact]
    public async Task A_handler_that_throws_ends_it_with_its_exception()
    {
        _told.Throws = true;
        Add("a");
        _pump.Release();
        Assert.Equal("no more", (await Assert.ThrowsAsync<InvalidOperationException>(() => _pump.Completion)).Message);
    }

    private void Add(params string[] keys)
    {
        foreach (var key in keys) _pump.Add(new() { Kind = InformerEventKind.Added, New = new() { Key = key } });
    }

    private sealed class Told : IInformerHandler
    {
        public ConcurrentQueue<string> All { get; } = new();

        public bool Throws { get; set; }

        public void OnEvent(in InformerEvent informed)
        {
            if (Throws) throw new InvalidOperationException("no more");
            All.Enqueue(informed.New!.Key);
        }

        public void OnPause() => All.Enqueue("pause");

        public async Task ExpectAsync(params string[] all)
        {
            await Api.Wait.UntilAsync(() => All.Count >= all.Length, $"{all.Length} calls; there were: {string.Join(' ', All)}");
            Assert.Equal(all, All);
        }
    }
}
