using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace K8sScaleTest.Engine.Pacing;

/// <summary>Sleeps in <c>ppoll</c> on an eventfd, with a time-out in nanoseconds and a timer slack of 1 ns.</summary>
internal sealed partial class LinuxPacerWait : SleepingPacerWait
{
    private const int SetTimerSlack = 29;
    private const int CloseOnExec = 0x80000;
    private const int NonBlocking = 0x800;
    private const short PollIn = 1;
    private const int Interrupted = 4;
    private const long NanosecondsPerSecond = 1_000_000_000;

    private const uint OrdinaryPolicy = 0;
    private const ulong ResetOnFork = 1;
    private const int HighestPriority = -20;

    // In ns: shorter than that of any other thread, longer than a spin and a launch together, after which the thread would lose the core again.
    private const ulong ShortSlice = 300_000;

    // The numbers of the system calls sched_setattr and sched_getattr, for which C libraries have no functions (glibc before 2.41, musl): per architecture.
    private static readonly (nint Set, nint Get)? SchedulingCalls = RuntimeInformation.ProcessArchitecture switch
    {
        Architecture.X64 => (314, 315),
        Architecture.Arm64 => (274, 275),
        _ => null,
    };

    private readonly bool _precise;
    private readonly SafeFileHandle _event;

    public LinuxPacerWait(bool precise)
        : base(precise ? TimeSpan.FromMicroseconds(100) : TimeSpan.Zero)
    {
        _precise = precise;
        _event = EventFd(0, CloseOnExec | NonBlocking);
        if (_event.IsInvalid) throw new Win32Exception(Marshal.GetLastPInvokeError(), "The kernel gave no eventfd for the pacing thread.");
    }

    /// <inheritdoc/>
    public override void Enter()
    {
        // The kernel may otherwise wake an ordinary thread up to 50 us late, to bundle wake-ups. A kernel that refuses just wakes later.
        _ = PrCtl(SetTimerSlack, 1, 0, 0, 0);

        if (_precise) TakePrecedence();
    }

    /// <inheritdoc/>
    protected override unsafe void Sleep(long ticks)
    {
        var time = default(TimeSpec);
        if (ticks != long.MaxValue)
        {
            var (seconds, rest) = Math.DivRem(ticks, Stopwatch.Frequency);
            time = new() { Seconds = (nint)seconds, Nanoseconds = (nint)(rest * NanosecondsPerSecond / Stopwatch.Frequency) };
        }

        var poll = new PollFd { FileDescriptor = (int)_event.DangerousGetHandle(), Events = PollIn };
        var ready = PPoll(&poll, 1, ticks == long.MaxValue ? null : &time, 0);
        if (ready < 0 && Marshal.GetLastPInvokeError() is not Interrupted and var error)
            throw new Win32Exception(error, "The pacing thread cannot wait (ppoll).");
        ulong value;
        if (ready > 0) _ = Read(_event, &value, sizeof(ulong));
    }

    /// <inheritdoc/>
    protected override unsafe void Signal()
    {
        ulong one = 1;
        try
        {
            _ = Write(_event, &one, sizeof(ulong));
        }
        catch (ObjectDisposedException)
        {
            // The pacer ended between the decision to wake it and now: nobody waits.
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing) _event.Dispose();
        base.Dispose(disposing);
    }

    /// <summary>
    /// Two things, both for this thread alone: those that it starts, workers of the thread pool among them, would inherit them.
    /// The highest priority of an ordinary thread takes CAP_SYS_NICE (root has it). .NET's Thread.Priority does nothing on Linux.
    /// Real-time scheduling would be better still, but a launch that spins for a lock whose holder it has displaced would spin for ever.
    /// A short slice takes no right. Since Linux 6.6 who runs keeps the core for a slice of milliseconds, whoever else is due; since 6.12 not
    /// against a thread with a shorter one. An older kernel ignores it, and one that refuses just wakes the thread later.
    /// </summary>
    private static unsafe void TakePrecedence()
    {
        if (SchedulingCalls is not { } calls) return;
        SchedulingAttributes attributes = default;
        if (SysCall(calls.Get, 0, &attributes, sizeof(SchedulingAttributes), 0) != 0) return;

        // Whoever chose another policy for this process knows why.
        if (attributes.Policy != OrdinaryPolicy) return;
        var nice = attributes.Nice;
        attributes.Flags = ResetOnFork;
        attributes.Slice = ShortSlice;

        // A process that was made to stand back does so.
        attributes.Nice = nice > 0 ? nice : HighestPriority;
        if (SysCall(calls.Set, 0, &attributes, 0, 0) == 0) return;
        attributes.Nice = nice;
        _ = SysCall(calls.Set, 0, &attributes, 0, 0);
    }

    [LibraryImport("libc", EntryPoint = "eventfd", SetLastError = true)]
    private static partial SafeFileHandle EventFd(uint initial, int flags);

    [LibraryImport("libc", EntryPoint = "ppoll", SetLastError = true)]
    private static unsafe partial int PPoll(PollFd* fds, nuint count, TimeSpec* timeout, nint signalMask);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    private static unsafe partial nint Read(SafeFileHandle file, void* buffer, nuint count);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    private static unsafe partial nint Write(SafeFileHandle file, void* buffer, nuint count);

    [LibraryImport("libc", EntryPoint = "prctl", SetLastError = true)]
    private static partial int PrCtl(int option, nuint argument2, nuint argument3, nuint argument4, nuint argument5);

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static unsafe partial nint SysCall(nint number, nint threadId, SchedulingAttributes* attributes, nint argument3, nint argument4);

    [StructLayout(LayoutKind.Sequential)]
    private struct PollFd
    {
        public int FileDescriptor;
        public short Events;
        public short Returned;
    }

    // The C type long in both fields: 64 bits on 64-bit systems, 32 on the others, in the interface that all C libraries keep under this name.
    [StructLayout(LayoutKind.Sequential)]
    private struct TimeSpec
    {
        public nint Seconds;
        public nint Nanoseconds;
    }

    // The kernel's struct sched_attr in its first version. Of an ordinary thread its field for the runtime is the slice.
    [StructLayout(LayoutKind.Sequential)]
    private struct SchedulingAttributes
    {
        public uint Size;
        public uint Policy;
        public ulong Flags;
        public int Nice;
        public uint Priority;
        public ulong Slice;
        public ulong Deadline;
        public ulong Period;
    }
}
