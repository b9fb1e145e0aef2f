using System.Runtime.InteropServices;

namespace K8sScaleTest.LocalApi.Hosting;

/// <summary>
/// When to end: on SIGTERM, or when standard input ends because the process that started this one has died. An interrupt (Ctrl+C reaches the
/// whole process group) is ignored: the driver still has to drain, and needs its server for that.
/// </summary>
internal sealed class EndOfProcess : IDisposable
{
    private readonly TaskCompletionSource _end = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<PosixSignalRegistration> _signals = [];

    public EndOfProcess(bool watchStdin)
    {
        _signals.Add(PosixSignalRegistration.Create(PosixSignal.SIGINT, static signal => signal.Cancel = true));
        _signals.Add(PosixSignalRegistration.Create(PosixSignal.SIGTERM, End));
        _signals.Add(PosixSignalRegistration.Create(PosixSignal.SIGHUP, End));
        _signals.Add(PosixSignalRegistration.Create(PosixSignal.SIGQUIT, End));
        if (watchStdin) new Thread(ReadStdin) { IsBackground = true, Name = "Stdin" }.Start();
    }

    public Task WaitAsync() => _end.Task;

    public void Dispose()
    {
        foreach (var signal in _signals) signal.Dispose();
    }

    private void End(PosixSignalContext signal)
    {
        // The process ends by itself once its files are gone.
        signal.Cancel = true;
        _end.TrySetResult();
    }

    private void ReadStdin()
    {
        try
        {
            using var input = Console.OpenStandardInput();
            Span<byte> buffer = stackalloc byte[256];
            while (input.Read(buffer) > 0)
            {
            }
        }
        catch (IOException)
        {
            // A broken pipe says the same as its end.
        }
        _end.TrySetResult();
    }
}
