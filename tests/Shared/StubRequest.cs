namespace K8sScaleTest.TestSupport;

/// <summary>A request as the stub server got it.</summary>
internal sealed record StubRequest(string Method, string Target, IReadOnlyList<KeyValuePair<string, string>> Headers, string Body, string? ClientCertificate)
{
    public string Path => Target.Split('?')[0];

    public string? Header(string name) => Headers.Where(header => header.Key.Equals(name, StringComparison.OrdinalIgnoreCase)).Select(header => header.Value).FirstOrDefault();
}
