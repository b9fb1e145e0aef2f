namespace K8sScaleTest.Tests.Cluster;

public sealed class NewScaleTestManifestTests : IDisposable
{
    private readonly ModuleSession _session = new();

    public void Dispose() => _session.Dispose();

    [Fact]
    public void All_parts_of_ConfigMaps_are_written_by_default()
    {
        var documents = _session.Run("New-ScaleTestManifest -Image host/k8sscaletest:1").Select(document => (string)document.BaseObject).ToArray();
        Assert.All(documents, document => Assert.StartsWith("---\napiVersion: ", document, StringComparison.Ordinal));
        Assert.Equal(14, documents.Length);
        Assert.Contains(documents, document => document.Contains("Start-ConfigMapDriver -Rate 1 -Namespace scaletest", StringComparison.Ordinal));
        Assert.DoesNotContain(documents, document => document.Contains("flunder", StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public void Workers_share_a_run_ID_and_a_seed()
    {
        var job = (string)_session.Run("New-ScaleTestManifest -Part Driver -Image image -Workers 3")[^1].BaseObject;
        Assert.Matches(@"-Seed \d+ -RunId \d{4}\.\d{4}\.\d{4} ", job);
        Assert.Contains("completionMode: Indexed", job, StringComparison.Ordinal);
    }

    [Fact]
    public void A_common_start_and_what_a_new_pod_does_reach_the_driver()
    {
        var job = (string)_session.Run("New-ScaleTestManifest -Part Driver -Image image -StartAt ([DateTime]::UtcNow.Date.AddDays(2)) -IfRunExists Delete")[^1].BaseObject;
        Assert.Matches(@"-StartAt 20\d\d-\d\d-\d\dT00:00:00Z -IfRunExists Delete -RunId \d{4}\.\d{4}\.\d{4} ", job);
    }

    [Theory]
    [InlineData("-Image 'Not An Image'", "InvalidImage")]
    [InlineData("-Image image -Replicas -1", "InvalidReplicas")]
    [InlineData("-Image image -Workers 0", "InvalidWorkers")]
    [InlineData("-Image image -MetricsPort 80", "InvalidMetricsPort")]
    [InlineData("-Image image -RunId Not_One", "InvalidRunId")]
    [InlineData("-Image image -Count 0", "InvalidCount")]
    [InlineData("-Image image -StartAt 2020-01-01T00:00:00Z", "InvalidStartAt")]
    [InlineData("-Image image -Updates -1", "InvalidUpdates")]
    public void Bad_input_is_an_error_of_its_own(string parameters, string id) =>
        Assert.Equal($"{id},K8sScaleTest.NewScaleTestManifestCommand", _session.RunToError($"$ErrorActionPreference = 'Stop'; New-ScaleTestManifest {parameters}").FullyQualifiedErrorId);
}
