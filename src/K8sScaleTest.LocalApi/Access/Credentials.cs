using System.Security.Cryptography;
using System.Text;

namespace K8sScaleTest.LocalApi.Access;

/// <summary>The users that have a bearer token, each token random and known to its kubeconfig alone.</summary>
internal sealed class Credentials
{
    private const int HeaderLength = 7 + 48;
    private readonly (byte[] Header, User User)[] _known;

    public Credentials()
    {
        _known = [Known(Admin, AdminToken), Known(Reader, ReaderToken), Known(Nobody, NobodyToken)];
    }

    /// <summary>May do everything: a member of system:masters.</summary>
    public User Admin { get; } = new("admin", "admin", [User.Masters, User.Authenticated]);

    /// <summary>May read everything.</summary>
    public User Reader { get; } = new("reader", "reader", [User.Authenticated]);

    /// <summary>May do what every user may, discovery and questions about itself, and nothing else.</summary>
    public User Nobody { get; } = new("nobody", "nobody", [User.Authenticated]);

    public string AdminToken { get; } = NewToken();

    public string ReaderToken { get; } = NewToken();

    public string NobodyToken { get; } = NewToken();

    /// <summary>The user of an Authorization header, or null.</summary>
    public User? Find(Microsoft.Extensions.Primitives.StringValues authorization)
    {
        if (authorization.Count != 1 || authorization[0] is not { Length: HeaderLength } header) return null;
        Span<byte> bytes = stackalloc byte[HeaderLength];
        if (!Encoding.ASCII.TryGetBytes(header, bytes, out var written)) return null;
        foreach (var (expected, user) in _known)
        {
            if (CryptographicOperations.FixedTimeEquals(bytes[..written], expected)) return user;
        }
        return null;
    }

    private static string NewToken() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(24));

    private static (byte[] Header, User User) Known(User user, string token) => (Encoding.ASCII.GetBytes("Bearer " + token), user);
}
