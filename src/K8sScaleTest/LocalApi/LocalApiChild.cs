using System.Diagnostics;
using System.Text.Json;

namespace K8sScaleTest;

/// <summary>
/// The process of a local API server. It holds the other end of the server's standard input, so that the server ends when this process does,
/// however that comes about.
/// </summary>
internal sealed class LocalApiChild : IDisposable
{
    private const int ErrorLinesKept = 40;
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(5);

    private readonly Process _process;
    private readonly Queue<string> _errors = new();
    private bool _hasNamedKubeconfig;

    private LocalApiChild(Process process)
    {
        _process = process;
        // Drained for as long as it lives: a full pipe would stop the server.
        process.ErrorDataReceived += (_, line) => Remember(line.Data);
        process.BeginErrorReadLine();
    }

    public LocalApiServer Server { get; private set; } = null!;

    /// <summary>The runspace that started it.</summary>
    public Guid Session { get; set; }

    public bool IsRunning => !_process.HasExited;

    /// <summary>Starts a server and waits until it answers. Throws <see cref="InvalidOperationException"/> with what the server said when it does not.</summary>
    public static async Task<LocalApiChild> StartAsync(string dotnet, string assembly, LocalApiSettings settings, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(dotnet)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        foreach (var argument in (string[])[assembly, .. settings.ToArguments()]) start.ArgumentList.Add(argument);
        var child = new LocalApiChild(Process.Start(start)!) { _hasNamedKubeconfig = settings.Kubeconfig is not null };
        try
        {
            await child.ReadyAsync(settings, cancellationToken);
            return child;
        }
        catch
        {
            child.Kill();
            child.Dispose();
            throw;
        }
    }

    /// <summary>Ends the server; it deletes its files itself.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        _process.StandardInput.Close();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(StopLimit);
        try
        {
            await _process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            Kill();
            await _process.WaitForExitAsync(cancellationToken);
        }
    }

    /// <summary>Lets go of the server, which then ends by itself; what one that was killed has left is removed.</summary>
    public void Dispose()
    {
        if (!_process.HasExited) _process.StandardInput.Close();
        else RemoveFolder();
        _process.Dispose();
    }

    /// <summary>The temporary folder that the server made for its kubeconfigs. It removes it itself, unless it was killed.</summary>
    private void RemoveFolder()
    {
        if (_hasNamedKubeconfig || Server is null || Path.GetDirectoryName(Server.Kubeconfig) is not { } folder) return;
        try
        {
            if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
        }
        catch (Exception kept) when (kept is IOException or UnauthorizedAccessException)
        {
            // The next server to start tries again.
        }
    }

    private async Task ReadyAsync(LocalApiSettings settings, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(StartLimit);
        string? line;
        try
        {
            line = await _process.StandardOutput.ReadLineAsync(limit.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new InvalidOperationException($"The local API server did not answer within {StartLimit.TotalSeconds} s.{Said()}");
        }
        if (line is null)
        {
            await _process.WaitForExitAsync(cancellationToken);
            throw new InvalidOperationException($"The local API server ended with exit code {_process.ExitCode} before it was ready.{Said()}");
        }
        using var ready = JsonDocument.Parse(line);
        var said = ready.RootElement;
        Server = new LocalApiServer
        {
            Id = said.GetProperty("processId").GetInt32(),
            Url = said.GetProperty("url").GetString()!,
            Kubeconfig = said.GetProperty("kubeconfig").GetString()!,
            KubeconfigCertificate = said.GetProperty("kubeconfigCertificate").GetString()!,
            KubeconfigReadOnly = said.GetProperty("kubeconfigReadOnly").GetString()!,
            KubeconfigNoRights = said.GetProperty("kubeconfigNoRights").GetString()!,
            Version = said.GetProperty("version").GetString()!,
            Started = DateTime.UtcNow,
            Latency = settings.Latency,
            Concurrency = settings.Concurrency,
            ServiceTime = settings.ServiceTime,
            MaxStreams = settings.MaxStreams,
        };
    }

    private void Kill()
    {
        try
        {
            _process.Kill();
        }
        catch (InvalidOperationException)
        {
            // It has ended in the meantime.
        }
    }

    private void Remember(string? line)
    {
        if (line is null) return;
        lock (_errors)
        {
            _errors.Enqueue(line);
            if (_errors.Count > ErrorLinesKept) _errors.Dequeue();
        }
    }

    private string Said()
    {
        lock (_errors) return _errors.Count == 0 ? "" : " It said: " + string.Join(Environment.NewLine, _errors);
    }
}
