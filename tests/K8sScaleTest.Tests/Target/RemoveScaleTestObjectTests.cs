using System.Collections.Concurrent;
using System.Management.Automation;
using K8sScaleTest.TestSupport;

namespace K8sScaleTest.Tests.Target;

public sealed class RemoveScaleTestObjectTests : IAsyncDisposable
{
    private readonly ModuleSession _session = new();
    private readonly TemporaryFolder _folder = new();
    private readonly TestAuthority _authority = new();
    private readonly ConcurrentDictionary<string, string> _configMaps = new();
    private readonly StubServer _server;
    private readonly string _kubeconfig;
    private Func<string, StubResponse?> _refuse = _ => null;
    private bool _flunders;

    public RemoveScaleTestObjectTests()
    {
        _server = new StubServer(_authority.Server(), Answer);
        _kubeconfig = _folder.Write("config", KubeconfigText.Of($"{{server: '{_server.Url}', certificate-authority-data: {_authority.Base64}}}"));
    }

    public async ValueTask DisposeAsync()
    {
        _session.Dispose();
        await _server.DisposeAsync();
        _folder.Dispose();
        _authority.Dispose();
    }

    [Fact]
    public void A_runs_objects_are_deleted_and_counted()
    {
        Fill("r.1", 40);
        Fill("r.2", 3);
        var result = Assert.Single(Run("-RunId r.1"));
        Assert.Equal("K8sScaleTest.RemoveResult", result.BaseObject.GetType().FullName);
        Assert.Equal(("r.1", "configmaps", "scaletest"), (result.Properties["RunId"].Value, result.Properties["Resource"].Value, result.Properties["Namespace"].Value));
        Assert.Equal([40L, 40L, 0L, 0L, 0L], ((string[])["Found", "Deleted", "AlreadyGone", "Failed", "Remaining"]).Select(name => result.Properties[name].Value));
        Assert.Equal(3, _configMaps.Count);
    }

    [Fact]
    public void Flunders_are_passed_over_where_nobody_asked_for_them_and_the_server_has_none()
    {
        Run("-RunId r.1 -Verbose");
        Assert.Empty(_session.Errors);
        Assert.Contains(_session.Verbose, line => line.Contains("wardle.example.com", StringComparison.Ordinal));
    }

    [Fact]
    public void Records_of_a_run_come_down_the_pipeline_and_delete_it_once()
    {
        Fill("r.1", 2);
        Fill("r.2", 2);
        var results = _session.Run(
            "1..50 | ForEach-Object { [pscustomobject] @{ RunId = \"r.$(1 + $_ % 2)\"; Name = $_ } } | Remove-ScaleTestObject -Kubeconfig $Kubeconfig", ("Kubeconfig", _kubeconfig));
        Assert.Equal(["r.1", "r.2"], results.Select(result => result.Properties["RunId"].Value).Order());
        Assert.Empty(_configMaps);
    }

    [Fact]
    public void Records_are_looked_for_in_their_own_namespace()
    {
        Fill("r.1", 2);
        Fill("r.1", 3, "elsewhere");
        var results = _session.Run(
            "[pscustomobject] @{ RunId = 'r.1'; Namespace = 'elsewhere' }, [pscustomobject] @{ RunId = 'r.1'; Namespace = 'elsewhere' } | Remove-ScaleTestObject -Kubeconfig $Kubeconfig", ("Kubeconfig", _kubeconfig));
        Assert.Equal(("elsewhere", 3L), Assert.Single(results.Select(result => (result.Properties["Namespace"].Value, result.Properties["Deleted"].Value))));
        Assert.Equal(2, _configMaps.Count);
    }

    [Fact]
    public void A_run_with_records_in_two_namespaces_is_deleted_in_both_and_one_without_a_namespace_in_the_default_one()
    {
        Fill("r.1", 2);
        Fill("r.1", 3, "elsewhere");
        var results = _session.Run(
            "'elsewhere', '', $null | ForEach-Object { [pscustomobject] @{ RunId = 'r.1'; Namespace = $_ } } | Remove-ScaleTestObject -Kubeconfig $Kubeconfig", ("Kubeconfig", _kubeconfig));
        Assert.Empty(_session.Errors);
        Assert.Equal(["elsewhere", "scaletest"], results.Select(result => result.Properties["Namespace"].Value));
        Assert.Empty(_configMaps);
    }

    [Fact]
    public void The_command_lines_namespace_wins_over_the_records()
    {
        Fill("r.1", 2);
        Fill("r.1", 3, "elsewhere");
        _session.Run("[pscustomobject] @{ RunId = 'r.1'; Namespace = 'elsewhere' } | Remove-ScaleTestObject -Namespace scaletest -Kubeconfig $Kubeconfig", ("Kubeconfig", _kubeconfig));
        Assert.Equal(3, _configMaps.Count);
    }

    [Theory]
    [InlineData("[pscustomobject] @{ RunId = 'r.1'; Namespace = '../../secrets' } | Remove-ScaleTestObject", "ParameterArgumentValidationError")]
    [InlineData("Remove-ScaleTestObject -RunId r.1 -Namespace 'Not_One'", "ParameterArgumentValidationError")]
    [InlineData("Remove-ScaleTestObject -RunId r.1 -Namespace ''", "InvalidNamespace")]
    [InlineData("Remove-ScaleTestObject -All -Confirm:$false -Namespace $null", "InvalidNamespace")]
    public void What_can_be_no_namespace_is_refused_before_any_request(string script, string errorId)
    {
        var error = _session.RunToError($"$ErrorActionPreference = 'Stop'; {script} -Kubeconfig $Kubeconfig", ("Kubeconfig", _kubeconfig));
        Assert.StartsWith(errorId, error.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Empty(_server.Requests);
    }

    [Fact]
    public void A_resource_whose_server_is_down_is_an_error_after_the_others_were_deleted()
    {
        Fill("r.1", 3);
        _flunders = true;
        foreach (var resource in (string[])["", "-Resource flunders.wardle.example.com, configmaps"])
        {
            var (output, error) = RunToOutputAndError($"-RunId r.1 {resource}");
            Assert.Equal("configmaps", Assert.Single(output).Properties["Resource"].Value);
            Assert.Empty(_configMaps);
            Assert.Equal("GroupUnavailable,K8sScaleTest.RemoveScaleTestObjectCommand", error.FullyQualifiedErrorId);
        }
    }

    [Fact]
    public void A_right_that_is_missing_for_one_resource_keeps_none_other_from_being_deleted()
    {
        Fill("r.1", 3);
        var (output, error) = RunToOutputAndError("-RunId r.1 -Resource secrets, configmaps");
        Assert.Equal("configmaps", Assert.Single(output).Properties["Resource"].Value);
        Assert.Empty(_configMaps);
        Assert.Equal("Forbidden,K8sScaleTest.RemoveScaleTestObjectCommand", error.FullyQualifiedErrorId);
    }

    [Fact]
    public void WhatIf_sends_no_request_and_says_what_and_where()
    {
        Fill("r.1", 2);
        Assert.Empty(Run("-RunId r.1 -WhatIf"));
        Assert.Empty(_server.Requests);
        Assert.Contains(_session.HostLines, line => line.Contains("run r.1", StringComparison.Ordinal) && line.Contains(_server.Url, StringComparison.Ordinal) && line.Contains("'scaletest'", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 4)]
    public void All_asks_first_and_obeys(int answer, int left)
    {
        Fill("r.1", 3);
        Fill("r.2", 1);
        List<string> questions = [];
        _session.Answer = (caption, message, _) =>
        {
            questions.Add($"{caption} {message}");
            return answer;
        };
        Run("-All");
        Assert.Contains("ALL runs", Assert.Single(questions), StringComparison.Ordinal);
        Assert.Equal(left, _configMaps.Count);
        Assert.Equal(left == 0, !_server.Requests.IsEmpty);
    }

    [Theory]
    [InlineData("Remove-ScaleTestObject -All -Confirm:$false -Kubeconfig $Kubeconfig")]
    [InlineData("$ConfirmPreference = 'None'; Remove-ScaleTestObject -All -Kubeconfig $Kubeconfig")]
    public void All_does_not_ask_where_the_user_said_so(string script)
    {
        Fill("r.1", 3);
        // The host throws when it is asked.
        var result = Assert.Single(_session.Run(script, ("Kubeconfig", _kubeconfig)));
        Assert.Equal("*", result.Properties["RunId"].Value);
        Assert.Empty(_configMaps);
    }

    [Fact]
    public void What_remains_is_an_error_at_the_end_after_the_counts()
    {
        Fill("r.1", 3);
        _refuse = name => name == "r.1-2" ? StubResponse.Failure(500, "InternalError", "a webhook says no") : null;
        var (output, error) = RunToOutputAndError("-RunId r.1");
        Assert.Equal(1L, Assert.Single(output).Properties["Remaining"].Value);
        Assert.Equal("ObjectsRemain,K8sScaleTest.RemoveScaleTestObjectCommand", error.FullyQualifiedErrorId);
        Assert.Contains("1 configmaps of run r.1", error.Exception.Message, StringComparison.Ordinal);
        Assert.Contains("InternalError", error.Exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_ID_that_could_not_be_one_is_refused_before_any_request()
    {
        var error = _session.RunToError("$ErrorActionPreference = 'Stop'; Remove-ScaleTestObject -RunId good.1, 'Not_One' -Kubeconfig $Kubeconfig", ("Kubeconfig", _kubeconfig));
        Assert.Equal("InvalidRunId,K8sScaleTest.RemoveScaleTestObjectCommand", error.FullyQualifiedErrorId);
        Assert.Contains("'Not_One'", error.Exception.Message, StringComparison.Ordinal);
        Assert.Empty(_server.Requests);
    }

    [Theory]
    [InlineData("")]
    [InlineData("-RunId r.1 -All")]
    public void It_wants_runs_or_all_and_not_both(string parameters)
    {
        _ = _session.RunToError($"$ErrorActionPreference = 'Stop'; Remove-ScaleTestObject {parameters} -Kubeconfig $Kubeconfig -Confirm:$false", ("Kubeconfig", _kubeconfig));
        Assert.Empty(_server.Requests);
    }

    [Fact]
    public async Task A_stop_ends_it_at_once_even_while_it_waits()
    {
        Fill("r.1", 3);
        _refuse = _ => StubResponse.Failure(500, "InternalError", "no");
        using var script = _session.Start("Remove-ScaleTestObject -RunId r.1 -Kubeconfig $Kubeconfig", ("Kubeconfig", _kubeconfig));
        while (!_server.Requests.Any(request => request.Method == "DELETE")) await Task.Delay(10, TestContext.Current.CancellationToken);
        await script.StopAsync();
        // Left alone it would list six times, with pauses that double, before it gives up.
        Assert.InRange(_server.Requests.Count(request => request.Method == "GET" && request.Target.Contains("labelSelector", StringComparison.Ordinal)), 1, 5);
        Assert.Empty(script.Output);
    }

    private void Fill(string run, int count, string ns = "scaletest")
    {
        for (var i = 1; i <= count; i++) _configMaps[$"{ns}/{run}-{i}"] = run;
    }

    private System.Collections.ObjectModel.Collection<PSObject> Run(string parameters) =>
        _session.Run($"Remove-ScaleTestObject {parameters} -Kubeconfig $Kubeconfig", ("Kubeconfig", _kubeconfig));

    private (List<PSObject> Output, ErrorRecord Error) RunToOutputAndError(string parameters)
    {
        var results = _session.Run($"try {{ Remove-ScaleTestObject {parameters} -Kubeconfig $Kubeconfig }} catch {{ $_ }}", ("Kubeconfig", _kubeconfig));
        return ([.. results.Where(result => result.BaseObject is not ErrorRecord)], (ErrorRecord)results[^1].BaseObject);
    }

    private StubResponse Answer(StubRequest request)
    {
        if (request.Path == "/apis") return new StubResponse(200, _flunders ? """{"groups":[{"name":"wardle.example.com","versions":[{"version":"v1beta1"}]}]}""" : """{"groups":[]}""");
        if (request.Path == "/apis/wardle.example.com/v1beta1") return new StubResponse(503, "service unavailable", "text/plain");
        if (request.Path == "/api/v1") return new StubResponse(200, """{"resources":[{"name":"configmaps","kind":"ConfigMap","namespaced":true},{"name":"secrets","kind":"Secret","namespaced":true}]}""");
        var path = request.Path.Split('/'); // of /api/v1/namespaces/<namespace>/configmaps/<name>
        if (path is [_, _, _, _, _, "secrets"]) return StubResponse.Failure(403, "Forbidden", "no");
        if (path is not [_, _, _, "namespaces", var ns, "configmaps", ..]) return new StubResponse(404, "404 page not found", "text/plain");
        if (request.Method == "DELETE")
        {
            var name = path[6];
            if (_refuse(name) is { } refusal) return refusal;
            return _configMaps.TryRemove($"{ns}/{name}", out _) ? new StubResponse(200, "{}") : StubResponse.Failure(404, "NotFound", "gone");
        }

        var query = Uri.UnescapeDataString(request.Target);
        var items = _configMaps.Where(each => each.Key.StartsWith($"{ns}/", StringComparison.Ordinal)).Select(each => KeyValuePair.Create(each.Key[(ns.Length + 1)..], each.Value)).Where(each => !query.Contains("scaletest/run=", StringComparison.Ordinal) || query.Contains($"scaletest/run={each.Value}&", StringComparison.Ordinal))
            .Select(each => $$$"""{"metadata":{"name":"{{{each.Key}}}","uid":"uid-{{{each.Key}}}"}}""");
        return query.Contains("purpose=scaletest", StringComparison.Ordinal)
            ? new StubResponse(200, $$"""{"metadata":{},"items":[{{string.Join(',', items)}}]}""")
            : StubResponse.Failure(400, "BadRequest", "no selector");
    }
}
