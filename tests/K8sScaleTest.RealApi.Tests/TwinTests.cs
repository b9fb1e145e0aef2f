using K8sScaleTest.TestSupport;
using K8sScaleTest.Twin;

namespace K8sScaleTest.RealApi.Tests;

/// <summary>
/// The twin suite against a real API server: it answers as was kept, and the local API server, asked the same at the same time, answers as it does.
/// </summary>
public sealed class TwinTests(TwinTests.LocalServer local) : IClassFixture<TwinTests.LocalServer>
{
    public static IEnumerable<TheoryDataRow<string>> Rows => TwinRows.TestsOf(Row.Real);

    [Theory]
    [MemberData(nameof(Rows))]
    public async Task Row_holds(string name)
    {
        var cancel = TestContext.Current.CancellationToken;
        var row = TwinRows.Named(name);
        using var real = new TwinServer(RealApi.Kubeconfig, Row.Real);
        var answered = await Scenario.RunAsync(row, real, cancel);
        await Golden.CheckAsync(row, Row.Real, answered, cancel);
        if (row.Changed is not null || !row.HoldsFor(Row.Local)) return;
        using var twin = new TwinServer(local.Process!.Kubeconfig, Row.Local);
        Golden.Same(answered, await Scenario.RunAsync(row, twin, cancel), "the real one answered", "the local one answered");
    }

    /// <summary>One local API server beside the real one.</summary>
    public sealed class LocalServer : IAsyncLifetime
    {
        internal LocalApiProcess? Process { get; private set; }

        public async ValueTask InitializeAsync() => Process = await LocalApiProcess.StartAsync();

        public ValueTask DisposeAsync() => Process?.DisposeAsync() ?? ValueTask.CompletedTask;
    }
}
