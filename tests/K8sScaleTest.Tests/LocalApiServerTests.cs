using System.Diagnostics;
using System.Reflection;
using System.Text.RegularExpressions;
using K8sScaleTest.TestSupport;

namespace K8sScaleTest.Tests;

/// <summary>Start-, Get- and Stop-LocalApiServer, as a session has them.</summary>
public sealed class LocalApiServerTests
{
    [Fact]
    public void A_server_is_started_listed_and_stopped()
    {
        using var session = new ModuleSession();
        var started = session.Run("$server = Start-LocalApiServer -Latency 5ms -Concurrency 8 -ServiceTime 0.001 -MaxStreams 100; $server").Single();
        try
        {
            var id = (int)started.Properties["Id"].Value;
            var kubeconfig = (string)started.Properties["Kubeconfig"].Value;
            Assert.Empty(session.Errors);
            Assert.StartsWith("https://127.0.0.1:", (string)started.Properties["Url"].Value, StringComparison.Ordinal);
            Assert.Equal("v1.36.0", started.Properties["Version"].Value);
            Assert.Equal(
                (TimeSpan.FromMilliseconds(5), 8, TimeSpan.FromMilliseconds(1), 100),
                (started.Properties["Latency"].Value, started.Properties["Concurrency"].Value, started.Properties["ServiceTime"].Value, started.Properties["MaxStreams"].Value));
            Assert.True(File.Exists(kubeconfig));
            Assert.Equal(id, session.Run("Get-LocalApiServer -Id $Id", ("Id", id)).Single().Properties["Id"].Value);

            session.Run("$server | Stop-LocalApiServer");

            Assert.Empty(session.Errors);
            Assert.False(File.Exists(kubeconfig));
            Assert.DoesNotContain(Process.GetProcesses(), p => p.Id == id);
            Assert.DoesNotContain(session.Run("Get-LocalApiServer"), s => (int)s.Properties["Id"].Value == id);
        }
        finally
        {
            session.Run("$server | Stop-LocalApiServer");
        }
    }

    /// <summary>What the program can be told, the cmdlet can be told, and the other way round.</summary>
    [Fact]
    public async Task Every_option_of_the_server_has_its_parameter()
    {
        var parameters = new Dictionary<string, string>
        {
            ["--listen"] = "Listen",
            ["--port"] = "Port",
            ["--kubeconfig"] = "Kubeconfig",
            ["--latency"] = "Latency",
            ["--concurrency"] = "Concurrency",
            ["--service-time"] = "ServiceTime",
            ["--max-streams"] = "MaxStreams",
            ["--history"] = "HistorySize",
            ["--ledger"] = "LedgerSize",
            ["--ledger-times"] = "LedgerTimeEvery",
            ["--no-flunder-api"] = "NoFlunderApi",
            ["--allow-any"] = "AllowNonLoopback",
        };
        // What ties it to its starter is nobody's to choose.
        const string Always = "--parent-stdin";
        using var session = new ModuleSession();
        var own = session.Run("$common = [System.Management.Automation.Cmdlet]::CommonParameters + [System.Management.Automation.Cmdlet]::OptionalCommonParameters; (Get-Command Start-LocalApiServer).Parameters.Keys | Where-Object { $_ -notin $common }").Select(p => (string)p.BaseObject);
        var failed = await Assert.ThrowsAsync<InvalidOperationException>(() => LocalApiProcess.StartAsync("--help"));

        Assert.Equal(parameters.Values.Order(StringComparer.Ordinal), own.Order(StringComparer.Ordinal));
        Assert.Equal(parameters.Keys.Append(Always).Order(StringComparer.Ordinal), Regex.Matches(failed.Message[failed.Message.IndexOf("Usage:", StringComparison.Ordinal)..], @"\[(--[a-z-]+)").Select(m => m.Groups[1].Value).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_server_without_Flunders_and_a_ledger_says_so_until_they_are_installed()
    {
        using var session = new ModuleSession();
        var started = session.Run("$server = Start-LocalApiServer -NoFlunderApi -LedgerSize 0; $server").Single();
        try
        {
            session.Run("$server | Start-FlunderDriver -Rate 100 -Count 1");
            Assert.Contains(session.Errors, e => e.ToString()!.Contains("Install-FlunderApi", StringComparison.Ordinal));

            Assert.NotEmpty(session.Run("$server | Install-FlunderApi"));
            Assert.NotEmpty(session.Run("$server | Start-FlunderDriver -Rate 100 -Count 5 | Where-Object Succeeded"));
            Assert.Empty(session.Run("$server | Get-LocalApiLedger"));
            Assert.Contains(session.Errors, e => e.ToString()!.Contains("keeps no ledger", StringComparison.Ordinal));
        }
        finally
        {
            session.Run("$server | Stop-LocalApiServer");
        }
    }

    [Fact]
    public void A_server_has_kubeconfigs_for_users_of_other_rights()
    {
        using var session = new ModuleSession();
        var started = session.Run("$server = Start-LocalApiServer; $server").Single();
        try
        {
            var files = new[] { "Kubeconfig", "KubeconfigCertificate", "KubeconfigReadOnly", "KubeconfigNoRights" }.Select(n => (string)started.Properties[n].Value).ToArray();
            Assert.All(files, f => Assert.True(File.Exists(f), f));
            Assert.Equal(4, files.Distinct().Count());

            var refused = session.Run("Start-ConfigMapDriver -Kubeconfig $server.KubeconfigReadOnly -Rate 10 -Count 1");

            Assert.Empty(refused);
            Assert.Contains(session.Errors, e => e.ToString()!.Contains("403", StringComparison.Ordinal) || e.ToString()!.Contains("forbidden", StringComparison.OrdinalIgnoreCase));
        }
        finally
        {
            session.Run("$server | Stop-LocalApiServer");
        }
    }

    [Fact]
    public void A_server_that_was_killed_leaves_no_file()
    {
        using var session = new ModuleSession();
        var started = session.Run("Start-LocalApiServer").Single();
        var folder = Path.GetDirectoryName((string)started.Properties["Kubeconfig"].Value)!;
        using (var process = Process.GetProcessById((int)started.Properties["Id"].Value))
        {
            process.Kill();
            process.WaitForExit();
        }

        // The session learns of the end a moment later.
        Assert.True(SpinWait.SpinUntil(() => session.Run("Get-LocalApiServer").Count == 0, TimeSpan.FromSeconds(20)));

        Assert.False(Directory.Exists(folder));
    }

    [Fact]
    public void It_listens_beyond_loopback_only_when_told_to_and_warns()
    {
        using var session = new ModuleSession();
        session.Run("Start-LocalApiServer -Listen 0.0.0.0");
        Assert.Contains("-AllowNonLoopback", session.Errors.Single().ToString(), StringComparison.Ordinal);
        try
        {
            session.Run("$server = Start-LocalApiServer -Listen 0.0.0.0 -AllowNonLoopback -WarningVariable warned; $server");

            Assert.Contains("other machines may reach", session.Run("$warned").Single().ToString(), StringComparison.Ordinal);
        }
        finally
        {
            session.Run("$server | Stop-LocalApiServer");
        }
    }

    [Fact]
    public void WhatIf_starts_nothing()
    {
        using var session = new ModuleSession();

        Assert.Empty(session.Run("Start-LocalApiServer -WhatIf"));
        Assert.Contains(session.HostLines, l => l.Contains("Start a local API server", StringComparison.Ordinal));
    }

    [Fact]
    public void Its_output_names_the_target_of_a_driver()
    {
        using var session = new ModuleSession();
        try
        {
            var records = session.Run("$server = Start-LocalApiServer; $server | Start-ConfigMapDriver -Rate 200 -Count 20 -MaxPopulation 5");

            Assert.Empty(session.Errors);
            Assert.Equal(40, records.Count(r => (string)r.Properties["Phase"].Value != "WarmUp"));
            Assert.All(records, r => Assert.Equal(true, r.Properties["Succeeded"].Value));
        }
        finally
        {
            session.Run("$server | Stop-LocalApiServer");
        }
    }

    [Fact]
    public void Removing_the_module_ends_its_servers()
    {
        using var session = new ModuleSession();
        var kubeconfig = (string)session.Run("(Start-LocalApiServer).Kubeconfig").Single().BaseObject;

        session.Run("Remove-Module K8sScaleTest");

        var limit = Stopwatch.StartNew();
        while (File.Exists(kubeconfig) && limit.Elapsed < TimeSpan.FromSeconds(5)) Thread.Sleep(20);
        Assert.False(File.Exists(kubeconfig));
    }

    [Theory]
    [InlineData("Start-LocalApiServer -Listen 10.1.2.3", "InvalidLocalApiSetting", "10.1.2.3: not a loopback address")]
    [InlineData("Start-LocalApiServer -Listen localhost", "InvalidLocalApiSetting", "localhost: not an IP address")]
    [InlineData("Start-LocalApiServer -Latency 2h", "InvalidLocalApiSetting", "more than an hour")]
    [InlineData("Start-LocalApiServer -Kubeconfig /nowhere/at/all", "LocalApiNotStarted", "ended with exit code 1 before it was ready. It said: Could not find a part of the path")]
    [InlineData("Stop-LocalApiServer -Id 1", "LocalApiServerNotFound", "No local API server with ID 1 runs in this session")]
    [InlineData("Get-LocalApiServer -Id 1", "LocalApiServerNotFound", "No local API server with ID 1 runs in this session")]
    public void A_mistake_is_said(string script, string errorId, string message)
    {
        using var session = new ModuleSession();

        var error = session.RunToError(script);

        Assert.StartsWith(errorId + ",", error.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Contains(message, error.Exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_runtime_is_an_error_that_says_how_to_install_it()
    {
        using var session = new ModuleSession();
        var folder = Directory.CreateTempSubdirectory("k8sscaletest-");
        try
        {
            // As pwsh's own folder: there is a dotnet, and no ASP.NET Core.
            File.WriteAllText(Path.Combine(folder.FullName, OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet"), "");
            Directory.CreateDirectory(Path.Combine(folder.FullName, "shared", "Microsoft.NETCore.App", "10.0.0"));
            Directory.CreateDirectory(Path.Combine(folder.FullName, "shared", "Microsoft.AspNetCore.App", "9.0.0"));
            var assembly = (Assembly)session.Run("(Get-Module K8sScaleTest).ImplementingAssembly").Single().BaseObject;
            var find = assembly.GetType("K8sScaleTest.DotnetLocator", throwOnError: true)!.GetMethod("Find", BindingFlags.Static | BindingFlags.NonPublic, [typeof(IEnumerable<string>)])!;

            var missing = Assert.IsType<FileNotFoundException>(Assert.Throws<TargetInvocationException>(() => find.Invoke(null, [new[] { folder.FullName }])).InnerException);
            Assert.Contains($"none was found in {folder.FullName}", missing.Message, StringComparison.Ordinal);
            Assert.Contains("aspnetcore-runtime-10.0", missing.Message, StringComparison.Ordinal);

            Directory.CreateDirectory(Path.Combine(folder.FullName, "shared", "Microsoft.AspNetCore.App", "10.0.1"));
            Assert.StartsWith(folder.FullName, (string)find.Invoke(null, [new[] { folder.FullName }])!, StringComparison.Ordinal);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
