using System.Text;

namespace K8sScaleTest.Engine.Api;

/// <summary>Gets PEM text from where a kubeconfig keeps it.</summary>
internal static class PemFile
{
    /// <exception cref="ApiException">It is not base64.</exception>
    public static string Decode(string base64, string field)
    {
        try
        {
            return Encoding.UTF8.GetString(Convert.FromBase64String(base64));
        }
        catch (FormatException)
        {
            throw new ApiException(ApiReasons.KubeconfigInvalid, $"The kubeconfig's {field} is not base64.");
        }
    }

    /// <exception cref="ApiException">The file cannot be read.</exception>
    public static async Task<string> ReadAsync(string path, string field, CancellationToken cancellationToken)
    {
        try
        {
            return await File.ReadAllTextAsync(path, cancellationToken);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ApiException(ApiReasons.CredentialsInvalid, $"The {field} {path} cannot be read: {e.Message}", innerException: e);
        }
    }
}
