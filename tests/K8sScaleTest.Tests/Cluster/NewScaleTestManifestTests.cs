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
        Assert.Contains(documents, document => document.Contains("Start-ConfigMapDriver -Rate 1 -DrainTimeout 20 -Namespace $(SCALETEST_NAMESPACE)", StringComparison.Ordinal));
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

    public static TheoryData<string, string, string> Commands => new()
    {
        { "Driver", "configmaps", "Start-ConfigMapDriver -Rate 20.5 -Duration 5400 -MaxPopulation 50 -LifetimeFrom Schedule -Updates 2 -DataLength 300 -Arrival Constant -Seed 18446744073709551615 -Connections 8 -MaxInFlight 500 -NoCleanup -MetricsLinger 15 -HttpVersion 1.1 -RequestTimeout 90 -RunId nightly.7 -DrainTimeout 45 -Namespace load " },
        { "Driver", "flunders", "Start-FlunderDriver -Rate Max -Count 1000 -MaxPopulation 50 -HttpVersion 2 -ApiVersion v1alpha1 -DrainTimeout 20 -Namespace load " },
        { "Logger", "flunders", "Start-FlunderLogger -LoggerThreads 4 -Compare -PerEvent -NoWatchList -LabelSelector 'app in (a,b)' -FieldSelector metadata.name=x -HttpVersion 1.1 -RequestTimeout 90 -ApiVersion v1alpha1 -Namespace load " },
        { "Watch", "flunders", "Invoke-FlunderWatch -Watchers 7 -WatchConnections 7 -TimeoutSeconds 10..20 -Resume -WatchList -ReadRate 2.5 -LabelSelector 'app in (a,b)' -FieldSelector metadata.name=x -HttpVersion 1.1 -RequestTimeout 90 -ApiVersion v1alpha1 -Namespace load " },
    };

    [Theory]
    [MemberData(nameof(Commands))]
    public void All_load_parameters_reach_the_cmdlet_in_the_pod_which_takes_them(string part, string resource, string command)
    {
        var parameters = command[command.IndexOf(' ', StringComparison.Ordinal)..].Replace("-DrainTimeout 20 ", "", StringComparison.Ordinal);
        var manifest = (string)_session.Run($"New-ScaleTestManifest -Part {part} -Resource {resource} -Image image{parameters}")[^1].BaseObject;
        Assert.Empty(_session.Warnings);
        var there = command.Replace("-LoggerThreads", "-Threads", StringComparison.Ordinal).Replace("-WatchConnections", "-Connections", StringComparison.Ordinal);
        Assert.Contains($"- {there.Replace("-Namespace load ", "-Namespace $(SCALETEST_NAMESPACE) ", StringComparison.Ordinal)}-OutFile - -Format JsonLines -MetricsPort 9376\n", manifest, StringComparison.Ordinal);
        // All parameters are looked at before the server is.
        Assert.StartsWith("KubeconfigNotFound,", _session.RunToError($"{there} -MetricsPort 0 -Kubeconfig /not/there").FullyQualifiedErrorId, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Start-ConfigMapDriver")]
    [InlineData("Start-FlunderDriver")]
    [InlineData("Start-ConfigMapLogger")]
    [InlineData("Start-FlunderLogger")]
    [InlineData("Invoke-ConfigMapWatch")]
    [InlineData("Invoke-FlunderWatch")]
    public void A_parameter_of_what_runs_in_a_pod_can_be_given_unless_the_pod_decides_it(string cmdlet)
    {
        // Where the server is and whom it is told, the pod knows; where its records and metrics go, the manifest says.
        string[] thePods = ["Kubeconfig", "Context", "Server", "InsecureSkipTlsVerify", "OutFile", "Format", "PassThru", "MetricsAddress", "Worker", "CreateNamespace", "WhatIf", "Confirm"];
        var here = Parameters("New-ScaleTestManifest").ToArray();
        var there = Parameters(cmdlet).Select(name => name == "Threads" ? "LoggerThreads" : name).ToArray();
        Assert.Contains("RequestTimeout", there);
        Assert.Empty(there.Except(here).Except(thePods));
    }

    [Fact]
    public void A_switch_that_is_off_is_not_said()
    {
        var documents = _session.Run("New-ScaleTestManifest -Image image -Resume:$false -Compare:$false").Select(document => (string)document.BaseObject).ToArray();
        Assert.DoesNotContain(documents, document => document.Contains("-Resume", StringComparison.Ordinal) || document.Contains("-Compare", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("-Part Logger -Rate 5 -Replicas 2", "-Rate: no part of this manifest (-Part Logger) takes that.")]
    [InlineData("-Part Driver, Metrics -Replicas 20 -Watchers 5", "-Replicas, -Watchers: no part of this manifest (-Part Driver, Metrics) takes that.")]
    public void What_no_part_takes_is_warned_of(string parameters, string warning)
    {
        Assert.NotEmpty(_session.Run($"New-ScaleTestManifest -Image image {parameters}"));
        Assert.Equal(warning, Assert.Single(_session.Warnings));
    }

    [Theory]
    [InlineData("-Image 'Not An Image'", "InvalidImage")]
    [InlineData("-Image image -Replicas -1", "InvalidReplicas")]
    [InlineData("-Image image -Namespace kube-system", "InvalidPart")]
    [InlineData("-Image image -Namespace Load", "ParameterArgumentValidationError")]
    [InlineData("-Image image -Workers 0", "InvalidWorkers")]
    [InlineData("-Image image -MetricsPort 80", "InvalidMetricsPort")]
    [InlineData("-Image image -RunId Not_One", "InvalidRunId")]
    [InlineData("-Image image -Count 0", "InvalidCount")]
    [InlineData("-Image image -StartAt 2020-01-01T00:00:00Z", "InvalidStartAt")]
    [InlineData("-Image image -Updates -1", "InvalidUpdates")]
    [InlineData("-Image image -Rate 0", "InvalidRate")]
    [InlineData("-Image image -Lifetime 5s -MaxPopulation 5", "InvalidLifetime")]
    [InlineData("-Image image -Lifetime 5s -Rate Max", "InvalidLifetime")]
    [InlineData("-Image image -DataLength 1048577", "InvalidDataLength")]
    [InlineData("-Image image -Connections 0", "InvalidConnections")]
    [InlineData("-Image image -MaxInFlight 0", "InvalidMaxInFlight")]
    [InlineData("-Image image -RequestTimeout 0", "InvalidRequestTimeout")]
    [InlineData("-Image image -DrainTimeout 25h", "InvalidDrainTimeout")]
    [InlineData("-Image image -LoggerThreads 0", "InvalidLoggerThreads")]
    [InlineData("-Image image -Watchers 0", "InvalidWatchers")]
    [InlineData("-Image image -Watchers 2 -WatchConnections 3", "InvalidWatchConnections")]
    [InlineData("-Image image -TimeoutSeconds 0", "InvalidTimeoutSeconds")]
    [InlineData("-Image image -ReadRate 1 -HttpVersion 2", "InvalidHttpVersion")]
    [InlineData("-Image image -ReadRate -1", "InvalidReadRate")]
    [InlineData("-Image image -ApiVersion v1alpha1", "InvalidApiVersion")]
    [InlineData("-Image image -Resource flunders -ApiVersion apps/v1", "InvalidApiVersion")]
    [InlineData("-Image image -Arrival Bursts", "ParameterArgumentValidationError")]
    [InlineData("-Image image -IfRunExists Overwrite", "ParameterArgumentValidationError")]
    [InlineData("-Image image -Duration -5", "ParameterArgumentTransformationError")]
    public void Bad_input_is_an_error_of_its_own(string parameters, string id) =>
        Assert.Equal($"{id},K8sScaleTest.NewScaleTestManifestCommand", _session.RunToError($"$ErrorActionPreference = 'Stop'; New-ScaleTestManifest {parameters}").FullyQualifiedErrorId);

    private IEnumerable<string> Parameters(string cmdlet) =>
        _session.Run($"(Get-Command {cmdlet}).Parameters.Keys").Select(name => (string)name.BaseObject).Except(System.Management.Automation.Cmdlet.CommonParameters, StringComparer.OrdinalIgnoreCase);
}
