using System.Runtime.InteropServices;

namespace K8sScaleTest.Shell;

/// <summary>Turns Ctrl+C, SIGTERM and a closed terminal into a graceful stop of what runs: its cmdlets drain, then the process ends.</summary>
internal sealed class Signals : IDisposable
{
    private const int FirstSignalCode = 128;
    private readonly ShellConsole _console;
    private readonly Func<bool> _stop;
    private readonly PosixSignalRegistration[] _registrations;
    private int _interrupts;

    /// <param name="console">Where is said what the second Ctrl+C does.</param>
    /// <param name="stop">Asks what runs to stop, without waiting for it; false when nothing runs.</param>
    public Signals(ShellConsole console, Func<bool> stop)
    {
        _console = console;
        _stop = stop;
        _registrations =
        [
            PosixSignalRegistration.Create(PosixSignal.SIGINT, OnInterrupt),
            PosixSignalRegistration.Create(PosixSignal.SIGTERM, context => OnTerminate(context, FirstSignalCode + 15)),
            PosixSignalRegistration.Create(PosixSignal.SIGHUP, context => OnTerminate(context, FirstSignalCode + 1)),
        ];
    }

    /// <summary>The exit code of the first signal, 128 + its number; null as long as none came.</summary>
    public int? ExitCode { get; private set; }

    /// <summary>At a prompt: what Ctrl+C does at it. Ctrl+C then ends what runs, not the shell.</summary>
    public Action? AtPrompt { get; set; }

    /// <summary>At a prompt: a new entry begins, and Ctrl+C counts anew.</summary>
    public void Reset() => Volatile.Write(ref _interrupts, 0);

    public void Dispose()
    {
        foreach (var registration in _registrations) registration.Dispose();
    }

    private void OnInterrupt(PosixSignalContext context)
    {
        context.Cancel = true;
        if (AtPrompt is null) ExitCode ??= FirstSignalCode + 2;
        if (!_stop() && AtPrompt is { } atPrompt)
        {
            atPrompt();
            return;
        }

        switch (Interlocked.Increment(ref _interrupts))
        {
            case 1:
                break;
            case 2:
                _console.Error("Stopping: what runs is cleaning up. Ctrl+C once more leaves at once, and objects behind." + Environment.NewLine);
                break;
            default:
                Environment.Exit(FirstSignalCode + 2);
                break;
        }
    }

    private void OnTerminate(PosixSignalContext context, int exitCode)
    {
        context.Cancel = true;
        ExitCode ??= exitCode;
        // At a prompt nothing else would end the wait for the next line.
        if (!_stop() && AtPrompt is not null) Environment.Exit(exitCode);
    }
}
