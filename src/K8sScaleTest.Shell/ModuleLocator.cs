namespace K8sScaleTest.Shell;

/// <summary>Finds the built module: beside the shell's folder, or inside it.</summary>
internal static class ModuleLocator
{
    private const string ModuleName = "K8sScaleTest";

    /// <summary>The manifest of the newest version. Throws <see cref="FileNotFoundException"/> that says where it was sought.</summary>
    /// <param name="shellFolder">The folder of the shell's own assembly.</param>
    public static string FindManifest(string shellFolder)
    {
        string[] places =
        [
            Path.GetFullPath(Path.Combine(shellFolder, "..", ModuleName)),
            Path.GetFullPath(Path.Combine(shellFolder, ModuleName)),
        ];
        var manifest = places
            .Where(Directory.Exists)
            .SelectMany(Directory.EnumerateDirectories)
            .Select(folder => (Manifest: Path.Combine(folder, ModuleName + ".psd1"), Version: Version.TryParse(Path.GetFileName(folder), out var v) ? v : null))
            .Where(found => found.Version is not null && File.Exists(found.Manifest))
            .OrderByDescending(found => found.Version)
            .Select(found => found.Manifest)
            .FirstOrDefault();
        return manifest ?? throw new FileNotFoundException(
            $"The module {ModuleName} is not there: {string.Join(" and ", places.Select(p => Path.Combine(p, "<version>", ModuleName + ".psd1")))} "
            + "were looked for. Build it with `dotnet build`, or unpack the shell together with the module.");
    }
}
