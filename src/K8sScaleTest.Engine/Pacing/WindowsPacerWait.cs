using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;

namespace K8sScaleTest.Engine.Pacing;

/// <summary>Sleeps on a high-resolution waitable timer (Windows 10 1803 and later) and an event.</summary>
[SupportedOSPlatform("windows")]
internal sealed partial class WindowsPacerWait : SleepingPacerWait
{
    private const uint HighResolution = 2;
    private const uint AllAccess = 0x1F0003;
    private const long HundredNanosecondsPerSecond = 10_000_000;

    private readonly bool _precise;
    private readonly AutoResetEvent _event = new(false);
    private readonly EventWaitHandle _timer;
    private readonly WaitHandle[] _both;

    // The high-resolution timer fires on a grid of about half a millisecond.
    public WindowsPacerWait(bool precise)
        : base(TimeSpan.FromMilliseconds(precise ? 1 : 0))
    {
        _precise = precise;
        var timer = CreateWaitableTimerEx(0, 0, HighResolution, AllAccess);
        if (timer.IsInvalid)
            throw new Win32Exception(Marshal.GetLastPInvokeError(), "Windows gave no high-resolution timer (it takes Windows 10 version 1803 or later).");

        // Of an EventWaitHandle only the waiting is used, which is the same for all kernel objects.
        _timer = new(false, EventResetMode.AutoReset) { SafeWaitHandle = timer };
        _both = [_event, _timer];
    }

    /// <inheritdoc/>
    public override void Enter()
    {
        if (_precise) Thread.CurrentThread.Priority = ThreadPriority.Highest;
    }

    /// <inheritdoc/>
    protected override void Sleep(long ticks)
    {
        if (ticks == long.MaxValue)
        {
            _event.WaitOne();
            return;
        }

        // Negative: relative to now.
        var due = -Math.Max(1, (long)((Int128)ticks * HundredNanosecondsPerSecond / Stopwatch.Frequency));
        if (!SetWaitableTimer(_timer.SafeWaitHandle, in due, 0, 0, 0, false))
            throw new Win32Exception(Marshal.GetLastPInvokeError(), "The pacing thread cannot set its timer.");
        WaitHandle.WaitAny(_both);
    }

    /// <inheritdoc/>
    protected override void Signal()
    {
        try
        {
            _event.Set();
        }
        catch (ObjectDisposedException)
        {
            // The pacer ended between the decision to wake it and now: nobody waits.
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _event.Dispose();
            _timer.Dispose();
        }

        base.Dispose(disposing);
    }

    [LibraryImport("kernel32", EntryPoint = "CreateWaitableTimerExW", SetLastError = true)]
    private static partial SafeWaitHandle CreateWaitableTimerEx(nint attributes, nint name, uint flags, uint access);

    [LibraryImport("kernel32", EntryPoint = "SetWaitableTimer", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool SetWaitableTimer(
        SafeWaitHandle timer, in long due, int period, nint routine, nint argument, [MarshalAs(UnmanagedType.Bool)] bool resume);
}
