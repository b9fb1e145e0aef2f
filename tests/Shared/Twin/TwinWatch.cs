using System.Text;
using System.Text.Json;

namespace K8sScaleTest.Twin;

/// <summary>A watch of a row: what is read of it goes into the transcript.</summary>
internal sealed class TwinWatch(HttpResponseMessage response, Exchange exchange, CancellationToken cancel) : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(45);
    private StreamReader? _lines;

    public int Code => exchange.Code;

    /// <summary>Reads so many events; <paramref name="byName"/> where the server promises no order.</summary>
    public async Task<IReadOnlyList<JsonElement>> ReadAsync(int count, bool byName = false)
    {
        var events = new List<string>();
        for (var i = 0; i < count; i++)
        {
            events.Add(await NextAsync() ?? throw new InvalidOperationException($"The watch ended after {exchange.Bodies.Count + i} events."));
        }
        if (byName) events = [.. events.OrderBy(e => JsonDocument.Parse(e).RootElement.GetProperty("object").GetProperty("metadata").GetProperty("name").GetString(), StringComparer.Ordinal)];
        exchange.Bodies.AddRange(events);
        return [.. events.Select(e => JsonDocument.Parse(e).RootElement)];
    }

    /// <summary>Reads an event that is no part of the transcript.</summary>
    public async Task<JsonElement> PeekAsync() => JsonDocument.Parse(await NextAsync() ?? throw new InvalidOperationException("The watch ended.")).RootElement;

    /// <summary>Reads to the end, which must come by itself. Bookmarks of an undefined number and time are left out of the transcript.</summary>
    public async Task ReadToEndAsync(bool keepBookmarks = false)
    {
        while (await NextAsync() is { } next)
        {
            if (keepBookmarks || !next.StartsWith("{\"type\":\"BOOKMARK\"", StringComparison.Ordinal)) exchange.Bodies.Add(next);
        }
        exchange.Ended = true;
    }

    /// <summary>Reads until the bookmark that comes at a time the server chooses, which is then the only one in the transcript.</summary>
    public async Task<JsonElement> ReadBookmarkAsync()
    {
        while (true)
        {
            var next = await NextAsync() ?? throw new InvalidOperationException("The watch ended without a bookmark.");
            exchange.Bodies.Add(next);
            var json = JsonDocument.Parse(next).RootElement;
            if (json.GetProperty("type").GetString() == "BOOKMARK") return json;
        }
    }

    public void Dispose()
    {
        _lines?.Dispose();
        response.Dispose();
    }

    private async Task<string?> NextAsync()
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(Limit);
        _lines ??= new StreamReader(await response.Content.ReadAsStreamAsync(limit.Token), Encoding.UTF8);
        return await _lines.ReadLineAsync(limit.Token);
    }
}
