using System.Diagnostics;
using K8sScaleTest.Engine.Pacing;

namespace K8sScaleTest.Engine.Tests.Pacing;

/// <summary>The hand-over between threads, with the real waits: a wake-up that is lost leaves an item lying for ever.</summary>
public sealed class PacerStressTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    public static TheoryData<string> Waits => [.. (string[])["precise", "light", "portable"]];

    [Theory]
    [MemberData(nameof(Waits))]
    public void No_wake_up_is_lost_when_an_item_is_scheduled_just_as_the_pacer_falls_asleep(string wait)
    {
        // One item at a time, each as soon as the one before it was launched: nobody else's item would heal a lost wake-up.
        const int Items = 30_000;
        var launched = 0;
        var early = 0;
        using var pacer = new Pacer<int>((item, due) =>
        {
            if (Stopwatch.GetTimestamp() < due) early++;
            Volatile.Write(ref launched, item);
            Thread.SpinWait(item % 61);
        }, Create(wait));
        pacer.Start();
        var random = new Random(1);
        var patience = Stopwatch.StartNew();
        for (var item = 1; item <= Items; item++)
        {
            // Delays of different lengths here and there: a word needs longer from core to core than the pacer needs to fall asleep, and the
            // race is to be run at every point of its way.
            Thread.SpinWait(random.Next(60));
            pacer.Schedule(item, Stopwatch.GetTimestamp() + random.Next(5) / 4 * Stopwatch.Frequency / 50_000);
            var spin = default(SpinWait);
            while (Volatile.Read(ref launched) != item)
            {
                Assert.True(patience.Elapsed < Patience, $"Item {item} was not launched.");
                if (spin.Count < 2_000) spin.SpinOnce(-1);
                else Thread.Sleep(1);
            }
        }

        Assert.Equal(0, early);
    }

    [Theory]
    [MemberData(nameof(Waits))]
    public void Every_item_of_many_threads_is_launched_once_or_returned_by_the_stop(string wait)
    {
        const int Producers = 4;
        const int ItemsEach = 20_000;
        var seen = new int[Producers * ItemsEach];
        using var pacer = new Pacer<int>((item, _) => seen[item]++, Create(wait));
        pacer.Start();
        Thread[] producers =
        [
            .. Enumerable.Range(0, Producers).Select(producer => new Thread(() =>
            {
                for (var i = 0; i < ItemsEach; i++)
                {
                    pacer.Schedule((producer * ItemsEach) + i, Stopwatch.GetTimestamp() + (i % 100 * Stopwatch.Frequency / 1_000_000));
                }
            })),
        ];
        foreach (var producer in producers) producer.Start();
        foreach (var producer in producers) producer.Join();
        foreach (var item in pacer.Stop()) seen[item]++;
        Assert.All(seen, times => Assert.Equal(1, times));
    }

    private static PacerWait Create(string wait) => wait switch
    {
        "precise" => PacerWait.CreatePrecise(),
        "light" => PacerWait.CreateLight(),
        _ => new PortablePacerWait(true),
    };
}
