using System.Reflection;
using System.Runtime.InteropServices;

namespace K8sScaleTest.Benchmarks.Driver;

/// <summary>A built module with its shell: what <c>dotnet build</c> leaves, or the package compiled ahead of time.</summary>
internal sealed record ModuleLayout(string Name, string Manifest, string Shell, string HowToMake)
{
    public static ModuleLayout Built { get; } = new(
        "dotnet build", Path.Combine(Metadata("ModuleOutput"), "K8sScaleTest.psd1"), Metadata("ShellAssembly"), "dotnet build -c Release makes it.");

    public static ModuleLayout Package { get; } = Packaged();

    public bool Exists => File.Exists(Manifest) && File.Exists(Shell);

    private static ModuleLayout Packaged()
    {
        var version = Path.GetFileName(Metadata("ModuleOutput").TrimEnd('/', '\\'));
        var package = Path.Combine(Metadata("RepositoryRoot"), "out", "Release", "package", RuntimeInformation.RuntimeIdentifier);
        return new(
            "package (ReadyToRun)",
            Path.Combine(package, "K8sScaleTest", version, "K8sScaleTest.psd1"),
            Path.Combine(package, "shell", "K8sScaleTest.Shell.dll"),
            "build.ps1 -Task Package makes it.");
    }

    private static string Metadata(string key) =>
        typeof(ModuleLayout).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().First(attribute => attribute.Key == key).Value!;
}
