using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;

namespace K8sScaleTest.Engine.Api;

/// <summary>Sends the few requests before and after the load, over a connection of its own, so that the measured ones carry nothing else.</summary>
public sealed class ApiClient : IDisposable
{
    private readonly ApiTarget _target;
    private readonly Version _version;
    private readonly HttpVersionPolicy _versionPolicy;
    private readonly string _userAgent;
    private readonly TimeSpan _timeout;
    private readonly HttpMessageInvoker _invoker;

    /// <summary>A client with a connection of its own, opened by its first request.</summary>
    /// <param name="target">The server; it stays the caller's.</param>
    /// <param name="httpVersion">1.1 or 2.0.</param>
    /// <param name="userAgent">The User-Agent header.</param>
    /// <param name="timeout">How long a request may take, its connection included.</param>
    /// <param name="versionPolicy">Exactly the version, so that a run's set-up fails where its load would; housekeeping takes a lower one too.</param>
    public ApiClient(
        ApiTarget target, Version httpVersion, string userAgent, TimeSpan timeout, HttpVersionPolicy versionPolicy = HttpVersionPolicy.RequestVersionExact)
    {
        ArgumentNullException.ThrowIfNull(target);
        _versionPolicy = versionPolicy;
        _target = target;
        _version = httpVersion;
        _userAgent = userAgent;
        _timeout = timeout;
        _invoker = new HttpMessageInvoker(target.CreateHandler(), disposeHandler: true);
    }

    /// <summary>The server that the client talks to.</summary>
    public ApiTarget Target => _target;

    /// <summary>Sends a request and reads its response to the end. Nothing is retried.</summary>
    /// <param name="method">The method.</param>
    /// <param name="pathAndQuery">The path below the server's URL.</param>
    /// <param name="body">The body; empty for none.</param>
    /// <param name="contentType">The body's media type; JSON unless given.</param>
    /// <param name="cancellationToken">Cancels the request.</param>
    /// <exception cref="ApiException">No response came: see <see cref="TransportFault"/>.</exception>
    public Task<ApiResponse> SendAsync(
        HttpMethod method, string pathAndQuery, ReadOnlyMemory<byte> body = default, string? contentType = null, CancellationToken cancellationToken = default) =>
        SendAsync(method, pathAndQuery, body, contentType, "application/json", cancellationToken);

    /// <summary>Gets JSON.</summary>
    /// <param name="pathAndQuery">The path below the server's URL.</param>
    /// <param name="cancellationToken">Cancels the request.</param>
    /// <exception cref="ApiException">No response, a status other than 2xx, or no JSON.</exception>
    public async Task<JsonDocument> GetAsync(string pathAndQuery, CancellationToken cancellationToken = default)
    {
        var response = await SendAsync(HttpMethod.Get, pathAndQuery, cancellationToken: cancellationToken);
        if (!response.IsSuccess) throw Failure(HttpMethod.Get, pathAndQuery, response);
        try
        {
            return JsonDocument.Parse(response.Body);
        }
        catch (JsonException)
        {
            throw new ApiException(ApiReasons.UnexpectedResponse,
                $"{_target.UriFor(pathAndQuery)} answered {response.StatusCode} with {response.ContentType ?? "no content type"} instead of JSON: is this a Kubernetes API server?", response.StatusCode);
        }
    }

    /// <summary>A failed response as an exception for a user.</summary>
    /// <param name="method">The request's method.</param>
    /// <param name="pathAndQuery">The request's path.</param>
    /// <param name="response">The response.</param>
    public ApiException Failure(HttpMethod method, string pathAndQuery, ApiResponse response)
    {
        ArgumentNullException.ThrowIfNull(method);
        ArgumentNullException.ThrowIfNull(response);
        return Failure(method, pathAndQuery, response.StatusCode, response.ToStatus());
    }

    /// <summary>A refusal as an exception for a user.</summary>
    internal ApiException Failure(HttpMethod method, string pathAndQuery, int statusCode, ApiStatus status)
    {
        var url = _target.UriFor(pathAndQuery).GetLeftPart(UriPartial.Path);
        var request = $"{method} {url}";
        var said = status.Message is { } message ? $": {message}" : ".";
        var text = statusCode switch
        {
            401 => $"{_target.Url} does not accept the credentials of {_target.Source} (401 Unauthorized on {request}). Check its token or certificate, or choose another -Context.",
            403 => $"The user of {_target.Source} lacks a right{said.TrimEnd('.')} (403 Forbidden on {request}). Grant it, or choose another -Context.",
            429 => $"The server refuses requests for now (429 on {request}){said}",
            >= 300 and < 400 => $"{request} was redirected ({statusCode}), and redirects are not followed: is {_target.Url} the API server itself?",
            _ => $"{request} failed with {statusCode} {status.Reason}{said}",
        };
        return new ApiException(status.Reason ?? ApiReasons.UnexpectedResponse, text, statusCode) { Status = status };
    }

    /// <inheritdoc/>
    public void Dispose() => _invoker.Dispose();

    internal async Task<ApiResponse> SendAsync(
        HttpMethod method, string pathAndQuery, ReadOnlyMemory<byte> body, string? contentType, string accept, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, _target.UriFor(pathAndQuery)) { Version = _version, VersionPolicy = _versionPolicy };
        _target.Authorize(request);
        request.Headers.TryAddWithoutValidation("User-Agent", _userAgent);
        request.Headers.TryAddWithoutValidation("Accept", accept);
        if (!body.IsEmpty)
        {
            request.Content = new ReadOnlyMemoryContent(body);
            request.Content.Headers.ContentType = new MediaTypeHeaderValue(contentType ?? "application/json");
        }

        using var timed = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timed.CancelAfter(_timeout);
        try
        {
            using var response = await _invoker.SendAsync(request, timed.Token);
            var content = await response.Content.ReadAsByteArrayAsync(timed.Token);
            if (response.StatusCode == HttpStatusCode.Unauthorized) _target.ReportUnauthorized();
            return new ApiResponse((int)response.StatusCode, content, response.Content.Headers.ContentType?.MediaType)
            {
                RetryAfter = response.Headers.RetryAfter?.Delta,
                Warnings = [.. response.Headers.Warning.Select(warning => warning.Text.Trim('"'))],
            };
        }
        catch (Exception e) when (e is HttpRequestException or IOException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            throw TransportFault.ToException(e, _target.Server);
        }
    }
}
