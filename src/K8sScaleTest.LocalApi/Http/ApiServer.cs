using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using K8sScaleTest.LocalApi.Access;
using K8sScaleTest.LocalApi.CustomResources;
using K8sScaleTest.LocalApi.Faults;
using K8sScaleTest.LocalApi.Handlers;
using K8sScaleTest.LocalApi.Ledgers;
using K8sScaleTest.LocalApi.Metrics;
using K8sScaleTest.LocalApi.Resources;
using K8sScaleTest.LocalApi.Watching;

namespace K8sScaleTest.LocalApi.Http;

/// <summary>The one handler behind Kestrel: who asks, for what, and who answers.</summary>
internal sealed class ApiServer
{
    private readonly ResourceRegistry _registry;
    private readonly Authenticator _authenticator;
    private readonly Capacity _capacity;
    private readonly FaultSet _faults;
    private readonly FaultDelay _delay;
    private readonly Ledger? _ledger;
    private readonly NonResources _other;
    private readonly ServerMetrics _metrics;
    private readonly CreateHandler _create;
    private readonly DeleteHandler _delete;
    private readonly WatchHandler _watch;
    private readonly PriorityLevel _exempt = new();
    private readonly PriorityLevel _everyone = new();

    public ApiServer(ResourceRegistry registry, Authenticator authenticator, Capacity capacity, WatchRegistry watches, NamespaceController namespaces, NonResources other, ServerMetrics metrics, FaultSet faults, FaultDelay delay, Ledger? ledger)
    {
        _registry = registry;
        _authenticator = authenticator;
        _capacity = capacity;
        _other = other;
        _metrics = metrics;
        Writer = new ObjectWriter(registry);
        _create = new CreateHandler(Writer);
        _delete = new DeleteHandler(registry, namespaces);
        _watch = new WatchHandler(watches, faults, ledger);
        _faults = faults;
        _delay = delay;
        _ledger = ledger;
    }

    public ObjectWriter Writer { get; }

    public async Task HandleAsync(HttpContext http)
    {
        var begun = Stopwatch.GetTimestamp();
        var entry = _ledger?.Arrived(http, begun) ?? -1;
        var headers = http.Response.Headers;
        // A client may give its own, to find its request again.
        headers["Audit-Id"] = http.Request.Headers["Audit-Id"] is [{ Length: > 0 and <= 64 } given] && !given.AsSpan().ContainsAnyExceptInRange('!', '~') ? given : Guid.NewGuid().ToString();
        headers.CacheControl = "no-cache, private";
        if (ServerClock.IsSkewed) headers.Date = ServerClock.UtcNow.ToString("r", CultureInfo.InvariantCulture);
        ApiRequest? request = null;
        RequestFault? fate = null;
        var isWatch = false;
        RequestSeries? series = null;
        try
        {
            RequestPath.Restore(http);
            var user = _authenticator.Find(http) ?? throw new ApiException(ApiStatus.Unauthorized());
            if (Impersonation.IsWanted(http.Request.Headers)) user = Impersonation.Apply(http, user);
            (user.IsMaster ? _exempt : _everyone).Mark(headers);
            // Members of system:masters are asked nothing further, so that the usual request pays nothing.
            if (!user.IsMaster) Authorize(http, user);
            request = Parse(http, user, entry, out isWatch);
            if (request is { Resource.IsAggregated: true }) (user.IsMaster ? _exempt : _everyone).MarkAggregated(headers);
            series = _metrics.Begin(http, request, isWatch, user.IsMaster);
            var verb = request is null ? Verb.Other : VerbNames.Of(http.Request.Method, isWatch, request.Name.Length == 0);
            if (entry >= 0 && request is not null) _ledger!.Understood(entry, request, verb);
            if (_faults.Requests is { Length: > 0 } rules) fate = await RequestFault.DecideAsync(rules, http, request, verb);
            if (fate is not null && await fate.BeforeAsync(http, _delay)) return;
            await ServeWithinCapacityAsync(http, request, isWatch, begun);
            if (fate is not null) await fate.AfterAsync(http, _delay);
        }
        catch (ApiException refused)
        {
            await RefuseAsync(http, fate, refused.Status);
        }
        catch (PlainTextException refused)
        {
            fate?.Abandon(http);
            await Answer.Text(http, refused.Code, refused.Message);
        }
        catch (JsonException broken)
        {
            // Nested deeper than any object of Kubernetes, and only found out while it was taken apart.
            await RefuseAsync(http, fate, ApiStatus.BadRequest("json parse error: " + broken.Message));
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            // The client went away: nobody is left to answer.
        }
        catch (IOException) when (http.RequestAborted.IsCancellationRequested)
        {
            // The same, while its body was being read.
        }
        catch (BadHttpRequestException bad)
        {
            // Kestrel's own: headers or a body that break the protocol.
            await RefuseAsync(http, fate, new ApiStatus(bad.StatusCode, "BadRequest", bad.Message));
        }
        catch (Exception fault) when (fault is not IOException)
        {
            // A fault of this server: it is said where its starter sees it, and a client gets what a panic of the real one gives.
            await Console.Error.WriteLineAsync($"{http.Request.Method} {http.Request.Path}: {fault}");
            await RefuseAsync(http, fate, new ApiStatus(500, "InternalError", "This request caused apiserver to panic. Look in the logs for details."));
        }
        finally
        {
            if (entry >= 0) Record(entry, http, request, fate);
            if (series is not null) _metrics.End(http, series, isWatch, Stopwatch.GetTimestamp() - begun);
        }
    }

    private async Task ServeWithinCapacityAsync(HttpContext http, ApiRequest? request, bool isWatch, long begun)
    {
        if (_capacity.IsUnlimited)
        {
            await ServeAsync(http, request, isWatch);
            return;
        }
        if (isWatch)
        {
            await _capacity.DelayAsync(begun);
            await ServeAsync(http, request, isWatch);
            return;
        }
        await _capacity.EnterAsync();
        begun = Stopwatch.GetTimestamp();
        try
        {
            await ServeAsync(http, request, isWatch);
        }
        finally
        {
            await _capacity.DelayAsync(begun);
            _capacity.Leave();
        }
    }

    /// <summary>Enters how a request ended, just before its answer's last bytes go out.</summary>
    private void Record(long entry, HttpContext http, ApiRequest? request, RequestFault? fate)
    {
        var end = fate?.End ?? request?.End ?? (http.RequestAborted.IsCancellationRequested ? RequestEnd.ClientGone : RequestEnd.Answered);
        var answered = end == RequestEnd.Answered || http.Response.HasStarted;
        _ledger!.Ended(entry, end, answered ? http.Response.StatusCode : 0, RequestFault.With(fate?.Ids ?? 0, request?.EndFault ?? 0), fate?.LatencyMs ?? 0);
    }

    /// <summary>Answers with a Status, or breaks off an answer that has begun.</summary>
    private static Task RefuseAsync(HttpContext http, RequestFault? fate, ApiStatus status)
    {
        fate?.Abandon(http);
        if (!http.Response.HasStarted) return Answer.Status(http, status);
        http.Abort();
        return Task.CompletedTask;
    }

    private static void Authorize(HttpContext http, User user)
    {
        var wanted = RequestAttributes.Of(http.Request);
        if (Authorizer.Decide(user, wanted).Allowed) return;
        http.Response.Headers.XContentTypeOptions = "nosniff";
        throw new ApiException(wanted.Forbidden(user));
    }

    private ApiRequest? Parse(HttpContext http, User user, long entry, out bool isWatch)
    {
        var path = http.Request.Path.Value ?? "/";
        isWatch = false;
        if (!ResourcePath.TryParse(path, out var target)) return null;
        var resource = _registry.Find(target.Group, target.Version, target.Resource, out var version);
        if (resource is null)
        {
            if (_other.IsRouted(target.Group, target.Version)) throw new ApiException(ApiStatus.NoSuchResource());
            return null;
        }
        if (resource.IsCustom && !CustomPath.IsServed(target, resource, version, http.Request.Method)) return null;
        if (resource.Namespaced != target.Namespace.Length > 0 && target.Name.Length > 0 || !resource.Namespaced && target.Namespace.Length > 0 || !resource.Versions[version].Has(target.Subresource) || resource.Review is not null && target.Name.Length > 0)
        {
            throw new ApiException(ApiStatus.NoSuchResource());
        }
        if (target.Name is "." or ".." || target.Name.Contains('%', StringComparison.Ordinal))
        {
            throw new ApiException(ApiStatus.BadRequest($"Name parameter invalid: {Go.Quote(target.Name)}: {(target.Name[0] == '.' ? $"may not be '{target.Name}'" : "may not contain '%'")}"));
        }
        var query = QueryOptions.Parse(http.Request.QueryString.Value);
        isWatch = HttpMethods.IsGet(http.Request.Method) && (target.IsWatch || (target.Name.Length == 0 && query.Flag("watch")));
        var isList = target.Name.Length == 0;
        var accept = MediaType.Negotiate(http.Request.Headers.Accept, isList && !HttpMethods.IsPost(http.Request.Method), isWatch, resource);
        if (resource.Versions[version].Deprecation is { } deprecation) http.Response.Headers.Append("Warning", $"299 - {Go.Quote(deprecation)}");
        return new ApiRequest
        {
            Http = http,
            User = user,
            Resource = resource,
            VersionIndex = version,
            Namespace = target.Namespace,
            Name = target.Name,
            Subresource = target.Subresource,
            Query = query,
            Accept = accept,
            Ledger = entry,
        };
    }

    /// <summary>A part of an object that has an endpoint of its own.</summary>
    private Task ServePartAsync(ApiRequest request) => (request.Http.Request.Method, request.Subresource) switch
    {
        ("GET", "scale") => ScaleHandler.GetAsync(request),
        ("PUT", "scale") => ScaleHandler.ReplaceAsync(request),
        ("PATCH", "scale") => ScaleHandler.PatchAsync(request),
        ("GET", "status") => GetHandler.HandleAsync(request),
        ("PUT", "status" or "finalize") => UpdateHandler.ReplaceAsync(request),
        ("PATCH", "status") => UpdateHandler.PatchAsync(request, Writer),
        _ => Answer.Status(request.Http, ApiStatus.MethodNotAllowed()),
    };

    private Task ServeAsync(HttpContext http, ApiRequest? request, bool isWatch)
    {
        if (request is null) return _other.HandleAsync(http);
        if (request.Subresource.Length > 0) return ServePartAsync(request);
        var isList = request.Name.Length == 0;
        // A collection of all namespaces can be read, and nothing else.
        var canWrite = !isList || !request.Resource.Namespaced || request.Namespace.Length > 0;
        return http.Request.Method switch
        {
            "POST" when request.Resource.Review is not null => ReviewHandler.HandleAsync(request),
            _ when request.Resource.Review is not null => Answer.Status(http, ApiStatus.MethodNotAllowed()),
            "GET" when isWatch => _watch.HandleAsync(request),
            "GET" when isList => ListHandler.HandleAsync(request),
            "GET" => GetHandler.HandleAsync(request),
            "POST" or "PUT" or "PATCH" when request.Resource.IsTerminating => Answer.Status(http, ApiStatus.Terminating(request.Resource.Group, request.Resource.Plural, HttpMethods.IsPost(http.Request.Method) ? "create" : HttpMethods.IsPut(http.Request.Method) ? "update" : "patch")),
            "POST" when isList && canWrite => _create.HandleAsync(request),
            "PUT" when !isList => UpdateHandler.ReplaceAsync(request),
            "PATCH" when !isList => UpdateHandler.PatchAsync(request, Writer),
            "DELETE" when !isList => _delete.HandleAsync(request),
            "DELETE" when canWrite => _delete.CollectionAsync(request),
            _ => Answer.Status(http, ApiStatus.MethodNotAllowed()),
        };
    }
}
