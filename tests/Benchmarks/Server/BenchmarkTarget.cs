using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using K8sScaleTest.TestSupport;

namespace K8sScaleTest.Benchmarks.Server;

/// <summary>A server that is measured, as its kubeconfig says: with an authority and a token.</summary>
internal sealed class BenchmarkTarget : IAsyncDisposable
{
    private readonly LocalApiProcess? _process;
    private readonly int? _processId;
    private readonly X509Certificate2 _authority;

    private BenchmarkTarget(string name, string kubeconfig, LocalApiProcess? process)
    {
        var text = File.ReadAllText(kubeconfig);
        _process = process;
        Control = process?.Control;
        _authority = X509Certificate2.CreateFromPem(Encoding.ASCII.GetString(Convert.FromBase64String(Value(text, "certificate-authority-data"))));
        Name = name;
        Url = new Uri(Value(text, "server"));
        Token = Value(text, "token");
        _processId = process?.ProcessId ?? (Url.IsLoopback ? ListeningProcess.Find(Url.Port) : null);
    }

    public string Name { get; }

    public Uri Url { get; }

    public string Token { get; }

    /// <summary>Where its ledger is read; null for a real server.</summary>
    public LocalApiControl? Control { get; }

    /// <summary>The namespaces made, to be deleted afterwards where the server outlives the benchmark.</summary>
    public List<string> Namespaces { get; } = [];

    public static async Task<BenchmarkTarget> StartLocalAsync(params string[] arguments)
    {
        var process = await LocalApiProcess.StartAsync(arguments);
        return new BenchmarkTarget("local", process.Kubeconfig, process);
    }

    public static BenchmarkTarget OfKubeconfig(string kubeconfig) => new("real", kubeconfig, null);

    /// <summary>Resident memory of the server's process in bytes, now and at its highest since <see cref="ResetPeakMemory"/>; null where it is not ours to see.</summary>
    public (long Now, long Peak)? Memory()
    {
        if (_processId is not { } id || !OperatingSystem.IsLinux()) return null;
        var status = File.ReadAllLines($"/proc/{id}/status");
        long Of(string name) => long.Parse(Regex.Match(status.First(l => l.StartsWith(name, StringComparison.Ordinal)), "[0-9]+").Value, CultureInfo.InvariantCulture) * 1024;
        return (Of("VmRSS:"), Of("VmHWM:"));
    }

    /// <summary>CPU time that the server's process has taken; null where it is not ours to see.</summary>
    public TimeSpan? CpuTime()
    {
        if (_processId is not { } id) return null;
        using var process = System.Diagnostics.Process.GetProcessById(id);
        return process.TotalProcessorTime;
    }

    public void ResetPeakMemory()
    {
        // 5 resets the mark of the highest resident memory (proc(5), clear_refs).
        if (_processId is { } id && OperatingSystem.IsLinux()) File.WriteAllText($"/proc/{id}/clear_refs", "5");
    }

    public SslClientAuthenticationOptions Trust() => new()
    {
        TargetHost = Url.Host,
        CertificateChainPolicy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck, CustomTrustStore = { _authority } },
    };

    /// <summary>A client with connections of its own.</summary>
    public HttpMessageInvoker Client() => new(new SocketsHttpHandler { UseProxy = false, ActivityHeadersPropagator = null, EnableMultipleHttp2Connections = true, SslOptions = Trust() });

    public HttpRequestMessage Request(HttpMethod method, string path, string? body = null)
    {
        var request = new HttpRequestMessage(method, new Uri(Url, path)) { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + Token);
        if (body is not null) request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        return request;
    }

    /// <summary>The path of the ConfigMaps of a fresh namespace.</summary>
    public async Task<string> NamespaceAsync()
    {
        var name = "bench-" + Guid.NewGuid().ToString("N")[..10];
        using var http = Client();
        using var request = Request(HttpMethod.Post, "/api/v1/namespaces", $$$"""{"metadata":{"name":"{{{name}}}"}}""");
        using var reply = await http.SendAsync(request, CancellationToken.None);
        if (reply.StatusCode != HttpStatusCode.Created) throw new InvalidOperationException($"{Url}: {await reply.Content.ReadAsStringAsync()}");
        Namespaces.Add(name);
        return $"/api/v1/namespaces/{name}/configmaps";
    }

    /// <summary>The resourceVersion of the collection now.</summary>
    public async Task<string> ResourceVersionAsync(HttpMessageInvoker http, string path)
    {
        using var request = Request(HttpMethod.Get, path + "?limit=1");
        using var reply = await http.SendAsync(request, CancellationToken.None);
        using var list = JsonDocument.Parse(await reply.Content.ReadAsStringAsync());
        return list.RootElement.GetProperty("metadata").GetProperty("resourceVersion").GetString()!;
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            await _process.DisposeAsync();
        }
        else
        {
            using var http = Client();
            foreach (var name in Namespaces)
            {
                foreach (var path in new[] { $"/api/v1/namespaces/{name}/configmaps", "/api/v1/namespaces/" + name })
                {
                    using var request = Request(HttpMethod.Delete, path);
                    using var reply = await http.SendAsync(request, CancellationToken.None);
                }
                // No controller empties namespaces there.
                using var finalize = Request(HttpMethod.Put, $"/api/v1/namespaces/{name}/finalize", $$$"""{"metadata":{"name":"{{{name}}}"},"spec":{"finalizers":[]}}""");
                using var ended = await http.SendAsync(finalize, CancellationToken.None);
            }
        }
        _authority.Dispose();
    }

    private static string Value(string kubeconfig, string key) =>
        Regex.Match(kubeconfig, $"\\b{key}\"?\\s*:\\s*\"?([^\\s\"',}}]+)") is { Success: true } found
            ? found.Groups[1].Value : throw new InvalidOperationException($"The kubeconfig has no {key}: the benchmark wants a token and an authority in it.");
}
