using System.Text.Json;

namespace K8sScaleTest.LocalApi.Tests;

/// <summary>A watch, read line by line.</summary>
internal sealed class WatchReader(HttpResponseMessage response) : IDisposable
{
    private StreamReader? _lines;

    public int Code => (int)response.StatusCode;

    /// <summary>The next event, or null at the end of the watch.</summary>
    public async Task<JsonElement?> NextAsync(double seconds = 10)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(seconds));
        _lines ??= new StreamReader(await response.Content.ReadAsStreamAsync(limit.Token));
        var line = await _lines.ReadLineAsync(limit.Token);
        return string.IsNullOrEmpty(line) ? null : JsonDocument.Parse(line).RootElement;
    }

    /// <summary>The next event, as its type and the object's name.</summary>
    public async Task<string> NextTextAsync()
    {
        var next = await NextAsync();
        if (next is not { } found) return "END";
        var item = found.GetProperty("object");
        var name = item.TryGetProperty("metadata", out var metadata) && metadata.TryGetProperty("name", out var text) ? text.GetString() : "";
        return $"{found.GetProperty("type").GetString()} {name}".TrimEnd();
    }

    public async Task<List<string>> ReadToEndAsync()
    {
        var all = new List<string>();
        while (await NextTextAsync() is var next && next != "END") all.Add(next);
        return all;
    }

    public void Dispose()
    {
        _lines?.Dispose();
        response.Dispose();
    }
}
