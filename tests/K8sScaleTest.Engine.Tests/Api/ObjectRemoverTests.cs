using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using System.Web;
using K8sScaleTest.Engine.Api;
using K8sScaleTest.Engine.Objects;
using K8sScaleTest.Engine.Tests.Http2;
using K8sScaleTest.TestSupport;

namespace K8sScaleTest.Engine.Tests.Api;

public sealed class ObjectRemoverTests
{
    private const string Collection = "/api/v1/namespaces/scaletest/configmaps";
    private readonly ConcurrentDictionary<string, (string Uid, bool Deleting)> _objects = new();
    private readonly ConcurrentQueue<int> _pages = new();
    private Func<string, StubResponse?> _refuse = _ => null;
    private int _lists;

    [Fact]
    public async Task Everything_goes_page_by_page_until_a_listing_is_empty()
    {
        Fill(1203);
        var progress = new ConcurrentQueue<RemovalProgress>();
        var result = await RemoveAsync(progress.Enqueue);
        Assert.Empty(_objects);
        Assert.Equal((1203, 1203, 0L, 0L), (result.Found, result.Deleted, result.AlreadyGone, result.Remaining));
        Assert.Equal([500, 500, 203, 0], _pages);
        Assert.Equal(1203, progress.Last().Deleted);
    }

    [Fact]
    public async Task Nothing_to_remove_is_one_listing()
    {
        var result = await RemoveAsync();
        Assert.Equal(0, result.Found);
        Assert.Equal(1, _lists);
    }

    [Fact]
    public async Task Only_the_runs_objects_are_asked_for_and_only_their_metadata()
    {
        await using var api = await StubApi.StartAsync(Answer);
        await new ObjectRemover(api.Client).RemoveAsync(ApiResource.ConfigMaps, "scaletest", RunIdentity.SelectorOf("0101.0000.1"), null, TestContext.Current.CancellationToken);
        var request = Assert.Single(api.Server.Requests);
        Assert.Equal("purpose=scaletest,scaletest/run=0101.0000.1", HttpUtility.ParseQueryString(request.Target.Split('?')[1])["labelSelector"]);
        Assert.StartsWith("application/json;as=PartialObjectMetadataList", request.Header("Accept"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_went_by_itself_is_counted_apart()
    {
        Fill(10);
        _refuse = name =>
        {
            if (name is not ("cm-3" or "cm-4")) return null;
            _objects.TryRemove(name, out _);
            return StubResponse.Failure(404, "NotFound", "gone");
        };
        var result = await RemoveAsync();
        Assert.Equal((10, 8L, 2L, 0L), (result.Found, result.Deleted, result.AlreadyGone, result.Remaining));
    }

    [Fact]
    public async Task An_object_made_anew_under_the_same_name_is_removed_by_its_own_uid()
    {
        Fill(1);
        var replaced = false;
        _refuse = name =>
        {
            if (replaced) return null;
            replaced = true;
            _objects[name] = ("other", false);
            return null;
        };
        var result = await RemoveAsync();
        Assert.Empty(_objects);
        Assert.Equal((1L, 1L), (result.Deleted, result.AlreadyGone));
    }

    [Fact]
    public async Task What_the_server_refuses_for_a_moment_is_tried_again()
    {
        Fill(20);
        var refused = 0;
        _refuse = _ => Interlocked.Increment(ref refused) <= 7 ? new StubResponse(429, "Too many requests", "text/plain") : null;
        var result = await RemoveAsync();
        Assert.Equal((20L, 0L, 0L), (result.Deleted, result.Remaining, result.Failed));
    }

    [Fact]
    public async Task What_is_refused_for_good_remains_with_its_reason()
    {
        Fill(3);
        _refuse = name => name == "cm-2" ? StubResponse.Failure(500, "InternalError", "admission webhook says no") : null;
        var result = await RemoveAsync();
        Assert.Equal((3, 2L, 1L, 1L), (result.Found, result.Deleted, result.Remaining, result.Failed));
        Assert.Equal(1, result.Failures["InternalError"]);
        Assert.Single(_objects);
    }

    [Fact]
    public async Task What_a_finalizer_holds_remains_and_is_not_deleted_again()
    {
        Fill(2);
        var deletes = 0;
        _refuse = name =>
        {
            if (name != "cm-1") return null;
            Interlocked.Increment(ref deletes);
            _objects[name] = (_objects[name].Uid, true);
            return new StubResponse(200, "{}");
        };
        var result = await RemoveAsync();
        Assert.Equal((2, 1L, 1L, 1L), (result.Found, result.Deleted, result.Remaining, result.Finalizing));
        Assert.Equal(1, deletes);
    }

    [Theory]
    [InlineData(503, "service unavailable")]
    [InlineData(429, "Too many requests")]
    public async Task A_server_that_never_lists_is_not_one_without_objects(int code, string said)
    {
        await using var api = await StubApi.StartAsync(_ => new StubResponse(code, said, "text/plain"));
        var remover = new ObjectRemover(api.Client) { FirstPause = TimeSpan.FromMilliseconds(1) };
        var error = await Assert.ThrowsAsync<ApiException>(() => remover.RemoveAsync(ApiResource.ConfigMaps, "scaletest", "purpose=scaletest", null, TestContext.Current.CancellationToken));
        Assert.Equal(code, error.StatusCode);
        Assert.Contains(said, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(401)]
    [InlineData(403)]
    [InlineData(405)]
    public async Task A_right_that_is_missing_ends_it_at_once(int code)
    {
        Fill(400);
        var asked = 0;
        _refuse = _ =>
        {
            Interlocked.Increment(ref asked);
            return StubResponse.Failure(code, "Forbidden", "cannot delete resource \"configmaps\"");
        };
        var fault = await Assert.ThrowsAsync<ApiException>(() => RemoveAsync());
        Assert.Equal(code, fault.StatusCode);
        Assert.InRange(asked, 1, 100);
        Assert.Equal(400, _objects.Count);
    }

    [Fact]
    public async Task A_listing_that_may_not_be_read_ends_it()
    {
        await using var api = await StubApi.StartAsync(_ => StubResponse.Failure(403, "Forbidden", "cannot list resource \"configmaps\""));
        var fault = await Assert.ThrowsAsync<ApiException>(() => new ObjectRemover(api.Client).RemoveAsync(ApiResource.ConfigMaps, "scaletest", "a=b", null, TestContext.Current.CancellationToken));
        Assert.Contains("cannot list", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_continue_token_that_expires_starts_the_listing_afresh()
    {
        Fill(900);
        var expired = false;
        await using var api = await StubApi.StartAsync(request =>
        {
            if (request.Target.Contains("continue=", StringComparison.Ordinal) && !expired)
            {
                expired = true;
                return StubResponse.Failure(410, "Expired", "The provided continue parameter is too old");
            }

            return Answer(request);
        });
        var result = await new ObjectRemover(api.Client).RemoveAsync(ApiResource.ConfigMaps, "scaletest", "a=b", null, TestContext.Current.CancellationToken);
        Assert.True(expired);
        Assert.Equal((900L, 0L), (result.Deleted, result.Remaining));
    }

    [Fact]
    public async Task Deletes_go_in_parallel_and_never_more_than_allowed()
    {
        Fill(60);
        var now = 0;
        var most = 0;
        _refuse = _ =>
        {
            var mine = Interlocked.Increment(ref now);
            InterlockedMax(ref most, mine);
            Thread.Sleep(5);
            Interlocked.Decrement(ref now);
            return null;
        };
        await using var api = await StubApi.StartAsync(Answer);
        await new ObjectRemover(api.Client) { Concurrency = 4 }.RemoveAsync(ApiResource.ConfigMaps, "scaletest", "a=b", null, TestContext.Current.CancellationToken);
        Assert.InRange(most, 2, 4);
    }

    [Fact]
    public async Task A_server_that_takes_few_at_once_is_not_hammered()
    {
        const int Taken = 4;
        for (var i = 100; i < 400; i++) _objects[$"cm-{i}"] = ("u", false);
        var deletes = 0;
        var inService = 0;
        await using var server = new Http2Stub(answer: async stream =>
        {
            if (stream.Mentions("limit="))
            {
                var items = _objects.Keys.Select(name => $$$"""{"metadata":{"name":"{{{name}}}","uid":"u"}}""");
                stream.Answer(200, $$"""{"kind":"List","metadata":{},"items":[{{string.Join(',', items)}}]}""");
                return;
            }

            Interlocked.Increment(ref deletes);
            var refused = Interlocked.Increment(ref inService) > Taken;
            if (!refused)
            {
                await Task.Delay(5);
                _objects.TryRemove(stream.Mentioned("configmaps/", 6), out _);
            }

            Interlocked.Decrement(ref inService);
            stream.Answer(refused ? 429 : 200, refused ? "Too many requests" : "{}", refused ? "text/plain" : "application/json");
        });
        await using var target = await ApiTarget.ResolveAsync(
            new TargetOptions { Server = server.Url, Environment = new TargetEnvironment { Variable = _ => null, HomeFolder = "" } }, TestContext.Current.CancellationToken);
        using var client = new ApiClient(target, HttpVersion.Version20, "test/1", TimeSpan.FromMinutes(5));
        var result = await new ObjectRemover(client) { FirstPause = TimeSpan.FromMilliseconds(1) }.RemoveAsync(ApiResource.ConfigMaps, "scaletest", "a=b", null, TestContext.Current.CancellationToken);

        Assert.Equal((300L, 0L), (result.Deleted, result.Remaining));
        Assert.InRange(deletes, 300, 500);
    }

    [Fact]
    public async Task Without_a_selector_nothing_is_ever_removed()
    {
        await using var api = await StubApi.StartAsync(Answer);
        await Assert.ThrowsAsync<ArgumentException>(() => new ObjectRemover(api.Client).RemoveAsync(ApiResource.ConfigMaps, "scaletest", "", null, TestContext.Current.CancellationToken));
        Assert.Empty(api.Server.Requests);
    }

    private static void InterlockedMax(ref int target, int value)
    {
        int seen;
        do seen = target;
        while (value > seen && Interlocked.CompareExchange(ref target, value, seen) != seen);
    }

    private void Fill(int count)
    {
        for (var i = 1; i <= count; i++) _objects[$"cm-{i}"] = ($"uid-{i}", false);
    }

    private async Task<RemovalResult> RemoveAsync(Action<RemovalProgress>? progress = null)
    {
        await using var api = await StubApi.StartAsync(Answer);
        return await new ObjectRemover(api.Client) { FirstPause = TimeSpan.FromMilliseconds(1) }.RemoveAsync(ApiResource.ConfigMaps, "scaletest", "a=b", progress, TestContext.Current.CancellationToken);
    }

    private StubResponse Answer(StubRequest request) => request.Method == "GET" ? List(request) : Delete(request);

    /// <summary>A page of a consistent snapshot, as etcd gives it: the token says what has been seen.</summary>
    private StubResponse List(StubRequest request)
    {
        Assert.Equal(Collection, request.Path);
        Interlocked.Increment(ref _lists);
        var query = HttpUtility.ParseQueryString(request.Target.Split('?')[1]);
        var after = query["continue"] ?? "";
        var sorted = _objects.Where(each => string.CompareOrdinal(each.Key, after) > 0).OrderBy(each => each.Key, StringComparer.Ordinal).ToArray();
        var page = sorted.Take(int.Parse(query["limit"]!)).ToArray();
        _pages.Enqueue(page.Length);
        var items = page.Select(each => each.Value.Deleting
            ? (object)new { metadata = new { name = each.Key, uid = each.Value.Uid, deletionTimestamp = "2026-01-01T00:00:00Z" } }
            : new { metadata = new { name = each.Key, uid = each.Value.Uid } });
        // Old servers write null for no items.
        object? list = page.Length == 0 ? null : items;
        return new StubResponse(200, JsonSerializer.Serialize(new { kind = "PartialObjectMetadataList", metadata = new { @continue = sorted.Length > page.Length ? page[^1].Key : "" }, items = list }));
    }

    private StubResponse Delete(StubRequest request)
    {
        var name = request.Path[(Collection.Length + 1)..];
        if (_refuse(name) is { } refusal) return refusal;
        using var options = JsonDocument.Parse(request.Body);
        if (!_objects.TryGetValue(name, out var found)) return StubResponse.Failure(404, "NotFound", "gone");
        if (found.Uid != options.RootElement.GetProperty("preconditions").GetProperty("uid").GetString()) return StubResponse.Failure(409, "Conflict", "uid differs");
        _objects.TryRemove(name, out _);
        return new StubResponse(200, """{"kind":"Status","status":"Success"}""");
    }
}
