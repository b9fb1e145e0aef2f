namespace K8sScaleTest.TestSupport;

/// <summary>A folder of a test's own.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("k8sscaletest-").FullName;

    public string File(string name) => System.IO.Path.Combine(Path, name);

    public string Write(string name, string text)
    {
        var path = File(name);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        System.IO.File.WriteAllText(path, text);
        return path;
    }

    /// <summary>Replaces a file in one step, as Kubernetes replaces a projected token.</summary>
    public void Replace(string name, string text)
    {
        var next = Write(name + ".next", text);
        System.IO.File.Move(next, File(name), overwrite: true);
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
