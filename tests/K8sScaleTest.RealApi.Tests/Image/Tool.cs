using System.Diagnostics;

namespace K8sScaleTest.RealApi.Tests.Image;

/// <summary>A program run to its end.</summary>
internal static class Tool
{
    /// <summary>What buildah needs where containers run in containers.</summary>
    public static (string Name, string? Value)[] Environment { get; } = [("STORAGE_DRIVER", "vfs"), ("BUILDAH_ISOLATION", "chroot")];

    /// <summary>Runs it and returns what it wrote; it must succeed.</summary>
    public static async Task<string> RunAsync(string program, params string[] arguments)
    {
        var (exitCode, output, error) = await TryAsync(program, arguments);
        Assert.True(exitCode == 0, $"{program} {string.Join(' ', arguments)} ended with {exitCode}: {error}");
        return output.Trim();
    }

    /// <summary>Runs it.</summary>
    public static async Task<(int ExitCode, string Output, string Error)> TryAsync(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        foreach (var (name, value) in Environment) start.Environment[name] = value;
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, await output, await error);
    }
}
