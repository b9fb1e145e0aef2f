using K8sScaleTest.Engine.Api;
using K8sScaleTest.Engine.Cluster.Manifests;
using K8sScaleTest.Engine.Tests.Api;
using K8sScaleTest.TestSupport;

namespace K8sScaleTest.Engine.Tests.Cluster;

public sealed class ManifestCheckTests
{
    [Fact]
    public async Task A_Job_of_an_earlier_run_is_in_the_way_and_what_else_is_there_is_not()
    {
        await using var api = await StubApi.StartAsync(request => request.Method == "POST" ? StubResponse.Failure(409, "AlreadyExists", "already exists") : new StubResponse(200, "{}"));
        var error = await Assert.ThrowsAsync<ApiException>(() => CheckAsync(api.Client, ManifestPart.Driver));
        Assert.Equal(ApiReasons.AlreadyInstalled, error.Reason);
        Assert.Contains("kubectl delete job configmap-driver -n scaletest", error.Message, StringComparison.Ordinal);

        await CheckAsync(api.Client, ManifestPart.Namespace, ManifestPart.Logger, ManifestPart.Watch, ManifestPart.Metrics);
    }

    private static Task CheckAsync(ApiClient client, params ManifestPart[] parts)
    {
        var options = new ManifestOptions { Parts = parts, Image = "image", Resources = [ApiResource.ConfigMaps], Namespace = "scaletest" };
        return ManifestCheck.RunAsync(client, options, Manifest.Build(options), TestContext.Current.CancellationToken);
    }
}
