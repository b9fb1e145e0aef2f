using K8sScaleTest.Engine.Informers;

namespace K8sScaleTest.Engine.Tests.Informers;

public sealed class WorkQueueTests : IDisposable
{
    private readonly ManualTime _time = new();
    private readonly SeenMetrics _metrics = new();
    private readonly WorkQueue<string> _queue;

    public WorkQueueTests() => _queue = new(_time, _metrics);

    [Fact]
    public async Task Items_come_in_the_order_in_which_they_were_added()
    {
        _queue.Add("a");
        _queue.Add("b");
        Assert.Equal(["a", "b"], [await TakeAsync(), await TakeAsync()]);
    }

    [Fact]
    public async Task An_item_that_is_dirty_already_is_not_added_again()
    {
        _queue.Add("a");
        _queue.Add("a");
        Assert.Equal(1, _queue.Depth);
        Assert.Equal("a", await TakeAsync());
        Assert.Equal((0, 1), (_queue.Depth, _queue.Processing));
        Assert.Equal(["add 1", "take 0 after 0"], _metrics.All);
    }

    [Fact]
    public async Task An_item_added_while_it_is_processed_comes_again_only_when_that_is_done()
    {
        _queue.Add("a");
        await TakeAsync();
        _queue.Add("a");
        _queue.Add("a");
        var next = _queue.GetAsync().AsTask();
        Assert.False(next.IsCompleted);
        Assert.Equal(1, _queue.Depth);
        _queue.Done("a");
        Assert.Equal("a", (await next).Item);
        _queue.Done("a");
        Assert.Equal((0, 0), (_queue.Depth, _queue.Processing));
    }

    [Fact]
    public async Task An_item_that_is_done_and_not_added_again_does_not_come_again()
    {
        _queue.Add("a");
        await TakeAsync();
        _queue.Done("a");
        Assert.False(_queue.GetAsync().AsTask().IsCompleted);
    }

    [Fact]
    public async Task Items_that_come_together_wake_nobody_before_all_are_there()
    {
        var waits = Enumerable.Range(0, 3).Select(_ => _queue.GetAsync().AsTask()).ToList();
        _queue.AddQuietly("a");
        _queue.AddQuietly("b");
        Assert.Equal(2, _queue.Depth);
        Assert.DoesNotContain(waits, wait => wait.IsCompleted);
        _queue.Wake();
        var taken = await Task.WhenAll(waits[0], waits[1]);
        Assert.Equal(["a", "b"], taken.Select(work => work.Item).Order());
        Assert.False(waits[2].IsCompleted);

        _queue.Wake();
        _queue.Add("c");
        Assert.Equal("c", (await waits[2]).Item);
    }

    [Fact]
    public async Task Workers_wait_and_each_item_wakes_one()
    {
        var waits = Enumerable.Range(0, 3).Select(_ => _queue.GetAsync().AsTask()).ToList();
        _queue.Add("a");
        var first = await Task.WhenAny(waits);
        Assert.Equal("a", (await first).Item);
        Assert.Equal(2, waits.Count(wait => !wait.IsCompleted));
        _queue.Add("b");
        _queue.Add("c");
        Assert.Equal(["a", "b", "c"], (await Task.WhenAll(waits)).Select(work => work.Item).Order());
    }

    [Fact]
    public async Task Depth_and_durations_are_counted_as_client_go_does()
    {
        _queue.Add("a");
        _time.Advance(TimeSpan.FromSeconds(1));
        _queue.Add("a");
        _queue.Add("b");
        _time.Advance(TimeSpan.FromSeconds(2));
        var work = await _queue.GetAsync();
        Assert.Equal(3, _time.GetElapsedTime(work.Marked, work.Taken).TotalSeconds);
        _time.Advance(TimeSpan.FromSeconds(4));
        await TakeAsync();
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal((6, 5), _queue.WorkInProgress);
        _queue.Done("a");
        _queue.Done("b");
        Assert.Equal((0, 0), _queue.WorkInProgress);
        Assert.Equal(["add 1", "add 2", "take 1 after 3", "take 0 after 6", "done after 5", "done after 1"], _metrics.All);
    }

    [Fact]
    public async Task A_shutdown_gives_out_what_is_left_and_takes_nothing_more()
    {
        _queue.Add("a");
        _queue.ShutDown();
        _queue.Add("b");
        Assert.Equal("a", await TakeAsync());
        Assert.True((await _queue.GetAsync()).Ended);
    }

    [Fact]
    public async Task A_shutdown_frees_the_workers_that_wait()
    {
        var waits = Enumerable.Range(0, 3).Select(_ => _queue.GetAsync().AsTask()).ToList();
        _queue.ShutDown();
        Assert.All(await Task.WhenAll(waits), work => Assert.True(work.Ended));
    }

    [Fact]
    public async Task What_was_added_while_it_was_processed_comes_again_even_after_a_shutdown()
    {
        _queue.Add("a");
        await TakeAsync();
        _queue.Add("a");
        _queue.ShutDown();
        _queue.Done("a");
        Assert.Equal("a", await TakeAsync());
    }

    [Fact]
    public async Task A_drain_waits_until_nothing_is_processed()
    {
        _queue.Add("a");
        await TakeAsync();
        _queue.Add("a");
        var drained = _queue.ShutDownWithDrainAsync();
        Assert.False(drained.IsCompleted);
        _queue.Done("a");
        Assert.False(drained.IsCompleted);
        await TakeAsync();
        _queue.Done("a");
        await drained;
    }

    [Fact]
    public async Task A_shutdown_without_a_drain_ends_the_wait_for_one()
    {
        _queue.Add("a");
        await TakeAsync();
        var drained = _queue.ShutDownWithDrainAsync();
        Assert.False(drained.IsCompleted);
        _queue.ShutDown();
        await drained;
        Assert.Equal(1, _queue.Processing);
    }

    [Fact]
    public void An_item_may_be_added_later_and_the_earlier_moment_holds()
    {
        _queue.AddAfter("a", TimeSpan.FromSeconds(10));
        _queue.AddAfter("a", TimeSpan.FromSeconds(5));
        _queue.AddAfter("a", TimeSpan.FromSeconds(20));
        _queue.AddAfter("b", TimeSpan.FromSeconds(6));
        _time.Advance(TimeSpan.FromSeconds(4.999));
        Assert.Equal(0, _queue.Depth);
        _time.Advance(TimeSpan.FromSeconds(0.001));
        Assert.Equal(1, _queue.Depth);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(2, _queue.Depth);
        _time.Advance(TimeSpan.FromSeconds(60));
        Assert.Equal(2, _queue.Depth);
        Assert.Equal(4, _metrics.All.Count(each => each == "retry"));
    }

    [Fact]
    public void What_is_to_be_added_without_delay_is_added_at_once()
    {
        _queue.AddAfter("a", TimeSpan.Zero);
        Assert.Equal(1, _queue.Depth);
    }

    [Fact]
    public void A_shutdown_forgets_what_was_to_be_added_later()
    {
        _queue.AddAfter("a", TimeSpan.FromSeconds(1));
        _queue.ShutDown();
        _queue.AddAfter("b", TimeSpan.FromSeconds(1));
        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(0, _queue.Depth);
    }

    [Fact]
    public void An_items_own_limit_is_5_ms_doubled_each_time_up_to_1000_s_until_it_is_forgotten()
    {
        var limiter = new ItemRateLimiter<string>(_time, null);
        var waits = Enumerable.Range(0, 20).Select(_ => limiter.Next("a").TotalSeconds).ToList();
        Assert.Equal([.. Enumerable.Range(0, 20).Select(n => Math.Min(1000, 0.005 * Math.Pow(2, n)))], waits);
        Assert.Equal(20, limiter.Requeues("a"));
        limiter.Forget("a");
        Assert.Equal((0, 0.005), (limiter.Requeues("a"), limiter.Next("a").TotalSeconds));
    }

    [Fact]
    public void All_items_share_a_bucket_of_100_that_is_filled_with_10_a_second()
    {
        var limiter = new ItemRateLimiter<string>(_time, null);
        for (var i = 0; i < 100; i++) Assert.Equal(0.005, limiter.Next($"item {i}").TotalSeconds);
        Assert.Equal(0.1, limiter.Next("x").TotalSeconds, 6);
        Assert.Equal(0.2, limiter.Next("y").TotalSeconds, 6);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(0.005, limiter.Next("z").TotalSeconds, 6);
    }

    [Fact]
    public void A_rate_limited_add_waits_as_long_as_its_limit_says()
    {
        _queue.AddRateLimited("a");
        Assert.Equal((0, 1), (_queue.Depth, _queue.Requeues("a")));
        _time.Advance(TimeSpan.FromMilliseconds(5));
        Assert.Equal(1, _queue.Depth);
        _queue.Forget("a");
        Assert.Equal(0, _queue.Requeues("a"));
    }

    [Fact]
    public async Task Whatever_threads_do_no_item_is_lost_doubled_or_processed_twice_at_a_time()
    {
        const int Items = 50;
        const int Adds = 20_000;
        using var queue = new WorkQueue<int>(TimeProvider.System);
        var added = new int[Items];
        var seen = new int[Items];
        var busy = new int[Items];
        var workers = Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
        {
            while (await queue.GetAsync() is { Ended: false } work)
            {
                Assert.Equal(1, Interlocked.Increment(ref busy[work.Item]));

                // What was added before the item was taken is seen by whoever takes it.
                Volatile.Write(ref seen[work.Item], Volatile.Read(ref added[work.Item]));
                await Task.Yield();
                Interlocked.Decrement(ref busy[work.Item]);
                queue.Done(work.Item);
            }
        })).ToList();
        await Task.WhenAll(Enumerable.Range(0, 3).Select(thread => Task.Run(() =>
        {
            for (var i = 0; i < Adds; i++)
            {
                var item = ((i * 7) + thread) % Items;
                Interlocked.Increment(ref added[item]);
                queue.Add(item);
            }
        })));
        queue.ShutDown();
        await Task.WhenAll(workers);
        Assert.Equal(3 * Adds, added.Sum());
        Assert.Equal(added, seen);
    }

    public void Dispose() => _queue.Dispose();

    private async Task<string> TakeAsync() => (await _queue.GetAsync()).Item;

    private sealed class SeenMetrics : IWorkQueueObserver
    {
        public List<string> All { get; } = [];

        public void OnAdded(int depth) => All.Add($"add {depth}");

        public void OnTaken(int depth, double queueSeconds) => All.Add($"take {depth} after {queueSeconds}");

        public void OnDone(double workSeconds) => All.Add($"done after {workSeconds}");

        public void OnRetried() => All.Add("retry");
    }
}
