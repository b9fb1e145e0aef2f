using System.Globalization;
using System.Net;

namespace K8sScaleTest.Engine.Api;

/// <summary>
/// Which proxy Go's <c>golang.org/x/net/http/httpproxy</c>, and so kubectl, would use for a URL. This module uses none:
/// it refuses, since a proxy beside the API server would be measured with it.
/// </summary>
internal sealed class ProxyRules
{
    private static readonly IdnMapping Idn = new();
    private readonly List<Func<IPAddress, int, bool>> _addresses = [];
    private readonly List<Func<string, int, bool>> _domains = [];
    private readonly bool _never;

    /// <summary>Reads the exemptions of <c>NO_PROXY</c>.</summary>
    public ProxyRules(string? noProxy)
    {
        foreach (var entry in (noProxy ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (entry == "*")
            {
                _never = true;
                return;
            }

            Add(entry.ToLowerInvariant());
        }
    }

    /// <summary>The variable whose proxy applies to a URL, or null.</summary>
    public static string? VariableFor(Uri server, TargetEnvironment environment)
    {
        string[] names = server.Scheme == Uri.UriSchemeHttps ? ["HTTPS_PROXY", "https_proxy"] : ["HTTP_PROXY", "http_proxy"];
        var set = names.FirstOrDefault(name => environment.Variable(name) is { Length: > 0 });
        if (set is null) return null;
        return new ProxyRules(environment.AnyVariable("NO_PROXY", "no_proxy")).Exempts(server) ? null : set;
    }

    /// <summary>Whether no proxy applies to a URL: loopback never has one, nor what <c>NO_PROXY</c> names.</summary>
    public bool Exempts(Uri server)
    {
        var host = server.IdnHost.Trim('[', ']').ToLowerInvariant();
        if (host == "localhost" || _never) return true;
        if (TryParseAddress(host) is { } address)
            return IPAddress.IsLoopback(address) || _addresses.Any(matches => matches(address, server.Port)) || _domains.Any(matches => matches(host, server.Port));
        return _domains.Any(matches => matches(host, server.Port));
    }

    private void Add(string entry)
    {
        if (entry.Contains('/', StringComparison.Ordinal))
        {
            // Go's ParseCIDR masks the host bits away; IPNetwork demands that they are zero.
            if (ParseCidr(entry) is { } network)
            {
                _addresses.Add((address, _) => network.Contains(address));
                return;
            }
        }

        var (host, port) = SplitPort(entry);
        if (host.Length == 0) return;
        if (TryParseAddress(host) is { } exact)
        {
            _addresses.Add((address, at) => address.Equals(exact) && (port is null || port == at.ToString(CultureInfo.InvariantCulture)));
            return;
        }

        if (host.StartsWith("*.", StringComparison.Ordinal)) host = host[1..];
        var hostItself = host[0] != '.';
        var suffix = Ascii(hostItself ? "." + host : host);
        _domains.Add((name, at) =>
            (name.EndsWith(suffix, StringComparison.Ordinal) || (hostItself && name.AsSpan().SequenceEqual(suffix.AsSpan(1))))
            && (port is null || port == at.ToString(CultureInfo.InvariantCulture)));
    }

    /// <summary>net.SplitHostPort, where it succeeds; else the whole entry.</summary>
    private static (string Host, string? Port) SplitPort(string entry)
    {
        if (entry[0] == '[')
        {
            var end = entry.IndexOf(']', StringComparison.Ordinal);
            return end > 0 && entry.AsSpan(end + 1).StartsWith(":") ? (entry[1..end], NullIfEmpty(entry[(end + 2)..])) : (entry, null);
        }

        var colon = entry.IndexOf(':', StringComparison.Ordinal);
        return colon < 0 || colon != entry.LastIndexOf(':') ? (entry, null) : (entry[..colon], NullIfEmpty(entry[(colon + 1)..]));
    }

    private static string? NullIfEmpty(string text) => text.Length == 0 ? null : text;

    private static string Ascii(string host)
    {
        try
        {
            return "." + Idn.GetAscii(host[1..]);
        }
        catch (ArgumentException)
        {
            // Go keeps an entry that is no domain name as it is.
            return host;
        }
    }

    private static IPNetwork? ParseCidr(string text)
    {
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        if (TryParseAddress(text[..slash]) is not { } address) return null;
        if (!int.TryParse(text.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var length)) return null;
        var bytes = address.GetAddressBytes();
        if (length > bytes.Length * 8) return null;
        for (var bit = length; bit < bytes.Length * 8; bit++) bytes[bit / 8] &= (byte)~(0x80 >> (bit % 8));
        return new IPNetwork(new IPAddress(bytes), length);
    }

    /// <summary>Go's ParseIP: four decimal parts or IPv6, and none of the shorthands that .NET takes besides (<c>10.1</c>, <c>0x7f000001</c>).</summary>
    private static IPAddress? TryParseAddress(string text)
    {
        if (!IPAddress.TryParse(text, out var address)) return null;
        if (address.IsIPv4MappedToIPv6) return address.MapToIPv4();
        if (text.Contains(':', StringComparison.Ordinal)) return text.Contains('[', StringComparison.Ordinal) ? null : address;
        return address.ToString() == text ? address : null;
    }
}
