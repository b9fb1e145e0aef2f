using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;

namespace K8sScaleTest;

/// <summary>Talks to the control endpoint of a local API server, which an extension in the server's kubeconfig names.</summary>
internal sealed class LocalApiControlClient : IDisposable
{
    private const string Extension = "local-api-control";
    private readonly HttpClient _http;

    private LocalApiControlClient(Uri url, string token)
    {
        // What follows the ledger lasts as long as it is wanted.
        _http = new HttpClient(new SocketsHttpHandler { UseProxy = false, ConnectTimeout = TimeSpan.FromSeconds(5) }) { BaseAddress = url, Timeout = Timeout.InfiniteTimeSpan };
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
    }

    /// <summary>Reads the kubeconfig; throws <see cref="InvalidOperationException"/> that says what it lacks.</summary>
    public static LocalApiControlClient Open(string kubeconfig)
    {
        string[] lines;
        try
        {
            lines = File.ReadAllLines(kubeconfig);
        }
        catch (Exception missing) when (missing is IOException or UnauthorizedAccessException)
        {
            throw new InvalidOperationException($"The kubeconfig {kubeconfig} cannot be read: {missing.Message} It goes when its server ends.", missing);
        }
        // kubectl may have written the file again: the members of the extension stand in either order, above or below its name.
        var at = Array.FindIndex(lines, line => line.TrimEnd().EndsWith("name: " + Extension, StringComparison.Ordinal));
        var near = at < 0 ? [] : lines[Math.Max(0, at - 4)..Math.Min(lines.Length, at + 5)];
        if (Value(near, "url:") is not { } url || Value(near, "token:") is not { } token || !Uri.TryCreate(url, UriKind.Absolute, out var address) || !address.IsLoopback)
        {
            throw new InvalidOperationException($"The kubeconfig {kubeconfig} is not that of a local API server's administrator: faults and ledger are those of the servers that Start-LocalApiServer starts.");
        }
        return new LocalApiControlClient(address, token);
    }

    public async Task<JsonElement> SendAsync(HttpMethod method, string path, string? json, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, path);
        if (json is not null) request.Content = new StringContent(json, Encoding.UTF8, "application/json");
        using var response = await SendAsync(request, cancellationToken);
        var text = await response.Content.ReadAsStringAsync(cancellationToken);
        if (text.Length == 0) return default;
        using var document = JsonDocument.Parse(text);
        return document.RootElement.Clone();
    }

    /// <summary>A part of the ledger, line by line.</summary>
    public async IAsyncEnumerable<JsonElement> ReadAsync(string path, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        using var response = await SendAsync(request, cancellationToken);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(cancellationToken));
        while (await reader.ReadLineAsync(cancellationToken) is { } line)
        {
            using var document = JsonDocument.Parse(line);
            yield return document.RootElement.Clone();
        }
    }

    public void Dispose() => _http.Dispose();

    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        HttpResponseMessage response;
        try
        {
            response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        }
        catch (HttpRequestException failed)
        {
            throw new InvalidOperationException($"The local API server does not answer at {_http.BaseAddress}: {failed.Message}. Does it still run?", failed);
        }
        if (response.IsSuccessStatusCode) return response;
        using (response)
        {
            var text = await response.Content.ReadAsStringAsync(cancellationToken);
            throw new InvalidOperationException(Error(text) ?? $"The local API server answered {(int)response.StatusCode}: {text}");
        }
    }

    private static string? Error(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            return document.RootElement.TryGetProperty("error", out var error) ? error.GetString() : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string? Value(string[] lines, string key) =>
        lines.FirstOrDefault(line => line.TrimStart().StartsWith(key, StringComparison.Ordinal))?.Split(':', 2)[1].Trim(' ', '"', '\'');
}
