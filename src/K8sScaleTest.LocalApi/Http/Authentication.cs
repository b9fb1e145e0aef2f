using System.Security.Cryptography;
using System.Text;

namespace K8sScaleTest.LocalApi.Http;

/// <summary>Bearer tokens.</summary>
internal sealed class Authentication(string token)
{
    private readonly byte[] _header = Encoding.ASCII.GetBytes("Bearer " + token);

    public bool IsKnown(HttpContext http)
    {
        var given = http.Request.Headers.Authorization;
        if (given.Count != 1 || given[0] is not { } header || header.Length != _header.Length) return false;
        Span<byte> bytes = stackalloc byte[header.Length];
        return Encoding.ASCII.TryGetBytes(header, bytes, out var written) && CryptographicOperations.FixedTimeEquals(bytes[..written], _header);
    }
}
