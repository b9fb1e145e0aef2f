using System.Collections.Concurrent;
using K8sScaleTest.LocalApi.Http;
using K8sScaleTest.LocalApi.Resources;

namespace K8sScaleTest.LocalApi.Metrics;

/// <summary>Counts requests, for /metrics. What a request pays is one look-up and a few interlocked additions.</summary>
internal sealed class ServerMetrics
{
    private const int Scopes = 3;
    private const int Verbs = (int)RequestVerb.Other + 1;
    private static readonly string[] ScopeNames = ["cluster", "namespace", "resource"];
    private static readonly string[] VerbNames = ["GET", "LIST", "WATCH", "POST", "PUT", "PATCH", "APPLY", "DELETE", "DELETECOLLECTION", "other"];

    /// <summary>Paths that have a series of their own; a client could make up any number of others.</summary>
    private static readonly string[] KnownPaths = ["/healthz", "/livez", "/readyz", "/metrics", "/version", "/openapi", "/api", "/apis"];

    private readonly ConcurrentDictionary<ServedVersion, RequestSeries?[]> _resources = new();
    private readonly ConcurrentDictionary<(string Path, string Verb), RequestSeries> _paths = new();
    private long _mutating;
    private long _readOnly;
    private long _exempt;
    private long _everyone;
    private long _droppedMutating;
    private long _droppedReadOnly;

    public long Mutating => Interlocked.Read(ref _mutating);

    public long ReadOnly => Interlocked.Read(ref _readOnly);

    /// <summary>Requests of members of system:masters, and of all others, that priority and fairness let through.</summary>
    public (long Exempt, long Everyone) Dispatched => (Interlocked.Read(ref _exempt), Interlocked.Read(ref _everyone));

    /// <summary>Requests that were answered 429.</summary>
    public (long Mutating, long ReadOnly) Dropped => (Interlocked.Read(ref _droppedMutating), Interlocked.Read(ref _droppedReadOnly));

    public IEnumerable<RequestSeries> Series => _resources.Values.SelectMany(s => s).OfType<RequestSeries>().Concat(_paths.Values);

    /// <summary>A request has been let in; every one must <see cref="End"/>.</summary>
    public RequestSeries Begin(HttpContext http, ApiRequest? request, bool isWatch, bool isMaster)
    {
        Interlocked.Increment(ref isMaster ? ref _exempt : ref _everyone);
        var series = request is null ? OfPath(http.Request) : OfResource(request, isWatch);
        if (isWatch) series.Begin();
        else if (IsMutating(http.Request.Method)) Interlocked.Increment(ref _mutating);
        else Interlocked.Increment(ref _readOnly);
        return series;
    }

    public void End(HttpContext http, RequestSeries series, bool isWatch, long ticks)
    {
        var isMutating = IsMutating(http.Request.Method);
        if (isWatch) series.End();
        else if (isMutating) Interlocked.Decrement(ref _mutating);
        else Interlocked.Decrement(ref _readOnly);
        var code = http.Response.StatusCode;
        series.Add(code, ticks);
        if (code == 429) Interlocked.Increment(ref isMutating ? ref _droppedMutating : ref _droppedReadOnly);
    }

    private static bool IsMutating(string method) => method is "POST" or "PUT" or "PATCH" or "DELETE";

    private RequestSeries OfResource(ApiRequest request, bool isWatch)
    {
        var verb = VerbOf(request, isWatch);
        var scope = request.Name.Length > 0 || verb == RequestVerb.Post ? 2 : request.Namespace.Length > 0 ? 1 : 0;
        var isDry = verb is not (RequestVerb.Get or RequestVerb.List or RequestVerb.Watch) && request.Query["dryRun"] is not null;
        // Subresources are few, and only of single objects: they get places behind the others.
        var subresource = request.Subresource switch { "" => 0, "status" => 1, "scale" => 2, _ => 3 };
        var index = (((subresource * 2) + (isDry ? 1 : 0)) * Scopes * Verbs) + (scope * Verbs) + (int)verb;
        var all = _resources.GetOrAdd(request.Version, static _ => new RequestSeries?[4 * 2 * Scopes * Verbs]);
        return Volatile.Read(ref all[index]) ?? Interlocked.CompareExchange(ref all[index], New(request, verb, scope, isDry), null) ?? all[index]!;
    }

    private static RequestSeries New(ApiRequest request, RequestVerb verb, int scope, bool isDry) =>
        new(Labels(isDry ? "All" : "", request.Resource.Group, request.Resource.Plural, ScopeNames[scope], request.Subresource is "" or "status" or "scale" ? request.Subresource : "other", VerbNames[(int)verb], request.Version.Version));

    private RequestSeries OfPath(HttpRequest request)
    {
        var path = request.Path.Value ?? "/";
        var known = Array.Find(KnownPaths, k => path.StartsWith(k, StringComparison.Ordinal) && (path.Length == k.Length || path[k.Length] == '/')) ?? "";
        var verb = request.Method is "GET" or "POST" or "PUT" or "PATCH" or "DELETE" or "HEAD" ? request.Method : "other";
        return _paths.GetOrAdd((known, verb), static key => new RequestSeries(Labels("", "", "", "", key.Path, key.Verb, "", component: "")));
    }

    private static RequestVerb VerbOf(ApiRequest request, bool isWatch) => request.Http.Request.Method switch
    {
        "GET" or "HEAD" when isWatch => RequestVerb.Watch,
        "GET" or "HEAD" => request.Name.Length > 0 ? RequestVerb.Get : RequestVerb.List,
        "POST" => RequestVerb.Post,
        "PUT" => RequestVerb.Put,
        "PATCH" => request.Http.Request.ContentType?.StartsWith("application/apply-patch", StringComparison.Ordinal) == true ? RequestVerb.Apply : RequestVerb.Patch,
        "DELETE" => request.Name.Length > 0 ? RequestVerb.Delete : RequestVerb.DeleteCollection,
        _ => RequestVerb.Other,
    };

    private static string Labels(string dryRun, string group, string resource, string scope, string subresource, string verb, string version, string component = "apiserver") =>
        $"component=\"{component}\",dry_run=\"{dryRun}\",group=\"{group}\",resource=\"{resource}\",scope=\"{scope}\",subresource=\"{subresource}\",verb=\"{verb}\",version=\"{version}\"";
}
