using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using K8sScaleTest.Engine.Records;

namespace K8sScaleTest.Engine.Api;

/// <summary>One removal under way: rounds of listing and deleting.</summary>
internal sealed class ObjectRemoval
{
    private const int PageSize = 500;

    /// <summary>Rounds without any progress before it gives up; with the pauses between them about eight seconds.</summary>
    private const int MaxIdleRounds = 5;

    /// <summary>Metadata is all that is needed; a server that cannot give it alone sends whole objects.</summary>
    private const string MetadataOnly = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json";

    private readonly ApiClient _client;
    private readonly ApiResource _resource;
    private readonly string _collection;
    private readonly string _selector;
    private readonly DeleteConcurrency _concurrency;
    private readonly TimeSpan _firstPause;
    private long _deleted;
    private long _gone;
    private long _failed;
    private long _finalizing;
    private ConcurrentDictionary<string, long> _failures = new();
    private ApiException? _unlisted;

    /// <summary>A removal, to be run once.</summary>
    public ObjectRemoval(ApiClient client, ApiResource resource, string ns, string selector, int concurrency, TimeSpan firstPause)
    {
        _client = client;
        _concurrency = new(concurrency);
        _firstPause = firstPause;
        _resource = resource;
        _collection = resource.CollectionPath(ns);
        _selector = Uri.EscapeDataString(selector);
    }

    public async Task<RemovalResult> RunAsync(Action<RemovalProgress>? progress, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        var idle = 0;
        var pause = _firstPause;
        for (var round = 1; ; round++)
        {
            var before = _deleted + _gone;
            _finalizing = 0;
            _failed = 0;
            _failures = new ConcurrentDictionary<string, long>();
            var (listed, complete) = await RoundAsync(round, progress, cancellationToken);
            if (listed == 0 && complete) return Result(0, round, started);
            if (_deleted + _gone > before)
            {
                idle = 0;
                pause = _firstPause;
                continue;
            }

            // Nothing was listed, but not because nothing is there.
            if (++idle > MaxIdleRounds && listed == 0 && _unlisted is not null) throw _unlisted;
            if (idle > MaxIdleRounds) return Result(listed, round, started);
            await Task.Delay(pause, cancellationToken);
            pause *= 2;
        }
    }

    /// <summary>One listing with its deletes. Complete is false when the server did not let it come to its end.</summary>
    private async Task<(long Listed, bool Complete)> RoundAsync(int round, Action<RemovalProgress>? progress, CancellationToken cancellationToken)
    {
        long listed = 0;
        string? next = null;
        do
        {
            var path = string.Create(CultureInfo.InvariantCulture, $"{_collection}?labelSelector={_selector}&limit={PageSize}");
            if (next is not null) path += "&continue=" + Uri.EscapeDataString(next);
            var response = await _client.SendAsync(HttpMethod.Get, path, default, null, MetadataOnly, cancellationToken);
            // A page whose continue token has expired, or a server that is busy: the next round starts afresh.
            _unlisted = response.IsSuccess ? null : _client.Failure(HttpMethod.Get, path, response);
            if (response.StatusCode is 410 or 429 or 503) return (listed, false);
            if (_unlisted is not null) throw _unlisted;
            (var objects, next) = ReadPage(path, response);
            listed += objects.Count;
            var tried = await DeletePageAsync(new(objects), cancellationToken);
            progress?.Invoke(new RemovalProgress(round, _deleted + _gone + _failed + _finalizing, _deleted, _gone, _failed));
            if (!tried) return (listed, false);
        }
        while (next is not null);
        return (listed, true);
    }

    /// <summary>Deletes a page's objects, never more at once than the server was found to take; false when it takes none.</summary>
    private async Task<bool> DeletePageAsync(ConcurrentQueue<Item> page, CancellationToken cancellationToken)
    {
        while (!page.IsEmpty)
        {
            var before = _deleted + _gone;
            var workers = Math.Min(_concurrency.Current, page.Count);
            var retired = 0;
            await Parallel.ForEachAsync(
                Enumerable.Range(0, workers), new ParallelOptions { MaxDegreeOfParallelism = workers, CancellationToken = cancellationToken }, async (_, cancel) =>
                {
                    while (!cancel.IsCancellationRequested && page.TryDequeue(out var item))
                    {
                        if (await DeleteAsync(item, cancel)) continue;
                        Interlocked.Increment(ref retired);
                        return;
                    }
                });
            _concurrency.RoundEnded(workers - retired, retired);
            if (retired == 0) continue;
            if (_deleted + _gone == before) return false;
            await Task.Delay(_firstPause, cancellationToken);
        }

        return true;
    }

    /// <summary>Deletes an object; false when the server, or the way to it, takes no more for now.</summary>
    private async Task<bool> DeleteAsync(Item item, CancellationToken cancellationToken)
    {
        if (item.IsDeleting)
        {
            Interlocked.Increment(ref _finalizing);
            return true;
        }

        var path = $"{_collection}/{Uri.EscapeDataString(item.Name)}";
        // The uid keeps an object alive that someone made anew under the same name.
        var options = new JsonObject
        {
            ["kind"] = "DeleteOptions",
            ["apiVersion"] = "v1",
            ["propagationPolicy"] = "Background",
            ["preconditions"] = new JsonObject { ["uid"] = item.Uid },
        };
        try
        {
            var response = await _client.SendAsync(HttpMethod.Delete, path, JsonSerializer.SerializeToUtf8Bytes(options), cancellationToken: cancellationToken);
            switch (response.StatusCode)
            {
                case >= 200 and < 300:
                    Interlocked.Increment(ref _deleted);
                    break;
                case 404 or 409:
                    Interlocked.Increment(ref _gone);
                    break;
                case 401 or 403 or 405:
                    // The same for all the others.
                    throw _client.Failure(HttpMethod.Delete, path, response);
                default:
                    Failed(response.ToStatus().Reason ?? Reasons.ProtocolError);
                    return !DeleteConcurrency.IsRefusal(response.StatusCode);
            }

            return true;
        }
        catch (ApiException e) when (e.StatusCode == 0)
        {
            Failed(e.Reason);
            return false;
        }
    }

    private void Failed(string reason)
    {
        Interlocked.Increment(ref _failed);
        _failures.AddOrUpdate(reason, 1, static (_, count) => count + 1);
    }

    private (List<Item> Items, string? Next) ReadPage(string path, ApiResponse response)
    {
        try
        {
            using var document = JsonDocument.Parse(response.Body);
            List<Item> items = [];
            var list = document.RootElement.GetProperty("items");
            // Old servers write an empty list of metadata as null.
            foreach (var item in list.ValueKind == JsonValueKind.Null ? default : list.EnumerateArray())
            {
                var metadata = item.GetProperty("metadata");
                items.Add(new Item(metadata.GetProperty("name").GetString()!, metadata.GetProperty("uid").GetString()!, metadata.TryGetProperty("deletionTimestamp", out _)));
            }

            var next = document.RootElement.GetProperty("metadata").TryGetProperty("continue", out var token) ? token.GetString() : null;
            return (items, string.IsNullOrEmpty(next) ? null : next);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new ApiException(ApiReasons.UnexpectedResponse, $"The list of {_resource.QualifiedName} at {_client.Target.UriFor(path).GetLeftPart(UriPartial.Path)} is not a Kubernetes list.", response.StatusCode);
        }
    }

    private RemovalResult Result(long remaining, int rounds, long started)
    {
        // Marked by a delete of ours, but not gone.
        var stillMarked = Math.Min(_finalizing, _deleted);
        return new RemovalResult(_deleted - stillMarked, _gone, remaining, _finalizing, new Dictionary<string, long>(_failures), rounds, Stopwatch.GetElapsedTime(started));
    }

    private readonly record struct Item(string Name, string Uid, bool IsDeleting);
}
