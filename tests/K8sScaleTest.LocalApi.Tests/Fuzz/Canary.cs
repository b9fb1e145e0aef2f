using System.Text;

namespace K8sScaleTest.LocalApi.Tests.Fuzz;

/// <summary>Another client beside the noise: its objects stay as they are, its watch sees what it did and nothing else, and nobody is shown its secret.</summary>
internal sealed class Canary : IDisposable
{
    private const int Objects = 20;
    private readonly ApiClient _api;
    private readonly string _namespace;
    private readonly Dictionary<string, string> _written = [];
    private WatchReader? _watch;
    private int _touched;

    private Canary(ApiClient api, string ns)
    {
        _api = api;
        _namespace = ns;
    }

    /// <summary>Stands in its secret, as base64 and as it is.</summary>
    public string Secret { get; } = "canary" + Guid.NewGuid().ToString("N");

    private string ConfigMaps => $"/api/v1/namespaces/{_namespace}/configmaps";

    public static async Task<Canary> CreateAsync(LocalApiProcess server)
    {
        var api = new ApiClient(server);
        var canary = new Canary(api, await api.CreateNamespaceAsync());
        Assert.Equal(201, (await api.SendAsync("POST", $"/api/v1/namespaces/{canary._namespace}/secrets", $$$"""{"metadata":{"name":"s","annotations":{"a":"{{{canary.Secret}}}"}},"data":{"k":"{{{Convert.ToBase64String(Encoding.ASCII.GetBytes(canary.Secret))}}}"}}""")).Code);
        for (var i = 0; i < Objects; i++)
        {
            var created = await api.CreateConfigMapAsync("c" + i, $$"""{"k":"v{{i}}"}""", ns: canary._namespace);
            canary._written["c" + i] = created.Text;
        }
        canary._watch = await api.WatchAsync($"{canary.ConfigMaps}?watch=1&resourceVersion={(await api.GetAsync(canary.ConfigMaps)).ResourceVersion}");
        return canary;
    }

    /// <summary>Reads an object, changes another, and sees that on its watch.</summary>
    public async Task CheckAsync(string context)
    {
        var number = _touched++ % Objects;
        var name = "c" + number;
        var found = await _api.GetAsync($"{ConfigMaps}/{name}");
        Assert.True(found.Code == 200 && found.Text == _written[name], $"{context}: {name} was {_written[name]} and is {found.Code} {found.Text}");
        var patched = await _api.PatchAsync($"{ConfigMaps}/{name}", $$$"""{"data":{"touched":"{{{_touched}}}"}}""");
        Assert.True(patched.Code == 200, $"{context}: {patched.Code} {patched.Text}");
        _written[name] = patched.Text;
        var seen = await _watch!.NextAsync(60);
        Assert.Equal("MODIFIED", seen!.Value.GetProperty("type").GetString());
        Assert.Equal(patched.ResourceVersion, seen.Value.GetProperty("object").GetProperty("metadata").GetProperty("resourceVersion").GetString());
    }

    /// <summary>All of it is there, as it was written.</summary>
    public async Task CheckAllAsync(string context)
    {
        foreach (var (name, text) in _written)
        {
            var found = await _api.GetAsync($"{ConfigMaps}/{name}");
            Assert.True(found.Text == text, $"{context}: {name} was {text} and is {found.Code} {found.Text}");
        }
        Assert.Equal(Objects, (await _api.GetAsync(ConfigMaps)).Names.Count);
    }

    public void Dispose()
    {
        _watch?.Dispose();
        _api.Dispose();
    }
}
