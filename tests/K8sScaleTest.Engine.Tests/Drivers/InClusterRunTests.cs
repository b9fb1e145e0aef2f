using K8sScaleTest.Engine.Api;
using K8sScaleTest.Engine.Drivers;
using K8sScaleTest.Engine.Objects;
using K8sScaleTest.Engine.Records;
using K8sScaleTest.Engine.Tests.Api;
using K8sScaleTest.TestSupport;

namespace K8sScaleTest.Engine.Tests.Drivers;

/// <summary>A run with the account of a pod.</summary>
public sealed class InClusterRunTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_token_that_rotates_in_the_midst_of_a_run_is_used_on_the_connections_that_are_open()
    {
        await using var server = await LocalApiProcess.StartAsync();
        var url = new Uri(server.Url);
        _folder.Write("serviceaccount/token", server.Token);
        _folder.Write("serviceaccount/ca.crt", server.AuthorityPem);
        var pod = new TargetOptions { Environment = Surroundings.Of(_folder, ("KUBERNETES_SERVICE_HOST", url.Host), ("KUBERNETES_SERVICE_PORT", $"{url.Port}")) };
        await using var target = await ApiTarget.ResolveAsync(pod, TestContext.Current.CancellationToken);
        var options = new DriverOptions { RunId = "rotated", Rate = 200, Duration = TimeSpan.FromMinutes(5), MaxPopulation = 10, Connections = 1 };
        var identity = new ObjectIdentity(options.RunId, options.Worker, options.Namespace, options.NameDigits);
        DriverRun? run = null;
        bool? worksAgain = null;
        var records = new RecordList
        {
            OnTake = row =>
            {
                if (row.Phase == Phase.WarmUp || row.Operation != OperationKind.Create) return;
                // A token that the server does not know shows from when on it is sent, and the right one that it is read again.
                if (row.Outcome == Outcome.Succeeded && worksAgain is null)
                {
                    _folder.Replace("serviceaccount/token", "unknown");
                    worksAgain = false;
                }
                else if (row.StatusCode == 401)
                {
                    _folder.Replace("serviceaccount/token", server.Token);
                    worksAgain = true;
                }
                else if (worksAgain == true)
                {
                    run!.Stop();
                }
            },
        };
        run = new(options, target, ObjectTemplate.ConfigMap(identity, 10), identity, records);
        var result = await run.RunAsync().WaitAsync(TimeSpan.FromMinutes(4), TestContext.Current.CancellationToken);

        Assert.True(worksAgain);
        Assert.Contains(records.Of(OperationKind.Create), row => row.StatusCode == 401);
        Assert.Equal((0, true), (result.LeftBehind, result.LeftBehindKnown));
        Assert.Single(records.Rows.Select(row => row.Connection).Distinct());
    }
}
