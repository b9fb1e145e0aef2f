using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using K8sScaleTest.TestSupport;

namespace K8sScaleTest.RealApi.Tests.Cluster;

/// <summary>The real sample-apiserver as a process of the test's own, on the etcd of a real API server, with a certificate that is given.</summary>
internal sealed class SampleApiServer : IAsyncDisposable
{
    private readonly Process _process;
    private readonly StringBuilder _log = new();

    private SampleApiServer(Process process, int port)
    {
        _process = process;
        Port = port;
    }

    public int Port { get; }

    public string Log
    {
        get
        {
            lock (_log) return _log.ToString();
        }
    }

    /// <param name="kubeconfig">The API server that it asks who callers are; its etcd listens two ports above.</param>
    /// <param name="folder">Where certificate and key are written.</param>
    /// <param name="data">The data of the Secret that holds them.</param>
    public static async Task<SampleApiServer> StartAsync(string kubeconfig, TemporaryFolder folder, JsonElement data)
    {
        var certificate = folder.Write("tls.crt", Encoding.UTF8.GetString(data.GetProperty("tls.crt").GetBytesFromBase64()));
        var key = folder.Write("tls.key", Encoding.UTF8.GetString(data.GetProperty("tls.key").GetBytesFromBase64()));
        var url = new Uri((await Kubectl.RunAsync(kubeconfig, "config", "view", "--minify", "-o", "jsonpath={.clusters[0].cluster.server}")).Trim());
        var port = FreePort();
        var start = new ProcessStartInfo(Binary())
        {
            RedirectStandardError = true,
            ArgumentList =
            {
                "--secure-port", port.ToString(CultureInfo.InvariantCulture), "--bind-address", "127.0.0.1",
                "--etcd-servers", string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{url.Port + 2}"),
                "--tls-cert-file", certificate, "--tls-private-key-file", key,
                "--kubeconfig", kubeconfig, "--authentication-kubeconfig", kubeconfig, "--authorization-kubeconfig", kubeconfig,
            },
        };
        var server = new SampleApiServer(Process.Start(start)!, port);
        server._process.ErrorDataReceived += (_, line) =>
        {
            lock (server._log) server._log.AppendLine(line.Data);
        };
        server._process.BeginErrorReadLine();
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    /// <summary>Where the build of the real API keeps its programs.</summary>
    private static string Binary()
    {
        var cache = Environment.GetEnvironmentVariable("REAL_API_CACHE")
            ?? Path.Combine(Environment.GetEnvironmentVariable("XDG_CACHE_HOME") ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache"), "real-api");
        var path = Path.Combine(cache, "bin", "sample-apiserver");
        Assert.True(File.Exists(path), $"The sample-apiserver is not at {path}.");
        return path;
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
