using System.Runtime.InteropServices;

namespace K8sScaleTest;

/// <summary>
/// Finds a dotnet that has the ASP.NET Core runtime. Where .NET installs itself comes before PATH: pwsh brings a runtime of its own without
/// ASP.NET Core, and may put its folder there.
/// </summary>
internal static class DotnetLocator
{
    private const string Framework = "Microsoft.AspNetCore.App";
    private const int Major = 10;

    /// <summary>The executable; throws <see cref="FileNotFoundException"/> that says where it was sought and how to install it.</summary>
    public static string Find() => Find(InstallFolders());

    /// <summary>As the other, in the folders given.</summary>
    internal static string Find(IEnumerable<string> folders)
    {
        var sought = new List<string>();
        foreach (var folder in folders.Where(f => f.Length > 0).Select(Path.TrimEndingDirectorySeparator).Distinct(StringComparer.Ordinal))
        {
            var executable = Path.Combine(folder, OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet");
            if (File.Exists(executable) && HasFramework(folder)) return executable;
            sought.Add(folder);
        }
        throw new FileNotFoundException(
            $"The local API server needs the ASP.NET Core runtime {Major}.0, and none was found in {string.Join(", ", sought)}. "
            + $"Install the package aspnetcore-runtime-{Major}.0 (Linux), Microsoft.DotNet.AspNetCore.{Major} (winget), or 'ASP.NET Core Runtime {Major}.0' from https://dotnet.microsoft.com/download/dotnet/{Major}.0; "
            + "where it is installed elsewhere, set DOTNET_ROOT to its folder.");
    }

    private static IEnumerable<string> InstallFolders()
    {
        yield return Environment.GetEnvironmentVariable("DOTNET_ROOT") ?? "";
        // shared/Microsoft.NETCore.App/10.0.x, where this process runs on an installed runtime.
        yield return Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."));
        if (OperatingSystem.IsWindows())
        {
            yield return Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.ProgramFiles), "dotnet");
        }
        else
        {
            yield return InstallLocation();
            yield return "/usr/share/dotnet";
            yield return "/usr/lib/dotnet";
            yield return "/usr/lib64/dotnet";
            yield return "/usr/local/share/dotnet";
        }
        yield return Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".dotnet");
        foreach (var folder in (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)) yield return OnPath(folder);
    }

    /// <summary>What the installer of a distribution wrote down.</summary>
    private static string InstallLocation() => File.Exists("/etc/dotnet/install_location") ? File.ReadLines("/etc/dotnet/install_location").FirstOrDefault("").Trim() : "";

    /// <summary>The folder that a dotnet on PATH really stands in: distributions put a link there.</summary>
    private static string OnPath(string folder)
    {
        if (folder.Length == 0) return "";
        var file = new FileInfo(Path.Combine(folder, OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet"));
        return !file.Exists ? "" : file.ResolveLinkTarget(returnFinalTarget: true) is { } real ? Path.GetDirectoryName(real.FullName)! : folder;
    }

    private static bool HasFramework(string folder)
    {
        var versions = Path.Combine(folder, "shared", Framework);
        return Directory.Exists(versions) && Directory.EnumerateDirectories(versions).Any(v => Version.TryParse(Path.GetFileName(v), out var version) && version.Major == Major);
    }
}
