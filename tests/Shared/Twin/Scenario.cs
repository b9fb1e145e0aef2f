using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Text;

namespace K8sScaleTest.Twin;

/// <summary>One row on its way against one server: sends its requests and keeps the transcript. Each has a namespace of its own.</summary>
internal sealed class Scenario : IAsyncDisposable
{
    public const string MergePatch = "application/merge-patch+json";
    public const string StrategicPatch = "application/strategic-merge-patch+json";
    public const string JsonPatch = "application/json-patch+json";
    public const string Table = "application/json;as=Table;v=v1;g=meta.k8s.io";

    // An answer that does not end is a watch where the row meant none.
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private static readonly UriCreationOptions AsItStands = new() { DangerousDisablePathAndQueryCanonicalization = true };

    // What the namespaces of rows can hold; the real server here has no controllers that would empty them.
    private static readonly string[] Contents =
    [
        "/api/v1/namespaces/{0}/configmaps", "/api/v1/namespaces/{0}/secrets", "/api/v1/namespaces/{0}/events", "/api/v1/namespaces/{0}/endpoints",
        "/apis/coordination.k8s.io/v1/namespaces/{0}/leases", "/apis/discovery.k8s.io/v1beta1/namespaces/{0}/endpointslices",
        "/apis/wardle.example.com/v1alpha1/namespaces/{0}/flunders",
    ];

    private readonly TwinServer _server;
    private readonly CancellationToken _cancel;
    private readonly List<Exchange> _exchanges = [];
    private readonly List<string> _namespaces = [];
    private readonly List<string> _forgotten = [];

    private Scenario(TwinServer server, CancellationToken cancel)
    {
        _server = server;
        _cancel = cancel;
    }

    /// <summary>The row's namespace.</summary>
    public string Namespace => _namespaces[0];

    public string ConfigMaps => In("configmaps");

    public string Flunders => $"/apis/wardle.example.com/v1alpha1/namespaces/{Namespace}/flunders";

    public string FlundersBeta => $"/apis/wardle.example.com/v1beta1/namespaces/{Namespace}/flunders";

    public string Leases => $"/apis/coordination.k8s.io/v1/namespaces/{Namespace}/leases";

    public bool IsReal => _server.IsReal;

    public TwinServer Server => _server;

    /// <summary>Who asks from now on.</summary>
    public TwinUser User { get; set; }

    /// <summary>What is shown of the answers beyond the usual.</summary>
    public Shown Shown { get; } = new();

    /// <summary>Runs a row and returns its transcript, masked.</summary>
    public static async Task<string> RunAsync(Row row, TwinServer server, CancellationToken cancel)
    {
        await using var scenario = new Scenario(server, cancel);
        await scenario.CreateNamespaceAsync();
        await row.Run(scenario);
        return Transcript.Of(scenario._exchanges, scenario._namespaces, scenario.Shown);
    }

    /// <summary>The path of a collection of the core group in the row's namespace.</summary>
    public string In(string resource) => $"/api/v1/namespaces/{Namespace}/{resource}";

    /// <summary>A further namespace, made without a trace.</summary>
    public async Task<string> CreateNamespaceAsync()
    {
        var name = "twin-" + Guid.NewGuid().ToString("N")[..10];
        var made = await QuietAsync("POST", "/api/v1/namespaces", $$$"""{"metadata":{"name":"{{{name}}}"}}""");
        Assert.True(made.Code == 201, $"{made.Code} {made.Text}");
        // Its resourceVersion is no part of the row.
        _exchanges.RemoveAt(_exchanges.Count - 1);
        _namespaces.Add(name);
        return name;
    }

    /// <summary>A name that no other row has, for what lies in no namespace; masked and deleted as the namespaces are.</summary>
    public string ReserveNamespace()
    {
        var name = "twin-" + Guid.NewGuid().ToString("N")[..10];
        _namespaces.Add(name);
        return name;
    }

    public Task<TwinReply> GetAsync(string path, string? accept = null) => SendAsync("GET", path, accept: accept);

    public Task<TwinReply> PostAsync(string path, string body) => SendAsync("POST", path, body);

    public Task<TwinReply> PutAsync(string path, string body) => SendAsync("PUT", path, body);

    public Task<TwinReply> PatchAsync(string path, string body, string contentType = MergePatch) => SendAsync("PATCH", path, body, contentType);

    public Task<TwinReply> DeleteAsync(string path, string? body = null) => SendAsync("DELETE", path, body);

    /// <summary>Creates a ConfigMap; its answer stands in the transcript.</summary>
    public Task<TwinReply> ConfigMapAsync(string name, string more = "") => PostAsync(ConfigMaps, $$$"""{"metadata":{"name":"{{{name}}}"{{{more}}}},"data":{"k":"v"}}""");

    /// <summary>Creates ConfigMaps without a trace, each with its data and labels alike; returns the last resourceVersion.</summary>
    public async Task<string> FillAsync(params string[] names)
    {
        var last = "";
        foreach (var name in names) last = (await QuietAsync("POST", ConfigMaps, $$$"""{"metadata":{"name":"{{{name}}}","labels":{"is":"{{{name}}}"}},"data":{"k":"v"}}""")).ResourceVersion;
        await FreshAsync(ConfigMaps, last);
        return last;
    }

    /// <summary>A line of the transcript: what a row found in an answer that is too long, or too different from version to version, to be shown whole.</summary>
    public void Show(string line) => _exchanges.Add(new Exchange("", "", null, []) { Note = line });

    /// <summary>Deletes it when the row has ended: what lies in no namespace.</summary>
    public void Forget(string path) => _forgotten.Add(path);

    /// <summary>Takes back all history up to a resourceVersion of the core.</summary>
    public Task CompactAsync(string resourceVersion) => _server.CompactAsync(resourceVersion, _cancel);

    /// <summary>Waits until a list from the server's cache knows the resourceVersion: a real one's follows its etcd.</summary>
    public async Task FreshAsync(string path, string resourceVersion) => Assert.Equal(200, (await QuietAsync("GET", $"{path}?resourceVersion={resourceVersion}&limit=1")).Code);

    /// <summary>Sends a request and reads the answer; both go into the transcript.</summary>
    public async Task<TwinReply> SendAsync(string method, string path, string? body = null, string contentType = "application/json", string? accept = null, Version? version = null, params (string Name, string Value)[] headers)
    {
        var exchange = Begin(method, path, body, contentType, accept, headers, isWatch: false);
        using var request = Request(exchange, body, version);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(_cancel);
        limit.CancelAfter(Limit);
        using var response = await _server.SendAsync(request, exchange.User, limit.Token);
        var reply = new TwinReply(Received(exchange, response), await TextAsync(response, limit.Token), exchange.Received.GroupBy(h => h.Key, StringComparer.OrdinalIgnoreCase).ToDictionary(h => h.Key, h => string.Join(",", h.Select(one => one.Value)), StringComparer.OrdinalIgnoreCase));
        exchange.Bodies.Add(reply.Text);
        return reply;
    }

    /// <summary>A request that only prepares: not in the transcript.</summary>
    public async Task<TwinReply> QuietAsync(string method, string path, string? body = null, string contentType = "application/json", string? accept = null, params (string Name, string Value)[] headers)
    {
        var at = _exchanges.Count;
        var reply = await SendAsync(method, path, body, contentType, accept, null, headers);
        _exchanges[at].IsQuiet = true;
        return reply;
    }

    /// <summary>Opens a watch. What is read of it stands in the transcript where it was opened.</summary>
    public async Task<TwinWatch> WatchAsync(string path, Version? version = null, string? accept = null)
    {
        var exchange = Begin("GET", path, null, "", accept, [], isWatch: true);
        using var request = Request(exchange, null, version);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(_cancel);
        limit.CancelAfter(Limit);
        var response = await _server.SendAsync(request, exchange.User, limit.Token);
        Received(exchange, response);
        return new TwinWatch(response, exchange, _cancel);
    }

    public async ValueTask DisposeAsync()
    {
        User = TwinUser.Admin;
        foreach (var path in _forgotten) await QuietAsync("DELETE", path);
        foreach (var ns in _namespaces)
        {
            if (_server.IsReal)
            {
                foreach (var path in Contents) await QuietAsync("DELETE", string.Format(null, path, ns));
            }
            await QuietAsync("DELETE", "/api/v1/namespaces/" + ns);
            if (_server.IsReal) await QuietAsync("PUT", $"/api/v1/namespaces/{ns}/finalize", $$$"""{"metadata":{"name":"{{{ns}}}"},"spec":{"finalizers":[]}}""");
        }
    }

    private Exchange Begin(string method, string path, string? body, string contentType, string? accept, (string Name, string Value)[] headers, bool isWatch)
    {
        var sent = new List<KeyValuePair<string, string>>();
        if (body is not null && contentType.Length > 0) sent.Add(new("Content-Type", contentType));
        if (accept is not null) sent.Add(new("Accept", accept));
        sent.AddRange(headers.Select(h => new KeyValuePair<string, string>(h.Name, h.Value)));
        var exchange = new Exchange(method, path, body, sent) { IsWatch = isWatch, User = User };
        _exchanges.Add(exchange);
        return exchange;
    }

    private HttpRequestMessage Request(Exchange exchange, string? body, Version? version)
    {
        var request = new HttpRequestMessage(new HttpMethod(exchange.Method), new Uri(_server.Url.GetLeftPart(UriPartial.Authority) + exchange.Path, AsItStands)) { Version = version ?? HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        if (body is not null) request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
        foreach (var (name, value) in exchange.Sent)
        {
            if (name == "Content-Type") request.Content!.Headers.ContentType = MediaTypeHeaderValue.Parse(value);
            else if (!request.Headers.TryAddWithoutValidation(name, value)) request.Content!.Headers.TryAddWithoutValidation(name, value);
        }
        return request;
    }

    /// <summary>The body, unpacked where the row asked for a packed one.</summary>
    private static async Task<string> TextAsync(HttpResponseMessage response, CancellationToken cancel)
    {
        if (!response.Content.Headers.ContentEncoding.Contains("gzip")) return await response.Content.ReadAsStringAsync(cancel);
        await using var packed = new GZipStream(await response.Content.ReadAsStreamAsync(cancel), CompressionMode.Decompress);
        using var reader = new StreamReader(packed, Encoding.UTF8);
        return await reader.ReadToEndAsync(cancel);
    }

    private static int Received(Exchange exchange, HttpResponseMessage response)
    {
        exchange.Received = [.. response.Headers.Concat(response.Content.Headers).SelectMany(h => h.Value.Select(value => new KeyValuePair<string, string>(h.Key, value)))];
        return exchange.Code = (int)response.StatusCode;
    }
}
