using System.Globalization;
using K8sScaleTest.Engine.Pacing;

namespace K8sScaleTest.Engine.Tests.Pacing;

/// <summary>What the pacing thread asks the kernel for, as the kernel tells it.</summary>
public sealed class LinuxPacerWaitTests
{
    private const long ShortSlice = 300_000; // ns

    [Fact]
    public void A_precise_wait_raises_its_own_thread_alone_and_no_thread_that_it_starts()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The priority of a single thread is Linux's.");
        var ordinary = OnThread(ThisThread);
        var (pacing, started) = OnThread(Pacing);

        // What is started by a thread of raised priority gets the ordinary one, also in a process that has another.
        Assert.Equal((Math.Max(0, ordinary.Nice), ordinary.Slice), started);
        Assert.Equal(MayRaisePriority && ordinary.Nice <= 0 ? -20 : ordinary.Nice, pacing.Nice);
    }

    [Fact]
    public void A_precise_wait_asks_for_a_short_slice()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.OSVersion.Version >= new Version(6, 12), "A thread's slice can be chosen from Linux 6.12 on.");
        var (pacing, _) = OnThread(Pacing);
        Assert.SkipWhen(pacing.Slice is null, "This kernel does not show a thread's slice.");
        Assert.Equal(ShortSlice, pacing.Slice);
    }

    [Fact]
    public void A_light_wait_asks_for_nothing()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The priority of a single thread is Linux's.");
        var ordinary = OnThread(ThisThread);
        var light = OnThread(() =>
        {
            using var wait = PacerWait.CreateLight();
            wait.Enter();
            return ThisThread();
        });

        Assert.Equal(ordinary, light);
    }

    private static bool MayRaisePriority
    {
        get
        {
            const int SysNice = 23;
            var capabilities = File.ReadLines("/proc/self/status").First(line => line.StartsWith("CapEff:", StringComparison.Ordinal));
            return (ulong.Parse(capabilities.AsSpan("CapEff:".Length).Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture) >> SysNice & 1) != 0;
        }
    }

    /// <summary>A thread that has entered a precise wait, and one that it starts.</summary>
    private static ((int Nice, long? Slice) Pacing, (int Nice, long? Slice) Started) Pacing()
    {
        using var wait = PacerWait.CreatePrecise();
        wait.Enter();
        return (ThisThread(), OnThread(ThisThread));
    }

    private static T OnThread<T>(Func<T> action)
    {
        var result = default(T);
        var thread = new Thread(() => result = action());
        thread.Start();
        thread.Join();
        return result!;
    }

    /// <summary>Nice value and slice of the thread that asks; no slice where the kernel does not show it.</summary>
    private static (int Nice, long? Slice) ThisThread()
    {
        // The name, in parentheses, may hold anything; the nice value is the 17th field after it.
        var stat = File.ReadAllText("/proc/thread-self/stat");
        var nice = int.Parse(stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[16], CultureInfo.InvariantCulture);
        const string Schedule = "/proc/thread-self/sched";
        var line = File.Exists(Schedule) ? File.ReadLines(Schedule).FirstOrDefault(line => line.StartsWith("se.slice", StringComparison.Ordinal)) : null;
        return (nice, line is null ? null : long.Parse(line[(line.IndexOf(':') + 1)..], CultureInfo.InvariantCulture));
    }
}
