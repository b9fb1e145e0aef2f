using K8sScaleTest.Twin;

namespace K8sScaleTest.LocalApi.Tests;

/// <summary>
/// The local API server against the twin suite: its answers, whole, are those that a real API server gave (<see cref="Golden"/>). The same rows run against a real one in
/// RealApi.Tests.
/// </summary>
public sealed class TwinTests(ServerFixture fixture)
{
    public static IEnumerable<TheoryDataRow<string>> Rows => TwinRows.TestsOf(Row.Local);

    [Theory]
    [MemberData(nameof(Rows))]
    public async Task Row_holds(string name)
    {
        var row = TwinRows.Named(name);
        await using var own = row.Alone ? await LocalApiProcess.StartAsync() : null;
        using var server = new TwinServer((own ?? fixture.Server).Kubeconfig, Row.Local);
        await Golden.CheckAsync(row, Row.Local, await Scenario.RunAsync(row, server, TestContext.Current.CancellationToken), TestContext.Current.CancellationToken);
    }
}
