using System.Management.Automation;
using System.Net;
using System.Net.Sockets;
using K8sScaleTest.TestSupport;

namespace K8sScaleTest.Tests.Drivers;

/// <summary>What a driver refuses, and what it says: before any request where the parameters alone are wrong, and before any load in every case.</summary>
public sealed class BadInputTests(ServerFixture server) : IClassFixture<ServerFixture>, IDisposable
{
    private readonly ModuleSession _session = new();
    private readonly TemporaryFolder _folder = new();

    public void Dispose()
    {
        _session.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("-Rate 0", "InvalidRate", "Rate is 0")]
    [InlineData("-Rate -1", "InvalidRate", "Rate is -1")]
    [InlineData("-Rate 1e-9 -Lifetime 1s", "InvalidRate", "Rate is 1E-09")]
    [InlineData("-Rate 1e12", "InvalidRate", "at most 1,000,000")]
    [InlineData("-Rate ([double]::NaN)", "ParameterArgumentTransformationError", "'NaN' is no rate")]
    [InlineData("-Rate NaN", "ParameterArgumentTransformationError", "'NaN' is no rate")]
    [InlineData("-Rate ([double]::PositiveInfinity)", "ParameterArgumentTransformationError", "is no rate")]
    [InlineData("-Rate fast", "ParameterArgumentTransformationError", "'fast' is no rate")]
    [InlineData("-Count 0", "InvalidCount", "Count is 0")]
    [InlineData("-Count NaN", "CannotConvertArgumentNoMessage", "parameter 'Count'")]
    [InlineData("-Count -5", "InvalidCount", "Count is -5")]
    [InlineData("-Count 1000000000000", "InvalidCount", "from 1 to 1,000,000,000")]
    [InlineData("-MaxPopulation 0", "InvalidMaxPopulation", "MaxPopulation is 0")]
    [InlineData("-MaxPopulation 1000000000000", "InvalidMaxPopulation", "from 1 to 1,000,000,000")]
    [InlineData("-MaxPopulation NaN", "CannotConvertArgumentNoMessage", "parameter 'MaxPopulation'")]
    [InlineData("-MaxPopulation -1", "InvalidMaxPopulation", "MaxPopulation is -1")]
    [InlineData("-Rate 0.001 -MaxPopulation 1000000", "InvalidMaxPopulation", "lower the population or raise the rate")]
    [InlineData("-Lifetime 5s -MaxPopulation 10", "InvalidLifetime", "exclude each other")]
    [InlineData("-Lifetime 0s", "InvalidLifetime", "Lifetime is 00:00:00")]
    [InlineData("-Rate Max -Lifetime 5s", "InvalidLifetime", "At full speed")]
    [InlineData("-Duration 0s", "InvalidDuration", "Duration is 00:00:00")]
    [InlineData("-Duration -5s", "ParameterArgumentTransformationError", "-5s")]
    [InlineData("-Duration soon", "ParameterArgumentTransformationError", "soon")]
    [InlineData("-Worker 3 -Workers 3", "InvalidWorker", "Worker is 3 of 3")]
    [InlineData("-Worker -1 -Workers 3", "InvalidWorker", "Worker is -1 of 3")]
    [InlineData("-Workers 0", "InvalidWorkers", "Workers is 0; it must be at least 1")]
    [InlineData("-OutFile ''", "ParameterArgumentValidationError", "parameter 'OutFile'")]
    [InlineData("-Format Csv", "OutFileMissing", "give -OutFile")]
    [InlineData("-PassThru", "OutFileMissing", "give -OutFile")]
    [InlineData("-Updates -1", "InvalidUpdates", "Updates is -1")]
    [InlineData("-DataLength 1048577", "InvalidDataLength", "1 MiB")]
    [InlineData("-DataLength 1048477 -Updates 1", "InvalidDataLength", "at most 1,048,476")]
    [InlineData("-DataLength -1", "InvalidDataLength", "DataLength is -1")]
    [InlineData("-Connections 0", "InvalidConnections", "Connections is 0")]
    [InlineData("-MaxInFlight 0", "InvalidMaxInFlight", "MaxInFlight is 0")]
    [InlineData("-RequestTimeout 0s", "InvalidRequestTimeout", "RequestTimeout is 00:00:00")]
    [InlineData("-HttpVersion 3", "ParameterArgumentValidationError", "1.1")]
    [InlineData("-Arrival Bursty", "ParameterArgumentValidationError", "Poisson")]
    [InlineData("-RunId MyRun", "InvalidRunId", "'MyRun' would make invalid object names")]
    [InlineData("-RunId my_run", "InvalidRunId", "'my_run' would make invalid object names")]
    [InlineData("-RunId 'a.-b'", "InvalidRunId", "'a.-b' would make invalid object names")]
    [InlineData("-RunId ''", "InvalidRunId", "run ID is empty")]
    [InlineData("-RunId ('a' * 64)", "InvalidRunId", "has 64 characters")]
    public void Parameters_that_make_no_sense_are_refused_before_any_request(string parameters, string errorId, string says)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var kubeconfig = _folder.Write("config", KubeconfigText.Of($"{{server: 'http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}'}}"));

        var error = _session.RunToError($"Start-ConfigMapDriver {parameters} -Kubeconfig $Kubeconfig -ErrorAction Stop", ("Kubeconfig", kubeconfig));

        Assert.Equal($"{errorId},K8sScaleTest.StartConfigMapDriverCommand", error.FullyQualifiedErrorId);
        Assert.Contains(says, error.Exception.Message, StringComparison.Ordinal);
        Assert.False(listener.Pending(), "a request was made");
    }

    [Fact]
    public void A_namespace_that_does_not_exist_says_how_to_have_it_made() =>
        Expect(Fails("-Namespace not-there"), "NamespaceNotFound", ErrorCategory.ObjectNotFound, "'not-there' does not exist", "-CreateNamespace");

    [Theory]
    [InlineData("no-such-folder/run.csv")]
    [InlineData(".")]
    public async Task A_file_that_cannot_be_written_is_found_before_the_load(string path)
    {
        var error = Fails($"-RunId no-file -OutFile '{_folder.File(path)}'");

        Expect(error, "FileNotWritable", ErrorCategory.WriteError, _folder.Path);
        Assert.Empty(await server.NamesAsync("no-file"));
    }

    [Fact]
    public void A_disk_that_is_full_already_is_found_before_the_load()
    {
        if (!File.Exists("/dev/full")) Assert.Skip("This system has no /dev/full.");
        Expect(Fails("-RunId no-room -OutFile /dev/full"), "DiskFull", ErrorCategory.WriteError, "/dev/full");
    }

    [Fact]
    public void An_earlier_runs_file_outlives_a_run_that_is_refused()
    {
        var path = _folder.Write("precious.csv", "yesterday's records");
        _ = Fails($"-Namespace not-there -OutFile '{path}'");
        _ = Fails($"-Context nowhere -OutFile '{path}'");

        Assert.Equal("yesterday's records", File.ReadAllText(path));
    }

    [Fact]
    public async Task A_run_ID_that_is_taken_is_refused_and_nothing_changes()
    {
        _session.Run("do { Start-ConfigMapDriver -Rate 200 -Count 500 -MaxPopulation 5000 -RunId taken -NoCleanup -Kubeconfig $Kubeconfig | ForEach-Object { if ($_.Sequence -eq 5) { break } } } while ($false)", ("Kubeconfig", server.Kubeconfig));
        var before = await server.NamesAsync("taken");
        Assert.NotEmpty(before);

        Expect(Fails("-RunId taken"), "RunIdTaken", ErrorCategory.ResourceExists, "'taken' is taken", "Remove-ScaleTestObject -RunId taken -Namespace scaletest");
        Assert.Equal(before, await server.NamesAsync("taken"));
    }

    [Fact]
    public async Task A_group_that_is_not_served_says_what_serves_Flunders()
    {
        await using var stub = new StubServer(null, request => request.Path == "/apis" ? new StubResponse(200, """{"kind":"APIGroupList","groups":[]}""") : new StubResponse(404, "404 page not found", "text/plain"));
        var error = _session.RunToError(
            "Start-FlunderDriver -HttpVersion 1.1 -Kubeconfig $Kubeconfig -ErrorAction Stop", ("Kubeconfig", _folder.Write("config", KubeconfigText.Of($"{{server: '{stub.Url}'}}"))));

        Assert.Equal("GroupNotServed,K8sScaleTest.StartFlunderDriverCommand", error.FullyQualifiedErrorId);
        foreach (var word in new[] { "wardle.example.com", "sample-apiserver", "Install-FlunderApi", "Start-LocalApiServer" }) Assert.Contains(word, error.Exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(stub.Requests, request => request.Method != "GET");
    }

    [Fact]
    public void A_version_that_is_not_served_says_which_are()
    {
        var error = _session.RunToError("Start-FlunderDriver -ApiVersion v9 -Kubeconfig $Kubeconfig -ErrorAction Stop", ("Kubeconfig", server.Kubeconfig));

        Assert.Equal("ResourceNotServed,K8sScaleTest.StartFlunderDriverCommand", error.FullyQualifiedErrorId);
        Assert.Contains("v1beta1", error.Exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_user_without_rights_reads_which_verb_and_resource_it_lacks()
    {
        foreach (var (cmdlet, resource) in new[] { ("ConfigMap", "configmaps"), ("Flunder", "flunders") })
        {
            var error = _session.RunToError($"Start-{cmdlet}Driver -Kubeconfig $Kubeconfig -ErrorAction Stop", ("Kubeconfig", server.KubeconfigNoRights));

            Assert.Equal(($"Forbidden,K8sScaleTest.Start{cmdlet}DriverCommand", ErrorCategory.PermissionDenied), (error.FullyQualifiedErrorId, error.CategoryInfo.Category));
            Assert.Contains("cannot create resource", error.Exception.Message, StringComparison.Ordinal);
            Assert.Contains(resource, error.Exception.Message, StringComparison.Ordinal);
            Assert.Contains("No load was started", error.Exception.Message, StringComparison.Ordinal);
        }
    }

    private ErrorRecord Fails(string parameters) =>
        _session.RunToError($"Start-ConfigMapDriver -Rate 500 -Count 20 -MaxPopulation 5 {parameters} -Kubeconfig $Kubeconfig -ErrorAction Stop", ("Kubeconfig", server.Kubeconfig));

    private static void Expect(ErrorRecord error, string id, ErrorCategory category, params string[] words)
    {
        Assert.Equal($"{id},K8sScaleTest.StartConfigMapDriverCommand", error.FullyQualifiedErrorId);
        Assert.Equal(category, error.CategoryInfo.Category);
        foreach (var word in words) Assert.Contains(word, error.Exception.Message, StringComparison.Ordinal);
    }
}
