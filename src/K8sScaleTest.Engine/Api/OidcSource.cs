using System.Text.Json;
using k8s.Authentication;
using k8s.Exceptions;

namespace K8sScaleTest.Engine.Api;

/// <summary>
/// The auth-provider <c>oidc</c>: the kubeconfig's id-token until it ends, then what the refresh-token gives. Nothing is written back to the kubeconfig.
/// </summary>
internal sealed class OidcSource(KubeconfigUser user) : CredentialSource
{
    private static readonly TimeSpan DiscoveryTimeout = TimeSpan.FromSeconds(15);
    private OidcTokenProvider? _provider;

    public override string Description => $"OpenID Connect of user '{user.Name}'";

    public override async Task<Credential> FetchAsync(CancellationToken cancellationToken)
    {
        var token = Setting("id-token");
        if (token is not null && _provider is null && Expiry(token) is var first && (first is null || first > DateTimeOffset.UtcNow.AddSeconds(30)))
            return Made(token, first);
        if (Setting("refresh-token") is null) throw Fault("has an id-token that is missing or over, and no refresh-token: log in again");
        try
        {
            _provider ??= new OidcTokenProvider(
                Required("client-id"), Setting("client-secret") ?? "", (await TokenEndpointAsync(cancellationToken)).ToString(), token ?? "", Setting("refresh-token"));
            var renewed = (await _provider.GetAuthenticationHeaderAsync(cancellationToken)).Parameter;
            return renewed is null ? throw Fault("got no id-token") : Made(renewed, Expiry(renewed));
        }
        catch (Exception e) when (e is KubernetesClientException or HttpRequestException or JsonException or TaskCanceledException && !cancellationToken.IsCancellationRequested)
        {
            // The cause may quote the request, and so the tokens in it.
            throw Fault("could not renew its token at the issuer: log in again");
        }
    }

    /// <summary>KubernetesClient posts to the issuer's own URL; the endpoint stands in the issuer's discovery document.</summary>
    private async Task<Uri> TokenEndpointAsync(CancellationToken cancellationToken)
    {
        using var client = new HttpClient { Timeout = DiscoveryTimeout };
        var discovery = new Uri(Required("idp-issuer-url").TrimEnd('/') + "/.well-known/openid-configuration");
        using var document = JsonDocument.Parse(await client.GetByteArrayAsync(discovery, cancellationToken));
        return document.RootElement.TryGetProperty("token_endpoint", out var endpoint) && Uri.TryCreate(endpoint.GetString(), UriKind.Absolute, out var url)
            ? url : throw Fault("found no token_endpoint at its issuer");
    }

    private static DateTimeOffset? Expiry(string token)
    {
        var parts = token.Split('.');
        if (parts.Length != 3) return null;
        try
        {
            using var claims = JsonDocument.Parse(System.Buffers.Text.Base64Url.DecodeFromChars(parts[1]));
            return claims.RootElement.TryGetProperty("exp", out var exp) && exp.TryGetInt64(out var seconds) ? DateTimeOffset.FromUnixTimeSeconds(seconds) : null;
        }
        catch (Exception e) when (e is FormatException or JsonException)
        {
            return null;
        }
    }

    private Credential Made(string token, DateTimeOffset? expires) => new() { Authorization = Bearer.Header(token, Description), Expires = expires };

    private string? Setting(string name) => user.AuthProviderConfig.TryGetValue(name, out var value) && value.Length > 0 ? value : null;

    private string Required(string name) => Setting(name) ?? throw Fault($"has no '{name}'");

    private ApiException Fault(string what) => new(ApiReasons.CredentialsInvalid, $"The kubeconfig's auth-provider oidc of user '{user.Name}' {what}.");
}
