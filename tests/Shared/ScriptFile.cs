namespace K8sScaleTest.TestSupport;

/// <summary>A script in a temporary folder of its own.</summary>
internal sealed class ScriptFile : IDisposable
{
    public ScriptFile(string text, string name = "test.ps1")
    {
        Folder = Directory.CreateTempSubdirectory("k8sscaletest-shell-").FullName;
        Path = System.IO.Path.Combine(Folder, name);
        File.WriteAllText(Path, text);
    }

    public string Folder { get; }

    public string Path { get; }

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
