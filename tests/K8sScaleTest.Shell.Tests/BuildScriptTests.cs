using System.Runtime.InteropServices;
using K8sScaleTest.TestSupport;

namespace K8sScaleTest.Shell.Tests;

/// <summary>What build.ps1 -Task Image refuses before it builds anything, and how it calls the tools that it finds.</summary>
public sealed class BuildScriptTests : IDisposable
{
    private static readonly string Script = Path.Combine(ShellProcess.RepositoryRoot, "build-image.ps1");
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("", "names no registry")]
    [InlineData("team", "'team' names no registry")]
    [InlineData("Registry.example/Team", "in lower case")]
    public async Task A_push_without_a_registry_is_refused(string registry, string said)
    {
        Tool("buildah", "exit 0");
        var refused = await BuildAsync($"-Registry '{registry}' -Push $true");
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains(said, Unwrapped(refused.Error), StringComparison.Ordinal);
        Assert.False(File.Exists(_folder.File("calls")));
    }

    [Fact]
    public async Task Without_any_tool_it_is_refused_with_what_would_do()
    {
        var refused = await BuildAsync("");
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("An image needs one of docker, podman, buildah, and none of them is there and works", Unwrapped(refused.Error), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_tool_that_does_not_work_is_as_good_as_none()
    {
        Tool("docker", "echo 'no daemon' >&2; exit 1");
        var refused = await BuildAsync("");
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("An image needs one of docker, podman, buildah", Unwrapped(refused.Error), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_tool_that_is_named_is_taken_and_no_other()
    {
        Tool("docker", "exit 0");
        Tool("buildah", $"echo \"$@\" >>'{_folder.File("calls")}'");
        var built = await BuildAsync("-Tool buildah");
        Assert.True(built.ExitCode == 0, built.Error);
        Assert.Single(await CallsAsync(), call => call.StartsWith("build ", StringComparison.Ordinal));
        var refused = await BuildAsync("-Tool podman");
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("An image needs one of podman, and none of them is there", Unwrapped(refused.Error), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("docker", false)]
    [InlineData("podman", true)]
    [InlineData("buildah", true)]
    public async Task Whichever_tool_is_there_builds_and_pushes(string tool, bool isToldWhereItBuilds)
    {
        Tool(tool, $"echo \"$@\" >>'{_folder.File("calls")}'");
        var built = await BuildAsync("-Registry registry.example/team -Push $true -Platform linux/amd64");
        Assert.True(built.ExitCode == 0, built.Error);
        Assert.Contains($"pushed, made by {tool}.", Unwrapped(built.Output), StringComparison.Ordinal);
        var calls = await CallsAsync();
        var build = Assert.Single(calls, call => call.StartsWith("build --file ", StringComparison.Ordinal));
        // Docker's own value says more than the two words, and stays.
        Assert.Equal(isToldWhereItBuilds, build.Contains("BUILDPLATFORM=", StringComparison.Ordinal));
        Assert.Equal(["push registry.example/team/k8sscaletest:1.2.3", "push registry.example/team/k8sscaletest:unknown"], calls.Where(call => call.StartsWith("push ", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("case \"$*\" in *rev-parse*) echo 0123456789ab ;; esac", "0123456789ab")]
    [InlineData("case \"$*\" in *rev-parse*) echo 0123456789ab ;; *) echo '?? new' ;; esac", "0123456789ab-dirty")]
    [InlineData("exit 128", "unknown")]
    [InlineData(null, "unknown")]
    public async Task The_revision_is_the_commit_and_says_when_the_sources_differ_from_it(string? git, string revision)
    {
        Tool("buildah", $"echo \"$@\" >>'{_folder.File("calls")}'");
        if (git is not null) Tool("git", git);
        var built = await BuildAsync("");
        Assert.True(built.ExitCode == 0, built.Error);
        var build = Assert.Single(await CallsAsync(), call => call.StartsWith("build ", StringComparison.Ordinal));
        Assert.Contains($"--tag localhost/k8sscaletest:1.2.3 --tag localhost/k8sscaletest:{revision} ", build, StringComparison.Ordinal);
        Assert.Contains($"--build-arg REVISION={revision} ", build, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("docker", "k8sscaletest")]
    [InlineData("podman", "localhost/k8sscaletest")]
    [InlineData("buildah", "localhost/k8sscaletest")]
    public async Task Without_a_registry_the_name_is_that_of_this_machine_and_takes_no_other_images_tag(string tool, string name)
    {
        Tool(tool, $"echo \"$@\" >>'{_folder.File("calls")}'");
        var built = await BuildAsync("");
        Assert.True(built.ExitCode == 0, built.Error);
        Assert.Contains($" --tag {name}:1.2.3 --tag {name}:unknown ", Assert.Single(await CallsAsync(), call => call.StartsWith("build ", StringComparison.Ordinal)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_image_of_another_architecture_runs_nothing_of_it_while_it_is_built()
    {
        var lines = await File.ReadAllLinesAsync(Path.Combine(ShellProcess.RepositoryRoot, "module", "deploy", "Dockerfile"), TestContext.Current.CancellationToken);
        var stages = Enumerable.Range(0, lines.Length).Where(i => lines[i].StartsWith("FROM ", StringComparison.Ordinal)).ToArray();
        Assert.Equal(2, stages.Length);
        Assert.StartsWith("FROM --platform=$BUILDPLATFORM ", lines[stages[0]], StringComparison.Ordinal);
        Assert.DoesNotContain(lines[stages[1]..], line => line.StartsWith("RUN ", StringComparison.Ordinal));
        // A default of its own would win over what docker says.
        Assert.Contains("ARG TARGETARCH", lines);
    }

    [Fact]
    public async Task A_build_that_fails_is_an_error_and_nothing_is_pushed()
    {
        Tool("podman", $"echo \"$@\" >>'{_folder.File("calls")}'; [ \"$1\" != build ]");
        var failed = await BuildAsync("-Registry registry.example/team -Push $true");
        Assert.Equal(1, failed.ExitCode);
        Assert.Contains("podman build ended with 1", Unwrapped(failed.Error), StringComparison.Ordinal);
        Assert.DoesNotContain(await CallsAsync(), call => call.StartsWith("push ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_first_tool_that_works_builds_with_version_and_commit_and_pushes_both_tags()
    {
        Tool("docker", "exit 1");
        Tool("podman", $"echo \"$@\" >>'{_folder.File("calls")}'");
        Tool("git", "case \"$*\" in *rev-parse*) echo 0123456789ab ;; *) echo ' M file' ;; esac");
        var built = await BuildAsync("-Registry localhost:5000/team -Push $true -Platform linux/arm64 -SdkImage sdk -BaseImage base");
        Assert.True(built.ExitCode == 0, built.Error);
        var calls = await CallsAsync();
        var build = Assert.Single(calls, call => call.StartsWith("build ", StringComparison.Ordinal));
        Assert.Contains("--tag localhost:5000/team/k8sscaletest:1.2.3 --tag localhost:5000/team/k8sscaletest:0123456789ab-dirty --platform linux/arm64", build, StringComparison.Ordinal);
        Assert.Contains("--build-arg VERSION=1.2.3 --build-arg REVISION=0123456789ab-dirty", build, StringComparison.Ordinal);
        Assert.Contains("--build-arg SDK_IMAGE=sdk --build-arg BASE_IMAGE=base", build, StringComparison.Ordinal);
        // It compiles on this machine's architecture, which not every version of the tool knows by itself.
        var here = RuntimeInformation.OSArchitecture == Architecture.Arm64 ? "arm64" : "amd64";
        Assert.Contains($"--build-arg BUILDPLATFORM=linux/{here} ", build, StringComparison.Ordinal);
        Assert.Equal(["push localhost:5000/team/k8sscaletest:1.2.3", "push localhost:5000/team/k8sscaletest:0123456789ab-dirty"], calls.Where(call => call.StartsWith("push ", StringComparison.Ordinal)));
    }

    private Task<string[]> CallsAsync() => File.ReadAllLinesAsync(_folder.File("calls"), TestContext.Current.CancellationToken);

    private async Task<ShellResult> BuildAsync(string parameters)
    {
        var script = _folder.Write("build.ps1", $"$ErrorActionPreference = 'Stop'\n. '{Script}'\nBuild-Image -Root '{_folder.Path}' -Version 1.2.3 {parameters}\n");
        // The tools of this test stand for all: dotnet itself is called by its path.
        using var shell = ShellProcess.StartWith([("PATH", $"{_folder.File("tools")}:/nowhere")], "-File", script);
        return await shell.EndAsync();
    }

    private void Tool(string name, string text)
    {
        var path = _folder.Write($"tools/{name}", $"#!/bin/sh\n{text}\n");
        if (OperatingSystem.IsWindows()) throw new PlatformNotSupportedException("A tool here is a shell script.");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    // Errors are wrapped at the terminal's width, with a margin.
    private static string Unwrapped(string error) => System.Text.RegularExpressions.Regex.Replace(error, @"\n\s*\|?\s*", " ");
}
