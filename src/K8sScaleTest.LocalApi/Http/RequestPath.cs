using Microsoft.AspNetCore.Http.Features;

namespace K8sScaleTest.LocalApi.Http;

/// <summary>The path of a request as a Go server reads it: escapes are decoded, slashes among them, and dots are names like others.</summary>
internal static class RequestPath
{
    /// <summary>Undoes what Kestrel made of it; 400 for an escape that is none.</summary>
    public static void Restore(HttpContext http)
    {
        var target = http.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget.AsSpan();
        var query = target.IndexOf('?');
        if (query >= 0) target = target[..query];
        // What nearly all requests look like.
        if (!target.Contains('%') && !target.Contains("/.", StringComparison.Ordinal)) return;
        if (target is not ['/', ..])
        {
            // With a scheme and a host, as proxies are asked.
            var host = target.IndexOf("://", StringComparison.Ordinal);
            var path = host < 0 ? -1 : target[(host + 3)..].IndexOf('/');
            if (path < 0) return;
            target = target[(host + 3 + path)..];
        }
        http.Request.Path = Go.Unescape(target, plus: false) ?? throw new PlainTextException(400, "400 Bad Request");
    }
}
