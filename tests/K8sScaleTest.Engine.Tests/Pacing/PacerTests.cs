using K8sScaleTest.Engine.Pacing;

namespace K8sScaleTest.Engine.Tests.Pacing;

public sealed class PacerTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly ManualPacerWait _time = new();
    private readonly List<(string Item, long Due, long At)> _launched = [];

    public void Dispose() => _time.Dispose();

    [Fact]
    public void Items_are_launched_in_the_order_in_which_they_are_due_and_not_before()
    {
        using var pacer = Start();
        pacer.Schedule("c", 30);
        pacer.Schedule("a", 10);
        pacer.Schedule("b", 20);
        _time.AdvanceTo(9);
        Assert.Empty(_launched);
        _time.AdvanceTo(10);
        Assert.Equal([("a", 10, 10)], _launched);
        _time.AdvanceTo(25);
        _time.AdvanceTo(30);
        Assert.Equal([("a", 10, 10), ("b", 20, 25), ("c", 30, 30)], _launched);
    }

    [Fact]
    public void Items_due_at_the_same_time_are_launched_in_the_order_in_which_they_were_scheduled()
    {
        using var pacer = Start();
        string[] items = [.. Enumerable.Range(0, 1_000).Select(i => $"{i}")];
        foreach (var item in items) pacer.Schedule(item, 5);
        _time.AdvanceTo(5);
        Assert.Equal(items, _launched.Select(launch => launch.Item));
    }

    [Fact]
    public void Any_mixture_of_due_times_comes_out_in_order()
    {
        var random = new Random(7);
        using var pacer = Start();
        var expected = new List<(string Item, long Due)>();
        for (var i = 0; i < 5_000; i++)
        {
            expected.Add(($"{i}", random.Next(1, 500)));
            pacer.Schedule(expected[^1].Item, expected[^1].Due);
        }

        for (var now = 50; now <= 500; now += 50) _time.AdvanceTo(now);
        Assert.Equal(expected.OrderBy(item => item.Due), _launched.Select(launch => (launch.Item, launch.Due)));
    }

    [Fact]
    public void When_it_is_late_it_launches_all_that_is_due_and_drops_nothing()
    {
        using var pacer = Start();
        for (var i = 1; i <= 100; i++) pacer.Schedule($"{i}", i * 10);
        _time.AdvanceTo(995);
        Assert.Equal(99, _launched.Count);
        Assert.All(_launched, launch => Assert.Equal(995, launch.At));
        Assert.Equal(1, pacer.Count);
    }

    [Fact]
    public void Only_an_item_due_before_what_the_pacer_waits_for_wakes_it()
    {
        using var pacer = Start();
        pacer.Schedule("first", 100);
        _time.AwaitRest();
        Assert.Equal(1, _time.Wakes);
        pacer.Schedule("later", 200);
        pacer.Schedule("same", 100);
        Assert.Equal(1, _time.Wakes);
        pacer.Schedule("earlier", 99);
        _time.AwaitRest();
        Assert.Equal(2, _time.Wakes);
        _time.AdvanceTo(200);
        Assert.Equal(["earlier", "first", "same", "later"], _launched.Select(launch => launch.Item));
    }

    [Fact]
    public void An_item_scheduled_just_before_the_pacer_falls_asleep_is_seen()
    {
        using var pacer = Start();
        pacer.Schedule("first", 100);
        _time.AwaitRest();

        // By the time that the pacer reads the clock it has looked for new items, and it has not yet said until when it is going to wait.
        _time.OnceWhenRead(() => pacer.Schedule("earlier", 50));
        pacer.Schedule("second", 75);
        _time.AwaitRest();
        _time.AdvanceTo(60);
        Assert.Equal(["earlier"], _launched.Select(launch => launch.Item));
    }

    [Fact]
    public void A_launch_may_schedule_and_what_is_due_by_then_comes_before_what_is_due_later()
    {
        Pacer<string> pacer = null!;
        using var owned = pacer = new(
            (item, due) =>
            {
                _launched.Add((item, due, _time.Now));
                if (item == "create")
                {
                    pacer.Schedule("delete", 40);
                    pacer.Schedule("update", 20);
                }
            },
            _time);
        pacer.Schedule("create", 10);
        pacer.Schedule("next", 30);
        pacer.Start();
        _time.AwaitRest();
        _time.AdvanceTo(35);
        _time.AdvanceTo(40);
        Assert.Equal(["create", "update", "next", "delete"], _launched.Select(launch => launch.Item));
        Assert.Equal(0, _time.Wakes);
    }

    [Fact]
    public void Stop_returns_what_was_pending_in_the_order_in_which_it_was_due()
    {
        using var pacer = Start();
        pacer.Schedule("c", 30);
        pacer.Schedule("a", 10);
        pacer.Schedule("b", 20);
        _time.AdvanceTo(10);
        Assert.Equal(["b", "c"], pacer.Stop());
        Assert.True(pacer.Completion.IsCompletedSuccessfully);
        Assert.Single(_launched);
        Assert.Equal(0, pacer.Count);
    }

    [Fact]
    public void What_is_scheduled_after_a_stop_is_not_launched_but_returned_by_the_next()
    {
        using var pacer = Start();
        pacer.Stop();
        pacer.Schedule("late", 0);
        Assert.Equal(["late"], pacer.Stop());
        Assert.Empty(pacer.Stop());
        Assert.Empty(_launched);
    }

    [Fact]
    public async Task A_launch_may_stop_the_pacer_and_nothing_follows_it()
    {
        IReadOnlyList<string>? pending = null;
        Pacer<string> pacer = null!;
        using var owned = pacer = new(
            (item, due) =>
            {
                _launched.Add((item, due, _time.Now));
                pending = pacer.Stop();
            },
            _time);
        pacer.Schedule("a", 0);
        pacer.Schedule("b", 0);
        pacer.Start();
        await pacer.Completion.WaitAsync(Patience, TestContext.Current.CancellationToken);
        Assert.Equal(["a"], _launched.Select(launch => launch.Item));
        Assert.Equal(["b"], pending);
    }

    [Fact]
    public void A_stop_waits_for_the_launch_that_is_under_way()
    {
        using var entered = new ManualResetEventSlim();
        using var leave = new ManualResetEventSlim();
        var left = false;
        using var pacer = new Pacer<string>(
            (_, _) =>
            {
                entered.Set();
                leave.Wait(Patience);
                left = true;
            },
            _time);
        pacer.Schedule("slow", 0);
        pacer.Start();
        Assert.True(entered.Wait(Patience, TestContext.Current.CancellationToken));
        var stopper = new Thread(() => pacer.Stop());
        stopper.Start();
        Assert.False(pacer.Completion.IsCompleted);
        leave.Set();
        Assert.True(stopper.Join(Patience));
        Assert.True(left);
    }

    [Fact]
    public void A_pacer_that_never_started_can_be_stopped()
    {
        using var pacer = new Pacer<string>((_, _) => { }, _time);
        pacer.Schedule("a", 0);
        Assert.Equal(["a"], pacer.Stop());
        Assert.True(pacer.Completion.IsCompletedSuccessfully);
    }

    [Fact]
    public async Task What_a_launch_throws_ends_the_pacer_and_surfaces()
    {
        using var pacer = new Pacer<string>((item, _) => throw new InvalidOperationException(item), _time);
        pacer.Schedule("bad", 0);
        pacer.Schedule("never", 0);
        pacer.Start();
        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => pacer.Completion.WaitAsync(Patience, TestContext.Current.CancellationToken));
        Assert.Equal("bad", error.Message);
        Assert.Equal(["never"], pacer.Stop());
    }

    [Fact]
    public async Task Nothing_is_allocated_per_item_once_it_runs()
    {
        const int WarmUp = 2_000;
        const int Measured = 20_000;
        long before = 0;
        long after = 0;
        var count = 0;
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Pacer<int> pacer = null!;
        using var owned = pacer = new(
            (item, due) =>
            {
                if (++count == WarmUp) before = GC.GetAllocatedBytesForCurrentThread();
                if (count == WarmUp + Measured) after = GC.GetAllocatedBytesForCurrentThread();
                if (count <= WarmUp + Measured) pacer.Schedule(item, due + 1);
                else done.TrySetResult();
            },
            _time);
        _time.Set(long.MaxValue - 1);
        for (var i = 0; i < 100; i++) pacer.Schedule(i, i);
        pacer.Start();
        await done.Task.WaitAsync(Patience, TestContext.Current.CancellationToken);
        Assert.InRange(after - before, 0, Measured / 100);
    }

    private Pacer<string> Start()
    {
        var pacer = new Pacer<string>((item, due) => _launched.Add((item, due, _time.Now)), _time);
        pacer.Start();
        _time.AwaitRest();
        return pacer;
    }
}
