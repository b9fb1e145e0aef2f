using System.Text.Json;
using K8sScaleTest.TestSupport;

namespace K8sScaleTest.RealApi.Tests.Image;

/// <summary>
/// A container of the built image, in which commands run as its pods run them: its entry point, its user. The images are named by SCALETEST_IMAGE and
/// SCALETEST_IMAGE_BASE; tests/Image/build makes them.
/// </summary>
public sealed class Container : IAsyncLifetime
{
    private string? _name;
    private string[] _entryPoint = [];
    private string[] _environment = [];

    /// <summary>The image's name.</summary>
    internal static string Image => Named("SCALETEST_IMAGE");

    /// <summary>The name of the image that it was built on.</summary>
    internal static string Base => Named("SCALETEST_IMAGE_BASE");

    public async ValueTask InitializeAsync()
    {
        if (Environment.GetEnvironmentVariable("SCALETEST_IMAGE") is not { Length: > 0 } image) return; // each test skips itself
        _name = await Tool.RunAsync("buildah", "from", image);
        using var config = await ConfigAsync();
        _entryPoint = [.. config.RootElement.GetProperty("Entrypoint").EnumerateArray().Select(word => word.GetString()!)];
        _environment = [.. config.RootElement.GetProperty("Env").EnumerateArray().Select(word => word.GetString()!)];
    }

    public async ValueTask DisposeAsync()
    {
        if (_name is not null) await Tool.RunAsync("buildah", "rm", _name);
    }

    /// <summary>What the image says about itself: user, labels, entry point.</summary>
    internal static async Task<JsonDocument> ConfigAsync()
    {
        using var inspected = JsonDocument.Parse(await Tool.RunAsync("buildah", "inspect", "--type", "image", Image));
        return JsonDocument.Parse(inspected.RootElement.GetProperty("OCIv1").GetProperty("config").GetRawText());
    }

    /// <summary>Starts the entry point with arguments.</summary>
    internal ShellProcess Start(IEnumerable<string> options, IEnumerable<string> arguments) =>
        ShellProcess.StartBy("buildah", Tool.Environment, ["run", .. options, _name!, "--", .. _entryPoint, .. arguments]);

    /// <summary>Starts the entry point as the first process of its own, as in a pod, which buildah without an OCI runtime does not do.</summary>
    internal async Task<ShellProcess> StartAsFirstProcessAsync(IEnumerable<string> environment, IEnumerable<string> arguments)
    {
        using var config = await ConfigAsync();
        var root = await MountAsync();
        return ShellProcess.StartBy("unshare", [], ["--pid", "--fork", "--kill-child", $"--mount-proc={root}/proc",
            "chroot", $"--userspec={config.RootElement.GetProperty("User").GetString()}", root, "env", "-i", .. _environment, .. environment, .. _entryPoint, .. arguments]);
    }

    /// <summary>Runs the entry point with arguments to its end.</summary>
    internal async Task<ShellResult> RunAsync(IEnumerable<string> options, IEnumerable<string> arguments)
    {
        using var shell = Start(options, arguments);
        return await shell.EndAsync();
    }

    /// <summary>Sends a signal to the shell itself, not to the programs that started it.</summary>
    internal static async Task SignalAsync(ShellProcess started, string signal)
    {
        var id = $"{started.Id}";
        while (await Tool.TryAsync("pgrep", "--parent", id) is { ExitCode: 0 } children) id = Assert.Single(children.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        await Tool.RunAsync("kill", $"-{signal}", id);
    }

    /// <summary>The folder of the container's root file system.</summary>
    internal Task<string> MountAsync() => Tool.RunAsync("buildah", "mount", _name!);

    private static string Named(string variable)
    {
        var name = Environment.GetEnvironmentVariable(variable);
        if (string.IsNullOrEmpty(name)) Assert.Skip($"{variable} is not set: tests/Image/build makes the images, and prints the name of the base and of the image.");
        return name!;
    }
}
