using K8sScaleTest.Engine.Api;
using K8sScaleTest.TestSupport;

namespace K8sScaleTest.Engine.Tests.Api;

/// <summary>The cases are those of Go's golang.org/x/net/http/httpproxy, whose rules users know from kubectl.</summary>
public sealed class ProxyRulesTests
{
    private const string GoNoProxy = "foobar.com, .barbaz.net, *.quux.org, 192.168.1.1, 192.168.1.2:81, 192.168.1.3:80, 10.0.0.0/30, 2001:db8::52:0:1, [2001:db8::52:0:2]:443, [2001:db8::52:0:3]:80, 2002:db8:a::45/64";

    [Theory]
    [InlineData("localhost", true)]
    [InlineData("127.0.0.1", true)]
    [InlineData("127.0.0.2", true)]
    [InlineData("[::1]", true)]
    [InlineData("[::2]", false)]
    [InlineData("192.168.1.1", true)]
    [InlineData("192.168.1.2", false)]
    [InlineData("192.168.1.3", true)]
    [InlineData("192.168.1.4", false)]
    [InlineData("10.0.0.2", true)]
    [InlineData("10.0.0.4", false)]
    [InlineData("[2001:db8::52:0:1]", true)]
    [InlineData("[2001:db8::52:0:2]", false)]
    [InlineData("[2001:db8::52:0:3]", true)]
    [InlineData("[2002:db8:a::123]", true)]
    [InlineData("[fe80::424b:c8be:1643:a1b6]", false)]
    [InlineData("barbaz.net", false)]
    [InlineData("www.barbaz.net", true)]
    [InlineData("foobar.com", true)]
    [InlineData("www.foobar.com", true)]
    [InlineData("foofoobar.com", false)]
    [InlineData("baz.com", false)]
    [InlineData("localhost.net", false)]
    [InlineData("local.localhost", false)]
    [InlineData("barbarbaz.net", false)]
    [InlineData("quux.org", false)]
    [InlineData("www.quux.org", true)]
    public void A_host_is_exempt_exactly_where_Go_exempts_it(string host, bool exempt) =>
        Assert.Equal(exempt, new ProxyRules(GoNoProxy).Exempts(new Uri($"http://{host}:80")));

    [Theory]
    [InlineData("*", "anything.example", 443, true)]
    [InlineData("a.example,*", "b.example", 443, true)]
    [InlineData("example.com:6443", "api.example.com", 6443, true)]
    [InlineData("example.com:6443", "api.example.com", 443, false)]
    [InlineData("EXAMPLE.com", "Api.Example.Com", 443, true)]
    [InlineData("10.0.0.7/8", "10.250.1.1", 443, true)]
    [InlineData("10.0.0.0/8", "11.0.0.1", 443, false)]
    [InlineData("10.0.0.0/99", "10.0.0.1", 443, false)]
    [InlineData(":443", "a.example", 443, false)]
    [InlineData(" , ,", "a.example", 443, false)]
    [InlineData("bücher.example", "xn--bcher-kva.example", 443, true)]
    [InlineData(null, "a.example", 443, false)]
    public void Ports_networks_case_and_the_star_count(string? noProxy, string host, int port, bool exempt) =>
        Assert.Equal(exempt, new ProxyRules(noProxy).Exempts(new Uri($"https://{host}:{port}")));

    [Theory]
    [InlineData("https://api.example", "HTTPS_PROXY", "HTTPS_PROXY")]
    [InlineData("https://api.example", "https_proxy", "https_proxy")]
    [InlineData("https://api.example", "HTTP_PROXY", null)]
    [InlineData("https://api.example", "ALL_PROXY", null)]
    [InlineData("http://api.example", "HTTP_PROXY", "HTTP_PROXY")]
    [InlineData("http://api.example", "http_proxy", "http_proxy")]
    [InlineData("http://api.example", "HTTPS_PROXY", null)]
    [InlineData("https://127.0.0.1:6443", "HTTPS_PROXY", null)]
    public void The_variable_of_the_scheme_applies(string server, string variable, string? applies)
    {
        using var folder = new TemporaryFolder();
        Assert.Equal(applies, ProxyRules.VariableFor(new Uri(server), Surroundings.Of(folder, (variable, "http://proxy.example:3128"))));
    }

    [Theory]
    [InlineData("NO_PROXY")]
    [InlineData("no_proxy")]
    public async Task A_proxy_that_applies_is_refused_and_its_password_not_shown(string noProxy)
    {
        using var folder = new TemporaryFolder();
        var kubeconfig = folder.Write("config", KubeconfigText.Of("{server: 'https://api.example:6443'}", "{token: abc}"));
        var proxy = ("HTTPS_PROXY", "http://user:hunter2@proxy.example:3128");
        var options = new TargetOptions { Kubeconfig = kubeconfig, Environment = Surroundings.Of(folder, proxy) };
        var refusal = await Assert.ThrowsAsync<ApiException>(() => ApiTarget.ResolveAsync(options, TestContext.Current.CancellationToken));
        Assert.Equal(ApiReasons.ProxyNotSupported, refusal.Reason);
        Assert.Contains("HTTPS_PROXY", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("NO_PROXY", refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", refusal.Message, StringComparison.Ordinal);

        var exempt = options with { Environment = Surroundings.Of(folder, proxy, (noProxy, ".example")) };
        await using var target = await ApiTarget.ResolveAsync(exempt, TestContext.Current.CancellationToken);
        Assert.Equal("https://api.example:6443", target.Url);
    }

    [Fact]
    public async Task A_proxy_url_of_the_cluster_is_refused_even_for_loopback()
    {
        using var folder = new TemporaryFolder();
        var kubeconfig = folder.Write("config", KubeconfigText.Of("{server: 'https://127.0.0.1:6443', proxy-url: 'socks5://user:hunter2@proxy.example'}"));
        var refusal = await Assert.ThrowsAsync<ApiException>(() =>
            ApiTarget.ResolveAsync(new TargetOptions { Kubeconfig = kubeconfig, Environment = Surroundings.Of(folder) }, TestContext.Current.CancellationToken));
        Assert.Equal(ApiReasons.ProxyNotSupported, refusal.Reason);
        Assert.Contains("proxy-url", refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", refusal.Message, StringComparison.Ordinal);
    }
}
