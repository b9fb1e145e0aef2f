using K8sScaleTest.LocalApi.Http;
using K8sScaleTest.LocalApi.Ledgers;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;

namespace K8sScaleTest.LocalApi.Faults;

/// <summary>What faults do to one request: any number of latencies, and at most one that decides how it ends.</summary>
internal sealed class RequestFault
{
    private const int RefusedStream = 7;
    public const int InternalError = 2;
    private double _beforeMs;
    private double _afterMs;
    private FaultRule? _ending;
    private FaultRule? _goAway;
    private IHttpResponseBodyFeature? _body;

    /// <summary>The faults, 16 bits each, the first lowest.</summary>
    public ulong Ids { get; private set; }

    /// <summary>The latency that was drawn for it, as far as it came to that.</summary>
    public double LatencyMs { get; private set; }

    /// <summary>What became of the request, unless it was answered.</summary>
    public RequestEnd? End { get; private set; }

    /// <summary>Asks the rules about a request; null when none has anything to do with it.</summary>
    public static async ValueTask<RequestFault?> DecideAsync(FaultRule[] rules, HttpContext http, ApiRequest? request, Verb verb)
    {
        RequestFault? fate = null;
        string? name = null;
        var agent = http.Request.Headers.UserAgent.ToString();
        foreach (var rule in rules)
        {
            var definition = rule.Definition;
            // A watch is over before anything could happen to it afterwards; cutting it is a fault of its own.
            if (verb == Verb.Watch && definition.At == FaultMoment.AfterCommit) continue;
            if (!rule.IsActive || !rule.Matches(verb, request?.Resource, request?.Namespace ?? "", agent)) continue;
            if (fate?._ending is not null && definition.Action is not (FaultAction.Latency or FaultAction.GoAway)) continue;
            if (definition.Name is not null && !rule.MatchesName(name ??= verb == Verb.Create ? await NameInBody.PeekAsync(http) : request?.Name ?? "")) continue;
            if (!rule.Draw(out var ordinal)) continue;
            fate ??= new RequestFault();
            fate.Take(rule, ordinal);
        }
        return fate;
    }

    /// <summary>What happens before the request takes effect. True when that was its end.</summary>
    public async ValueTask<bool> BeforeAsync(HttpContext http, FaultDelay delay)
    {
        if (_ending?.Definition.Action == FaultAction.RefuseStream)
        {
            Reset(http, RefusedStream);
            End = RequestEnd.Refused;
            return true;
        }
        LatencyMs = _beforeMs;
        if (_beforeMs > 0) await delay.ForAsync(_beforeMs, http.RequestAborted);
        if (_goAway is not null) Leave(http);
        if (_ending is null) return false;
        if (_ending.Definition.At != FaultMoment.AfterCommit)
        {
            await EndAsync(http);
            return true;
        }
        // What is answered goes nowhere: the fault answers in its place.
        _body = http.Features.GetRequiredFeature<IHttpResponseBodyFeature>();
        http.Features.Set<IHttpResponseBodyFeature>(new StreamResponseBodyFeature(Stream.Null));
        return false;
    }

    /// <summary>The request had no effect: its refusal is answered as it is.</summary>
    public void Abandon(HttpContext http)
    {
        if (_body is not null) http.Features.Set(_body);
        _body = null;
    }

    /// <summary>What happens after the request took effect.</summary>
    public async ValueTask AfterAsync(HttpContext http, FaultDelay delay)
    {
        LatencyMs += _afterMs;
        if (_afterMs > 0) await delay.ForAsync(_afterMs, http.RequestAborted);
        if (_body is null) return;
        Abandon(http);
        // What the answer that nobody gets said of itself.
        http.Response.ContentLength = null;
        foreach (var name in (string[])["Warning", "Content-Encoding", "Vary"]) http.Response.Headers.Remove(name);
        await EndAsync(http);
    }

    /// <summary>One more fault, in the first of four places that is free; what has none is left out.</summary>
    public static ulong With(ulong ids, ushort fault)
    {
        for (var shift = 0; shift < 64; shift += 16)
        {
            if ((ids >> shift & 0xFFFF) == 0) return ids | (ulong)fault << shift;
        }
        return ids;
    }

    private void Take(FaultRule rule, long ordinal)
    {
        var definition = rule.Definition;
        Ids = With(Ids, rule.Id);
        switch (definition.Action)
        {
            case FaultAction.Latency:
                var milliseconds = definition.Latency!.Draw(rule.Seed, ordinal);
                if (definition.At == FaultMoment.AfterCommit) _afterMs += milliseconds;
                else _beforeMs += milliseconds;
                break;
            case FaultAction.GoAway:
                _goAway = rule;
                break;
            default:
                _ending = rule;
                break;
        }
    }

    private async ValueTask EndAsync(HttpContext http)
    {
        switch (_ending!.Definition.Action)
        {
            case FaultAction.NoAnswer:
                End = RequestEnd.NoAnswer;
                await FaultDelay.ForEverAsync(http.RequestAborted);
                break;
            case FaultAction.Reset:
                End = RequestEnd.Reset;
                Reset(http, InternalError);
                break;
            default:
                await FaultStatus.AnswerAsync(http, _ending.Definition);
                break;
        }
    }

    /// <summary>RST_STREAM, or the end of an HTTP/1.1 connection by a TCP reset (as Kestrel ends what is aborted).</summary>
    public static void Reset(HttpContext http, int code)
    {
        if (http.Features.Get<IHttpResetFeature>() is { } stream) stream.Reset(code);
        else http.Abort();
    }

    private static void Leave(HttpContext http)
    {
        if (HttpProtocol.IsHttp11(http.Request.Protocol)) http.Response.Headers.Connection = "close";
        http.Features.Get<IConnectionLifetimeNotificationFeature>()?.RequestClose();
    }
}
