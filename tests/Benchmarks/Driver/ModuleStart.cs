using System.Diagnostics;
using System.Globalization;

namespace K8sScaleTest.Benchmarks.Driver;

/// <summary>How long a fresh session takes to import the module, and from there to its first write.</summary>
internal sealed record ModuleStart(double ImportMs, double FirstRequestMs)
{
    private const string Script = """
        $watch = [Diagnostics.Stopwatch]::StartNew()
        Import-Module '<manifest>'
        $import = $watch.Elapsed.TotalMilliseconds
        $imported = ([DateTime]::UtcNow - [DateTime]::UnixEpoch).TotalMilliseconds
        $first = [double]::MaxValue
        Start-ConfigMapDriver -Kubeconfig '<kubeconfig>' -Count 1 -Rate 1000 -MaxPopulation 1 | ForEach-Object { $first = [Math]::Min($first, $_.SentUnixMicroseconds / 1000.0) }
        $Host.UI.WriteLine("measured $import $($first - $imported)")
        """;

    /// <summary>Measures it in a process of its own.</summary>
    public static async Task<ModuleStart> MeasureAsync(ModuleLayout layout, string kubeconfig)
    {
        // A shell beside which an empty module lies: it opens as ever, and the import of the real one can be timed alone.
        var folder = Directory.CreateTempSubdirectory("k8sscaletest-start-").FullName;
        try
        {
            var shell = Path.Combine(folder, "shell");
            Copy(Path.GetDirectoryName(layout.Shell)!, shell);
            var empty = Path.Combine(folder, "K8sScaleTest", "0.0.1");
            Directory.CreateDirectory(empty);
            await File.WriteAllTextAsync(Path.Combine(empty, "K8sScaleTest.psd1"), "@{ ModuleVersion = '0.0.1' }");
            var script = Path.Combine(folder, "start.ps1");
            var text = Script.Replace("<manifest>", Quoted(layout.Manifest), StringComparison.Ordinal).Replace("<kubeconfig>", Quoted(kubeconfig), StringComparison.Ordinal);
            await File.WriteAllTextAsync(script, text);
            return Parse(await RunAsync(Path.Combine(shell, Path.GetFileName(layout.Shell)), script));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<string> RunAsync(string shell, string script)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardOutput = true };
        foreach (var argument in new[] { shell, "-File", script }) start.ArgumentList.Add(argument);
        using var process = Process.Start(start)!;
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? output : throw new InvalidOperationException($"The shell ended with {process.ExitCode}: {output}");
    }

    private static ModuleStart Parse(string output)
    {
        var line = output.Split('\n').Single(line => line.StartsWith("measured ", StringComparison.Ordinal)).Split(' ');
        return new(double.Parse(line[1], CultureInfo.InvariantCulture), double.Parse(line[2], CultureInfo.InvariantCulture));
    }

    private static string Quoted(string path) => path.Replace("'", "''", StringComparison.Ordinal);

    private static void Copy(string from, string to)
    {
        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
    }
}
