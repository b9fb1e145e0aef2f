using System.Net.Http.Headers;
using System.Text.Json;
using K8sScaleTest.TestSupport;

namespace K8sScaleTest.Tests.Drivers;

/// <summary>
/// A local API server for the tests of a class, out of reach of other tests' Stop-LocalApiServer, and what it holds, asked for without the module: that
/// cannot agree with itself.
/// </summary>
public sealed class ServerFixture : IAsyncLifetime
{
    private LocalApiProcess? _server;
    private HttpClient? _http;

    public string Kubeconfig => _server!.Kubeconfig;

    /// <summary>Of a user who may do nothing.</summary>
    public string KubeconfigNoRights => _server!.KubeconfigNoRights;

    public async ValueTask InitializeAsync()
    {
        _server = await LocalApiProcess.StartAsync();
        _http = new(new SocketsHttpHandler { UseProxy = false, SslOptions = { RemoteCertificateValidationCallback = (_, _, _, _) => _server is not null } }) { BaseAddress = new(_server.Url) };
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", _server.Token);
    }

    /// <summary>The names of a run's objects.</summary>
    public async Task<string[]> NamesAsync(string runId, string collection = "/api/v1/namespaces/scaletest/configmaps")
    {
        var text = await _http!.GetStringAsync(new Uri($"{collection}?labelSelector=scaletest%2Frun%3D{runId}", UriKind.Relative), TestContext.Current.CancellationToken);
        using var list = JsonDocument.Parse(text);
        return [.. list.RootElement.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("metadata").GetProperty("name").GetString()!)];
    }

    public async ValueTask DisposeAsync()
    {
        _http?.Dispose();
        if (_server is not null) await _server.DisposeAsync();
    }
}
