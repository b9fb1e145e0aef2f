using K8sScaleTest.LocalApi.Http;
using K8sScaleTest.LocalApi.Json;
using K8sScaleTest.LocalApi.Storage;

namespace K8sScaleTest.LocalApi.Handlers;

/// <summary>GET of a collection: consistent, streamed, never built in memory.</summary>
internal static class ListHandler
{
    private const int FlushAfter = 32 * 1024;
    private const string TokenTooOld = "The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter, or use the continue token in this response to retrieve the remainder of the results. Continuing with the provided token results in an inconsistent list - objects that were created, modified, or deleted between the time the first chunk was returned and now may show up in the list.";

    public static async Task HandleAsync(ApiRequest request) => await WriteAsync(request, await ReadAsync(request));

    /// <summary>Finds the objects that the request asks for.</summary>
    public static async ValueTask<ListPage> ReadAsync(ApiRequest request)
    {
        var query = request.Query;
        var limit = query.Number("limit");
        _ = query.Number("timeoutSeconds");
        ListOptionsValidation.List(query);
        ListOptionsValidation.Table(request);
        var selector = Selector.Of(request);
        var store = request.Resource.Store;
        var token = query["continue"] is { Length: > 0 } text ? ContinueToken.Parse(text) : default(ContinueToken?);
        var wanted = query["resourceVersion"] ?? "";
        var from = selector.Prefix;
        ObjectSnapshot objects;
        long revision;
        if (token is { } next)
        {
            if (wanted is not ("" or "0")) throw new ApiException(ApiStatus.BadRequest("specifying resource version is not allowed when using continue"));
            from = selector.Prefix + next.Start;
            (objects, revision) = next.ResourceVersion < 0 ? Latest(store) : (store.SnapshotAt(next.ResourceVersion) ?? throw Expired(next), next.ResourceVersion);
        }
        else
        {
            // From the cache, of any age: without pages (cacher.computeListLimit).
            if (wanted == "0") limit = 0;
            (objects, revision) = await SnapshotAsync(request, wanted, limit);
        }
        return Page(objects, revision, selector, from, limit);
    }

    /// <summary>Writes a page; what is too long to be worth counting goes out in chunks.</summary>
    public static async Task WriteAsync(ApiRequest request, ListPage page)
    {
        var response = request.Http.Response;
        response.StatusCode = 200;
        response.ContentType = "application/json";
        await using var output = ListOutput.Open(request);
        var to = JsonBuffer.Rent();
        try
        {
            Head(to, request, page);
            var any = false;
            foreach (var item in page.Items)
            {
                any = true;
                Item(to, request, item);
                if (to.Length < FlushAfter) continue;
                await output.WriteAsync(to.WrittenMemory, request.Aborted);
                // The separator looks at what was written last: keep one byte, and do not send it twice.
                to.Length = 0;
                to.Byte((byte)'}');
                output.SkipFirst = true;
            }
            // A list of metadata is a new one, whose items are nil when there are none.
            if (!any && request.Accept.Form == Form.Metadata)
            {
                to.Length--;
                to.Raw("null}\n"u8);
            }
            else
            {
                to.Raw("]}\n"u8);
            }
            await output.WriteAsync(to.WrittenMemory, request.Aborted);
            await output.CompleteAsync(request.Aborted);
        }
        finally
        {
            to.Return();
        }
    }

    private static async ValueTask<(ObjectSnapshot Objects, long Revision)> SnapshotAsync(ApiRequest request, string wanted, long limit)
    {
        var store = request.Resource.Store;
        var revision = Revisions.ParseOfList(wanted);
        if (revision == 0) return Latest(store);
        var match = request.Query["resourceVersionMatch"] ?? "";
        if (match == "Exact" || (match.Length == 0 && limit > 0))
        {
            if (revision > store.Revisions.Current) await Revisions.NotOlderThanAsync(request, revision);
            var past = store.SnapshotAt(revision) ?? throw new ApiException(ApiStatus.Expired("The resourceVersion for the provided list is too old."));
            return (past, revision);
        }
        await Revisions.NotOlderThanAsync(request, revision);
        return Latest(store);
    }

    private static (ObjectSnapshot Objects, long Revision) Latest(ObjectStore store)
    {
        var (objects, revision, _) = store.Snapshot();
        return (objects, revision);
    }

    private static ListPage Page(ObjectSnapshot objects, long revision, Selector selector, string from, long limit)
    {
        var range = objects.Range(from, selector.Prefix);
        var matching = selector.IsEverything ? range : range.Where(selector.Matches);
        if (limit <= 0) return new ListPage(revision, "", null, matching, null);
        var items = new List<StoredObject>((int)Math.Min(limit, 1024));
        var more = false;
        foreach (var item in matching)
        {
            if (items.Count == limit)
            {
                more = true;
                break;
            }
            items.Add(item);
        }
        if (!more) return new ListPage(revision, "", null, items, items.Count);
        var last = items[^1].Key;
        var token = new ContinueToken(revision, last[selector.Prefix.Length..] + "\0");
        // What remains is known without counting, but only when nothing is filtered: as on a real server.
        long? remaining = null;
        if (selector.IsEverything)
        {
            var end = selector.Prefix.Length == 0 ? objects.Count : objects.Rank(selector.Prefix[..^1] + "0");
            remaining = end - objects.Rank(last + "\0");
        }
        return new ListPage(revision, token.ToString(), remaining, items, items.Count);
    }

    private static void Head(JsonBuffer to, ApiRequest request, ListPage page)
    {
        switch (request.Accept.Form)
        {
            case Form.Table:
                TableWriter.Head(to, request);
                to.Byte((byte)'{');
                break;
            case Form.Metadata:
                to.Raw("{\"kind\":\"PartialObjectMetadataList\",\"apiVersion\":\"meta.k8s.io/"u8);
                to.Raw(request.Accept.FormVersion == "v1" ? "v1\",\"metadata\":{"u8 : "v1beta1\",\"metadata\":{"u8);
                break;
            default:
                to.Raw(request.Version.ListPrefix);
                break;
        }
        to.Raw("\"resourceVersion\":\""u8);
        to.Number(page.ResourceVersion);
        to.Byte((byte)'"');
        if (page.Continue.Length > 0) to.Property("continue"u8, page.Continue);
        if (page.Remaining is { } remaining)
        {
            to.Name("remainingItemCount"u8);
            to.Number(remaining);
        }
        to.Byte((byte)'}');
        if (request.Accept.Form == Form.Table) TableWriter.Columns(to, request.Columns);
        else to.Raw(",\"items\":["u8);
    }

    private static void Item(JsonBuffer to, ApiRequest request, StoredObject item)
    {
        switch (request.Accept.Form)
        {
            case Form.Table:
                TableWriter.Row(to, request, item);
                break;
            case Form.Metadata:
                to.Separate();
                MetadataWriter.Write(to, request.Accept.FormVersion, item);
                break;
            default:
                to.Separate();
                to.Raw(request.Version.ItemPrefix);
                to.Raw(request.Resource.BodyOf(item, request.VersionIndex));
                break;
        }
    }

    private static ApiException Expired(ContinueToken token)
    {
        var fresh = new ContinueToken(-1, token.Start);
        return new ApiException(ApiStatus.Expired(TokenTooOld) with { Continue = fresh.ToString() });
    }
}
