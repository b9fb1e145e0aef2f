using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace K8sScaleTest.Benchmarks.Driver;

/// <summary>Binds a process to one core from its first instruction on, so that all its threads are.</summary>
internal static partial class CoreAffinity
{
    private const int NoSuchProcess = 3; // ESRCH
    private const int MaskWords = 16; // 1,024 CPUs, as glibc's cpu_set_t

    /// <summary>Whether processes can be bound here.</summary>
    public static bool Supported => OperatingSystem.IsLinux() && Environment.ProcessorCount > 1;

    /// <summary>Starts a process, bound to a core where one is given and that is possible.</summary>
    public static Process Start(ProcessStartInfo start, int? core)
    {
        if (core is not { } index || !Supported) return Process.Start(start)!;

        // A child inherits the affinity of the thread that forks it.
        Span<ulong> before = stackalloc ulong[MaskWords];
        Span<ulong> bound = stackalloc ulong[MaskWords];
        Check(GetAffinity(0, (nuint)(MaskWords * sizeof(ulong)), before));
        var cpu = NthOf(before, index);
        bound[cpu / 64] = 1UL << (cpu % 64);
        Check(SetAffinity(0, (nuint)(MaskWords * sizeof(ulong)), bound));
        try
        {
            return Process.Start(start)!;
        }
        finally
        {
            Check(SetAffinity(0, (nuint)(MaskWords * sizeof(ulong)), before));
        }
    }

    /// <summary>Binds a process that runs already: all the threads it has, from which those to come inherit it.</summary>
    public static void Bind(int processId, int core)
    {
        if (!Supported) return;
        Span<ulong> bound = stackalloc ulong[MaskWords];
        Check(GetAffinity(0, (nuint)(MaskWords * sizeof(ulong)), bound));
        var cpu = NthOf(bound, core);
        bound.Clear();
        bound[cpu / 64] = 1UL << (cpu % 64);
        foreach (var thread in Directory.EnumerateDirectories($"/proc/{processId}/task"))
        {
            // A thread that has ended meanwhile needs nothing.
            if (SetAffinity(int.Parse(Path.GetFileName(thread), CultureInfo.InvariantCulture), (nuint)(MaskWords * sizeof(ulong)), bound) < 0
                && Marshal.GetLastPInvokeError() != NoSuchProcess)
            {
                throw new Win32Exception(Marshal.GetLastPInvokeError());
            }
        }
    }

    private static int NthOf(ReadOnlySpan<ulong> mask, int index)
    {
        for (var cpu = 0; cpu < mask.Length * 64; cpu++)
        {
            if ((mask[cpu / 64] >> (cpu % 64) & 1) != 0 && index-- == 0) return cpu;
        }

        throw new InvalidOperationException("This process may not use so many cores.");
    }

    private static void Check(int result)
    {
        if (result < 0) throw new Win32Exception(Marshal.GetLastPInvokeError());
    }

    [LibraryImport("libc", EntryPoint = "sched_setaffinity", SetLastError = true)]
    private static partial int SetAffinity(int pid, nuint length, ReadOnlySpan<ulong> mask);

    [LibraryImport("libc", EntryPoint = "sched_getaffinity", SetLastError = true)]
    private static partial int GetAffinity(int pid, nuint length, Span<ulong> mask);
}
