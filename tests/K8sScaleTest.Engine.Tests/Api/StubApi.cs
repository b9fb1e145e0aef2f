using System.Net;
using K8sScaleTest.Engine.Api;
using K8sScaleTest.TestSupport;

namespace K8sScaleTest.Engine.Tests.Api;

/// <summary>A client of a plain stub server, with the answers that a test gives it.</summary>
internal sealed class StubApi : IAsyncDisposable
{
    private readonly ApiTarget _target;

    private StubApi(StubServer server, ApiTarget target)
    {
        Server = server;
        _target = target;
        Client = new ApiClient(target, HttpVersion.Version11, "test/1", TimeSpan.FromSeconds(30));
    }

    public StubServer Server { get; }

    public ApiClient Client { get; }

    public static async Task<StubApi> StartAsync(Func<StubRequest, StubResponse> answer, string prefix = "")
    {
        var server = new StubServer(null, answer);
        var target = await ApiTarget.ResolveAsync(
            new TargetOptions { Server = server.Url + prefix, Environment = new TargetEnvironment { Variable = _ => null, HomeFolder = "" } }, TestContext.Current.CancellationToken);
        return new StubApi(server, target);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _target.DisposeAsync();
        await Server.DisposeAsync();
    }
}
