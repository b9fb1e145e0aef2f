using System.Runtime.InteropServices;

namespace K8sScaleTest;

/// <summary>
/// Turns SIGTERM into an orderly stop while a run is under way. The project's own shell handles the signal itself; any other host would
/// simply end, and leave objects behind.
/// </summary>
internal sealed class SignalGuard : IDisposable
{
    private const int ExitCodeOfSigterm = 128 + 15;
    private readonly PosixSignalRegistration? _registration;
    private volatile bool _signalled;

    public SignalGuard(Action stop)
    {
        if (AppContext.TryGetSwitch("K8sScaleTest.HostHandlesSignals", out var handled) && handled) return;
        _registration = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context =>
        {
            context.Cancel = true;
            _signalled = true;
            stop();
        });
    }

    /// <summary>Ends the process, as the signal asked, now that the run has ended in order.</summary>
    public void Dispose()
    {
        _registration?.Dispose();
        if (_signalled) Environment.Exit(ExitCodeOfSigterm);
    }
}
