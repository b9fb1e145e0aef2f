using System.Net;
using K8sScaleTest.Engine.Api;

namespace K8sScaleTest.Engine.Tests.Api.Streams;

/// <summary>Lists and watches against a <see cref="RawServer"/>.</summary>
internal sealed class RawApi : IAsyncDisposable
{
    private readonly ApiTarget _target;
    private readonly ApiConnection _connection;

    private RawApi(RawServer server, ApiTarget target)
    {
        Server = server;
        _target = target;
        _connection = ApiConnection.ForReads(target, 0);
    }

    public RawServer Server { get; }

    public static async Task<RawApi> StartAsync(Func<string, RawResponse, Task> answer)
    {
        var server = new RawServer(answer);
        var target = await ApiTarget.ResolveAsync(
            new TargetOptions { Server = server.Url, Environment = new TargetEnvironment { Variable = _ => null, HomeFolder = "" } }, TestContext.Current.CancellationToken);
        return new RawApi(server, target);
    }

    public ListWatch ListWatch(Func<ListWatchOptions, ListWatchOptions>? change = null)
    {
        var options = new ListWatchOptions { Resource = ApiResource.ConfigMaps, UserAgent = "test", HttpVersion = HttpVersion.Version11, Annotations = ["a"] };
        return new(_target, _connection, change is null ? options : change(options));
    }

    public async ValueTask DisposeAsync()
    {
        _connection.Dispose();
        await _target.DisposeAsync();
        await Server.DisposeAsync();
    }
}
