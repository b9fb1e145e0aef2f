using System.Text;

namespace K8sScaleTest.LocalApi.Tests.Fuzz;

/// <summary>A request as it is to be sent; what it is made of need not make sense.</summary>
internal sealed record FuzzRequest(string Method, string Target, IReadOnlyList<(string Name, string Value)> Headers, byte[]? Body)
{
    /// <summary>For the message of a failure: enough to send it again.</summary>
    public override string ToString()
    {
        var text = new StringBuilder($"{Method} {Target}");
        foreach (var (name, value) in Headers) text.Append('\n').Append(name).Append(": ").Append(value);
        if (Body is not null) text.Append("\n\n").Append(Encoding.UTF8.GetString(Body.AsSpan(0, Math.Min(Body.Length, 4000))));
        return text.ToString();
    }

    /// <summary>As HTTP/1.1 writes it.</summary>
    public byte[] ToHttp1(string token)
    {
        var text = new StringBuilder($"{Method} {Target} HTTP/1.1\r\nHost: local\r\nAuthorization: Bearer {token}\r\n");
        foreach (var (name, value) in Headers) text.Append(name).Append(": ").Append(value).Append("\r\n");
        if (Body is not null) text.Append("Content-Length: ").Append(Body.Length).Append("\r\n");
        return [.. Encoding.UTF8.GetBytes(text.Append("\r\n").ToString()), .. Body ?? []];
    }
}
