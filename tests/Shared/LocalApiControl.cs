using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;

namespace K8sScaleTest.TestSupport;

/// <summary>Orders faults from a local API server and reads its ledger; the JSON is that of docs/local-api-faults.md.</summary>
internal sealed class LocalApiControl : IDisposable
{
    private readonly HttpClient _http;

    private LocalApiControl(string url, string token)
    {
        Url = url;
        Token = token;
        _http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = new Uri(url), Timeout = Timeout.InfiniteTimeSpan };
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
    }

    public string Url { get; }

    public string Token { get; }

    public static LocalApiControl FromKubeconfig(string kubeconfig)
    {
        var lines = File.ReadLines(kubeconfig).SkipWhile(l => !l.Contains("local-api-control", StringComparison.Ordinal)).ToArray();
        return new LocalApiControl(Value("url:"), Value("token:"));

        string Value(string key) => lines.First(l => l.TrimStart().StartsWith(key, StringComparison.Ordinal)).Split(':', 2)[1].Trim();
    }

    /// <summary>Orders a fault, such as <c>{"action":"Status","statusCode":503,"verbs":["create"],"count":3}</c>; its number.</summary>
    public async Task<int> OrderAsync(string json, CancellationToken cancellationToken = default)
    {
        using var content = new StringContent(json, Encoding.UTF8, "application/json");
        using var response = await _http.PostAsync(new Uri("/faults", UriKind.Relative), content, cancellationToken);
        var text = await response.Content.ReadAsStringAsync(cancellationToken);
        if (!response.IsSuccessStatusCode) throw new ArgumentException($"{(int)response.StatusCode}: {text}", nameof(json));
        using var fault = JsonDocument.Parse(text);
        return fault.RootElement.GetProperty("id").GetInt32();
    }

    /// <summary>A fault as it stands now: state, matched, applied, result.</summary>
    public Task<JsonElement> FaultAsync(int id, CancellationToken cancellationToken = default) => GetAsync($"/faults/{id}", cancellationToken);

    /// <summary>Takes back all faults.</summary>
    public async Task ClearAsync(CancellationToken cancellationToken = default)
    {
        using var response = await _http.DeleteAsync(new Uri("/faults", UriKind.Relative), cancellationToken);
        response.EnsureSuccessStatusCode();
    }

    public async Task<JsonElement> GetAsync(string path, CancellationToken cancellationToken = default)
    {
        using var json = JsonDocument.Parse(await _http.GetStringAsync(new Uri(path, UriKind.Relative), cancellationToken));
        return json.RootElement.Clone();
    }

    /// <summary>A part of the ledger as it is now: requests, events, watches or deliveries, with a query such as <c>events?resource=configmaps</c>.</summary>
    public async Task<IReadOnlyList<JsonElement>> LedgerAsync(string part, CancellationToken cancellationToken = default)
    {
        var all = new List<JsonElement>();
        await foreach (var line in FollowAsync(part, cancellationToken)) all.Add(line);
        return all;
    }

    /// <summary>A part of the ledger line by line; with <c>follow=true</c> in its query it goes on until it is cancelled.</summary>
    public async IAsyncEnumerable<JsonElement> FollowAsync(string part, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/ledger/" + part);
        using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        if (!response.IsSuccessStatusCode) throw new ArgumentException($"{(int)response.StatusCode}: {await response.Content.ReadAsStringAsync(cancellationToken)}", nameof(part));
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(cancellationToken));
        while (await reader.ReadLineAsync(cancellationToken) is { } line)
        {
            using var json = JsonDocument.Parse(line);
            yield return json.RootElement.Clone();
        }
    }

    public void Dispose() => _http.Dispose();
}
