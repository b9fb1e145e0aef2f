using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;

namespace K8sScaleTest.LocalApi.Tests;

/// <summary>What stands around an answer: compression, warnings, health, the addresses of the server.</summary>
public sealed class HeaderTests(ServerFixture fixture) : IDisposable
{
    private readonly ApiClient _api = new(fixture.Server);

    public void Dispose() => _api.Dispose();

    [Theory]
    [InlineData(100, false)]
    [InlineData(140_000, true)]
    public async Task An_object_is_compressed_beyond_128_KiB_for_who_asks(int length, bool compressed)
    {
        var ns = await _api.CreateNamespaceAsync();
        await _api.CreateConfigMapAsync("big", $$"""{"k":"{{new string('x', length)}}"}""", ns: ns);

        var plain = await _api.GetAsync($"/api/v1/namespaces/{ns}/configmaps/big");
        var (response, bytes) = await AskAsync($"/api/v1/namespaces/{ns}/configmaps/big", "gzip");

        Assert.False(plain.Headers.ContainsKey("Content-Encoding"));
        Assert.Equal(compressed, response.Content.Headers.ContentEncoding.Contains("gzip"));
        Assert.Equal(compressed, response.Headers.Vary.Contains("Accept-Encoding"));
        Assert.Equal(plain.Text, compressed ? Unpack(bytes) : System.Text.Encoding.UTF8.GetString(bytes));
    }

    [Theory]
    [InlineData(3, false)]
    [InlineData(60, true)]
    public async Task A_list_is_compressed_beyond_128_KiB_for_who_asks(int count, bool compressed)
    {
        var ns = await _api.CreateNamespaceAsync();
        var path = $"/api/v1/namespaces/{ns}/configmaps";
        for (var i = 0; i < count; i++) await _api.CreateConfigMapAsync("c" + i, $$"""{"k":"{{new string((char)('a' + (i % 26)), 3000)}}"}""", ns: ns);

        var plain = await _api.GetAsync(path);
        var (response, bytes) = await AskAsync(path, "deflate, gzip");
        var (unasked, _) = await AskAsync(path, "br");

        Assert.Equal(compressed, response.Content.Headers.ContentEncoding.Contains("gzip"));
        Assert.Empty(unasked.Content.Headers.ContentEncoding);
        Assert.Equal(Items(plain.Text), Items(compressed ? Unpack(bytes) : System.Text.Encoding.UTF8.GetString(bytes)));
        if (compressed) Assert.InRange(bytes.Length, 1, plain.Text.Length / 5);
    }

    [Fact]
    public async Task A_deprecated_version_warns_and_others_do_not()
    {
        Assert.Equal("299 - \"wardle.example.com/v1alpha1 Flunder is deprecated in v1.3+, unavailable in v1.10+\"", (await _api.GetAsync(ApiClient.Flunders)).Headers["Warning"]);
        Assert.False((await _api.GetAsync(ApiClient.FlundersBeta)).Headers.ContainsKey("Warning"));
        Assert.False((await _api.GetAsync(ApiClient.ConfigMaps)).Headers.ContainsKey("Warning"));
    }

    [Theory]
    [InlineData("Warn", 201)]
    [InlineData("Ignore", 201)]
    [InlineData("Strict", 400)]
    public async Task Unknown_and_doubled_fields_are_warned_of_when_that_is_asked_for(string validation, int code)
    {
        var ns = await _api.CreateNamespaceAsync();

        var reply = await _api.SendAsync("POST", $"/api/v1/namespaces/{ns}/configmaps?fieldValidation={validation}", """{"metadata":{"name":"a"},"nonsense":1,"data":{},"data":{"k":"v"}}""");

        Assert.Equal(code, reply.Code);
        var warnings = reply.Headers.GetValueOrDefault("Warning") ?? "";
        Assert.Equal(validation == "Warn", warnings.Contains("unknown field \\\"nonsense\\\"", StringComparison.Ordinal) && warnings.Contains("duplicate field \\\"data\\\"", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Every_answer_can_be_told_from_others()
    {
        var one = await _api.GetAsync(ApiClient.ConfigMaps);
        var two = await _api.GetAsync(ApiClient.ConfigMaps);
        using var request = new HttpRequestMessage(HttpMethod.Get, fixture.Server.Url + "/version") { Headers = { { "Audit-ID", "mine" }, { "Authorization", "Bearer " + fixture.Server.Token } } };
        using var http = new HttpClient(Handler());
        using var third = await http.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.True(Guid.TryParse(one.Headers["Audit-Id"], out _));
        Assert.NotEqual(one.Headers["Audit-Id"], two.Headers["Audit-Id"]);
        // A client may give its own, to find it again.
        Assert.Equal("mine", third.Headers.GetValues("Audit-Id").Single());
        Assert.Equal("no-cache, private", one.Headers["Cache-Control"]);
        Assert.True(one.Headers.ContainsKey("Date"));
        Assert.Equal(one.Headers["X-Kubernetes-Pf-Flowschema-Uid"], two.Headers["X-Kubernetes-Pf-Flowschema-Uid"]);
    }

    [Fact]
    public async Task Health_says_its_checks_one_by_one()
    {
        Assert.Equal("ok", (await _api.GetAsync("/readyz")).Text);
        Assert.Equal("ok", (await _api.GetAsync("/readyz/ping")).Text);
        Assert.Equal("ok", (await _api.GetAsync("/livez/poststarthook/crd-informer-synced")).Text);
        Assert.Equal("ok", (await _api.SendAsync("POST", "/healthz", "{}")).Text);
        Assert.Equal(404, (await _api.GetAsync("/healthz/nope")).Code);
        Assert.Equal(404, (await _api.GetAsync("/livez/shutdown")).Code);

        var lines = (await _api.GetAsync("/readyz?verbose&exclude=etcd&exclude=nope")).Text.Split('\n');

        Assert.Equal(["[+]ping ok", "[+]log ok", "[+]etcd excluded: ok"], lines[..3]);
        Assert.Equal(["[+]shutdown ok", "warn: some health checks cannot be excluded: no matches for \"nope\"", "readyz check passed", ""], lines[^4..]);
    }

    [Fact]
    public async Task Several_addresses_share_a_port_and_stand_in_the_endpoints_of_the_kubernetes_service()
    {
        await using var server = await LocalApiProcess.StartAsync("--listen", "127.0.0.1", "--listen", "127.0.0.2", "--listen", "127.0.0.3");
        var port = new Uri(server.Url).Port;
        foreach (var address in new[] { "127.0.0.1", "127.0.0.2", "127.0.0.3" })
        {
            using var api = new ApiClient($"https://{address}:{port}", server.Kubeconfig);
            Assert.Equal(200, (await api.GetAsync("/readyz")).Code);
        }

        using var client = new ApiClient(server);
        var endpoints = (await client.GetAsync("/api/v1/namespaces/default/endpoints/kubernetes")).Json.GetProperty("subsets")[0];
        var slice = (await client.GetAsync("/apis/discovery.k8s.io/v1/namespaces/default/endpointslices/kubernetes")).Json;

        Assert.Equal(["127.0.0.1", "127.0.0.2", "127.0.0.3"], endpoints.GetProperty("addresses").EnumerateArray().Select(a => a.GetProperty("ip").GetString()));
        Assert.Equal(port, endpoints.GetProperty("ports")[0].GetProperty("port").GetInt32());
        Assert.Equal(["127.0.0.1", "127.0.0.2", "127.0.0.3"], slice.GetProperty("endpoints").EnumerateArray().Select(e => e.GetProperty("addresses")[0].GetString()));
        Assert.Equal("IPv4", slice.GetProperty("addressType").GetString());
    }

    [Theory]
    [InlineData("application/vnd.kubernetes.protobuf,application/json", 200)]
    [InlineData("application/json;as=Table;v=v1;g=meta.k8s.io,application/json", 200)]
    [InlineData("application/vnd.kubernetes.protobuf", 406)]
    [InlineData("text/html", 406)]
    [InlineData("application/json;as=Nonsense;v=v1;g=meta.k8s.io", 406)]
    public async Task What_is_accepted_decides_the_form(string accept, int code) => Assert.Equal(code, (await _api.SendAsync("GET", ApiClient.ConfigMaps, accept: accept)).Code);

    /// <summary>Without the resourceVersion, which other tests move on.</summary>
    private static string Items(string list) => JsonDocument.Parse(list).RootElement.GetProperty("items").GetRawText();

    private static string Unpack(byte[] bytes)
    {
        using var reader = new StreamReader(new GZipStream(new MemoryStream(bytes), CompressionMode.Decompress));
        return reader.ReadToEnd();
    }

    private async Task<(HttpResponseMessage Response, byte[] Bytes)> AskAsync(string path, string encodings)
    {
        using var http = new HttpClient(Handler()) { DefaultRequestVersion = HttpVersion.Version20, DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact };
        using var request = new HttpRequestMessage(HttpMethod.Get, fixture.Server.Url + path) { Version = HttpVersion.Version20 };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", fixture.Server.Token);
        request.Headers.TryAddWithoutValidation("Accept-Encoding", encodings);
        var response = await http.SendAsync(request, TestContext.Current.CancellationToken);
        return (response, await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
    }

    private SocketsHttpHandler Handler() => new() { UseProxy = false, SslOptions = Trust.In(fixture.Server) };
}
