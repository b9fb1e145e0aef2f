namespace K8sScaleTest.Engine.Api;

/// <summary>Makes Authorization headers of tokens.</summary>
internal static class Bearer
{
    /// <summary>The whole header value.</summary>
    /// <param name="token">The token.</param>
    /// <param name="source">Where it comes from, for the message.</param>
    /// <exception cref="ApiException">The token cannot stand in a header.</exception>
    public static string Header(string token, string source)
    {
        foreach (var character in token)
        {
            if (character is < '!' or > '~')
                throw new ApiException(ApiReasons.CredentialsInvalid, $"The token of {source} holds a character that cannot stand in a header, such as a blank or a line break.");
        }

        return "Bearer " + token;
    }
}
