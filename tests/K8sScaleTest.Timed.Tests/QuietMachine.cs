using System.Diagnostics;
using K8sScaleTest.Engine.Pacing;

namespace K8sScaleTest.Timed.Tests;

/// <summary>
/// Whether this machine can be measured on at all just now, asked while nothing of ours runs: a thread that only sleeps is woken late by a
/// virtual machine whose host is busy, or beside other processes, and every operation of a generator is then, too.
/// </summary>
internal static class QuietMachine
{
    /// <summary>How late a wake-up may be, as a verdict has it.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromMilliseconds(2);

    /// <summary>From this share on it is not quiet. Of a quiet virtual machine 0.0 to 0.2 % were seen late, beside three idle API servers 0.8 %; a run of ours wakes more threads than one, and a verdict allows 1 %.</summary>
    public const double LateShare = 0.004;

    /// <summary>The share of 4,000 wake-ups, one a millisecond, that came more than 2 ms late.</summary>
    public static Task<double> LateShareNowAsync() => Task.Factory.StartNew(Measure, TaskCreationOptions.LongRunning);

    private static double Measure()
    {
        const int wakeUps = 4000;
        using var wait = PacerWait.CreateLight();
        wait.Enter();
        var late = 0;
        for (var wakeUp = 0; wakeUp < wakeUps; wakeUp++)
        {
            var due = Stopwatch.GetTimestamp() + (Stopwatch.Frequency / 1000);
            wait.Wait(due);
            if (Stopwatch.GetElapsedTime(due) > Limit) late++;
        }

        return (double)late / wakeUps;
    }
}
