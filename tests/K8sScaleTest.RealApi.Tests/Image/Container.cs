using System.Text.Json;

namespace K8sScaleTest.RealApi.Tests.Image;

/// <summary>
/// A container of the built image, in which commands run as its pods run them: its entry point, its user. The images are named by SCALETEST_IMAGE and
/// SCALETEST_IMAGE_BASE; tests/Image/build makes them.
/// </summary>
public sealed class Container : IAsyncLifetime
{
    private string? _name;
    private string[] _entryPoint = [];

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

    /// <summary>Runs the entry point with arguments.</summary>
    internal Task<(int ExitCode, string Output, string Error)> RunAsync(IEnumerable<string> options, IEnumerable<string> arguments) =>
        Tool.TryAsync("buildah", ["run", .. options, _name!, "--", .. _entryPoint, .. arguments]);

    /// <summary>The folder of the container's root file system.</summary>
    internal Task<string> MountAsync() => Tool.RunAsync("buildah", "mount", _name!);

    private static string Named(string variable)
    {
        var name = Environment.GetEnvironmentVariable(variable);
        if (string.IsNullOrEmpty(name)) Assert.Skip($"{variable} is not set: tests/Image/build makes the images, and prints the name of the base and of the image.");
        return name!;
    }
}
