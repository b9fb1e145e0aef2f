using System.Diagnostics;
using System.Reflection;
using System.Text;
using System.Text.Json;

namespace K8sScaleTest.TestSupport;

/// <summary>A local API server in a process of its own, for tests and benchmarks; it ends with this object, or with this process.</summary>
internal sealed class LocalApiProcess : IAsyncDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(30);
    private readonly Process _process;
    private readonly Task<string> _errors;

    private LocalApiProcess(Process process, Task<string> errors, string url, string kubeconfig)
    {
        _process = process;
        _errors = errors;
        Url = url;
        Kubeconfig = kubeconfig;
        Token = File.ReadLines(kubeconfig).First(l => l.TrimStart().StartsWith("token:", StringComparison.Ordinal)).Split(':', 2)[1].Trim();
        Control = LocalApiControl.FromKubeconfig(kubeconfig);
        AuthorityPem = Encoding.ASCII.GetString(Convert.FromBase64String(File.ReadLines(kubeconfig).First(l => l.Contains("certificate-authority-data:", StringComparison.Ordinal)).Split(':', 2)[1].Trim()));
    }

    public string Url { get; }

    public string Kubeconfig { get; }

    /// <summary>The administrator by client certificate, not by token.</summary>
    public string KubeconfigCertificate { get; private init; } = "";

    /// <summary>May read everything.</summary>
    public string KubeconfigReadOnly { get; private init; } = "";

    /// <summary>May do nothing.</summary>
    public string KubeconfigNoRights { get; private init; } = "";

    public int ProcessId => _process.Id;

    public string Token { get; }

    /// <summary>What it wrote to standard error, once it has ended: faults of its own.</summary>
    public string Said { get; private set; } = "";

    /// <summary>Where faults are ordered and the ledger is read.</summary>
    public LocalApiControl Control { get; }

    /// <summary>The certificate authority to trust, in PEM.</summary>
    public string AuthorityPem { get; }

    /// <summary>The assembly to start, as the project file says, or beside the tests' own output.</summary>
    public static string AssemblyPath
    {
        get
        {
            var named = typeof(LocalApiProcess).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().FirstOrDefault(a => a.Key == "LocalApiAssembly")?.Value
                ?? throw new InvalidOperationException("The project file lacks the assembly metadata LocalApiAssembly.");
            return File.Exists(named) ? named : throw new FileNotFoundException("The local API server was not built.", named);
        }
    }

    /// <summary>Starts a server and waits until it answers; the arguments are added to those that every test wants.</summary>
    public static async Task<LocalApiProcess> StartAsync(params string[] extraArgs)
    {
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var argument in (string[])[AssemblyPath, "--parent-stdin", .. extraArgs]) start.ArgumentList.Add(argument);
        var process = Process.Start(start)!;
        // Drained from the first moment on: a full pipe would stop the server.
        var errors = process.StandardError.ReadToEndAsync();
        using var limit = new CancellationTokenSource(StartLimit);
        try
        {
            var line = await process.StandardOutput.ReadLineAsync(limit.Token)
                ?? throw new InvalidOperationException("The local API server ended before it was ready: " + await errors);
            using var ready = JsonDocument.Parse(line);
            string Said(string name) => ready.RootElement.GetProperty(name).GetString()!;
            return new LocalApiProcess(process, errors, Said("url"), Said("kubeconfig"))
            {
                KubeconfigCertificate = Said("kubeconfigCertificate"),
                KubeconfigReadOnly = Said("kubeconfigReadOnly"),
                KubeconfigNoRights = Said("kubeconfigNoRights"),
            };
        }
        catch
        {
            process.Kill();
            process.Dispose();
            throw;
        }
    }

    /// <summary>Stops the server as the death of its starter would: by the end of its standard input.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.StandardInput.Close();
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(10));
            try
            {
                await _process.WaitForExitAsync(limit.Token);
            }
            catch (OperationCanceledException)
            {
                _process.Kill();
                throw new InvalidOperationException("The local API server did not end by itself.");
            }
        }
        Control.Dispose();
        Said = await _errors;
        if (Said.Length > 0) Console.Error.WriteLine(Said);
        _process.Dispose();
    }
}
