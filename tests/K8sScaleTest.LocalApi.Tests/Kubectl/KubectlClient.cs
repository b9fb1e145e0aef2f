using System.Diagnostics;

namespace K8sScaleTest.LocalApi.Tests.Kubectl;

/// <summary>Runs the kubectl of this machine against the server of a fixture, with a folder of its own for files. It must be installed: a run without it fails.</summary>
internal sealed class KubectlClient(ServerFixture fixture) : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("k8sscaletest-");

    /// <summary>What is set besides the environment of the tests: KUBE_EDITOR.</summary>
    public Dictionary<string, string> Environment { get; } = [];

    /// <summary>Where its files are.</summary>
    public string Folder => _folder.FullName;

    /// <summary>Runs a command that must succeed; gives what it printed.</summary>
    public async Task<string> RunAsync(params string[] arguments)
    {
        var (code, output, said) = await EndAsync(arguments);
        Assert.True(code == 0, $"kubectl {string.Join(' ', arguments)}: exit code {code}. {output} {said}");
        return output;
    }

    /// <summary>Runs a command that must fail; gives what it said.</summary>
    public async Task<string> FailAsync(params string[] arguments)
    {
        var (code, output, said) = await EndAsync(arguments);
        Assert.True(code != 0, $"kubectl {string.Join(' ', arguments)} succeeds: {output} {said}");
        return said;
    }

    /// <summary>Runs a command to its end: exit code, standard output and standard error, without blanks at the end.</summary>
    public async Task<(int Code, string Output, string Said)> EndAsync(params string[] arguments)
    {
        using var process = Start(arguments);
        var errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, output.TrimEnd(), (await errors).TrimEnd());
    }

    /// <summary>Starts a command that goes on, such as a watch.</summary>
    public Process Start(params string[] arguments)
    {
        var start = new ProcessStartInfo("kubectl") { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = _folder.FullName };
        foreach (var (name, value) in Environment) start.Environment[name] = value;
        foreach (var argument in (string[])["--kubeconfig", fixture.Server.Kubeconfig, "--cache-dir", Path.Combine(_folder.FullName, "cache"), .. arguments]) start.ArgumentList.Add(argument);
        return Process.Start(start) ?? throw new InvalidOperationException("kubectl does not start.");
    }

    /// <summary>Makes a namespace.</summary>
    public async Task<string> NamespaceAsync(string name)
    {
        Assert.Equal($"namespace/{name} created", await RunAsync("create", "namespace", name));
        return name;
    }

    /// <summary>Writes a file; gives its path.</summary>
    public string Write(string name, string text)
    {
        var path = Path.Combine(_folder.FullName, name);
        File.WriteAllText(path, text);
        return path;
    }

    public static async Task<string?> LineAsync(Process process) => await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken);

    public void Dispose() => _folder.Delete(recursive: true);
}
