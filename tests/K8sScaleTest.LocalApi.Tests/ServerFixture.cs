namespace K8sScaleTest.LocalApi.Tests;

/// <summary>One server for all tests that need no settings of their own; each uses names of its own.</summary>
public sealed class ServerFixture : IAsyncLifetime
{
    internal LocalApiProcess Server { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Server = await LocalApiProcess.StartAsync();

    public ValueTask DisposeAsync() => Server.DisposeAsync();
}
