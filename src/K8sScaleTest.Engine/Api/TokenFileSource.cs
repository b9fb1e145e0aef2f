namespace K8sScaleTest.Engine.Api;

/// <summary>A file that holds a bearer token and is replaced from time to time, as a pod's service account token is.</summary>
internal sealed class TokenFileSource(string path, TimeSpan period) : CredentialSource
{
    public override string Description => $"the token file {path}";

    public override TimeSpan? Period => period;

    public override async Task<Credential> FetchAsync(CancellationToken cancellationToken)
    {
        string token;
        try
        {
            token = (await File.ReadAllTextAsync(path, cancellationToken)).Trim();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ApiException(ApiReasons.CredentialsInvalid, $"The token file {path} cannot be read: {e.Message}", innerException: e);
        }

        if (token.Length == 0) throw new ApiException(ApiReasons.CredentialsInvalid, $"The token file {path} is empty.");
        return new Credential { Authorization = Bearer.Header(token, $"the token file {path}") };
    }
}
