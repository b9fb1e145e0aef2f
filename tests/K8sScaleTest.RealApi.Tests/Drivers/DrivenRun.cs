using K8sScaleTest.Engine.Api;
using K8sScaleTest.Engine.Drivers;
using K8sScaleTest.Engine.Objects;
using K8sScaleTest.Engine.Records;

namespace K8sScaleTest.RealApi.Tests.Drivers;

/// <summary>One run of the engine's driver against a real server, its records kept.</summary>
internal sealed class DrivenRun(DriverOptions options) : IRecordConsumer<OperationRow>
{
    private readonly TaskCompletionSource _halfway = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public List<OperationRow> Rows { get; } = [];

    /// <summary>Rows of the load itself.</summary>
    public IEnumerable<OperationRow> Operations => Rows.Where(row => row.Phase != Phase.WarmUp);

    /// <summary>Completes once half of the objects have been created.</summary>
    public Task Halfway => _halfway.Task;

    public IEnumerable<OperationRow> Of(OperationKind operation) => Operations.Where(row => row.Operation == operation);

    /// <summary>A run ID that no other test, and no other run of this one, has.</summary>
    public static string NewRunId(string test) => $"{test}.{Guid.NewGuid().ToString("N")[..12]}";

    public Task<DriverResult> ConfigMapsAsync(string kubeconfig) =>
        RunAsync(new() { Kubeconfig = kubeconfig }, (_, identity) => Task.FromResult(ObjectTemplate.ConfigMap(identity, options.DataLength)));

    public Task<DriverResult> FlundersAsync(TargetOptions where) => RunAsync(where, async (client, identity) =>
    {
        var resource = await ApiDiscovery.FindAsync(client, "flunders", ApiDiscovery.FlunderGroups, null, TestContext.Current.CancellationToken);
        return ObjectTemplate.Flunder(resource, identity, options.DataLength);
    });

    public void Take(in OperationRow row)
    {
        Rows.Add(row);
        if (row.Operation == OperationKind.Create && row.Sequence >= options.Count / 2) _halfway.TrySetResult();
    }

    public void Pause()
    {
    }

    private async Task<DriverResult> RunAsync(TargetOptions where, Func<ApiClient, ObjectIdentity, Task<ObjectTemplate>> template)
    {
        await using var target = await ApiTarget.ResolveAsync(where, TestContext.Current.CancellationToken);
        var identity = new ObjectIdentity(options.RunId, options.Worker, options.Namespace, options.NameDigits);
        using var client = new ApiClient(target, options.HttpVersion, "test", TimeSpan.FromSeconds(30));
        await using var run = new DriverRun(options, target, await template(client, identity), identity, this);
        await using var stop = TestContext.Current.CancellationToken.Register(run.Stop);
        return await run.RunAsync();
    }
}
