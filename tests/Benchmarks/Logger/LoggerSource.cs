using System.Text.Json;
using k8s;
using K8sScaleTest.Engine.Api;

namespace K8sScaleTest.Benchmarks.Logger;

/// <summary>Where a logger's events come from: a canned server by its URL, or a server's history after a version, by a kubeconfig.</summary>
internal sealed record LoggerSource(string? Url = null, string? Kubeconfig = null, ulong Version = 0)
{
    public static LoggerSource Parse(string text) => JsonSerializer.Deserialize<LoggerSource>(text)!;

    /// <summary>The same HTTP for both loggers: HTTP/1.1 to the canned server, which knows no other.</summary>
    public Version Http => Url is null ? System.Net.HttpVersion.Version20 : System.Net.HttpVersion.Version11;

    public Task<ApiTarget> ResolveAsync() => ApiTarget.ResolveAsync(
        Url is null ? new() { Kubeconfig = Kubeconfig } : new() { Server = Url, Environment = new() { Variable = _ => null, HomeFolder = "" } });

    public KubernetesClientConfiguration Configure() => Url is null ? KubernetesClientConfiguration.BuildConfigFromConfigFile(Kubeconfig) : new() { Host = Url };

    public override string ToString() => JsonSerializer.Serialize(this);
}
