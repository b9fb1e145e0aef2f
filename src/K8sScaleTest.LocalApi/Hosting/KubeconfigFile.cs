using System.Text;
using K8sScaleTest.LocalApi.Control;

namespace K8sScaleTest.LocalApi.Hosting;

/// <summary>The kubeconfig with which clients find the server: readable by its owner alone, gone when the server ends.</summary>
internal sealed class KubeconfigFile : IDisposable
{
    /// <summary>Under this name stands where faults are ordered and the ledger is read; other clients pass over it.</summary>
    private const string ControlExtension = "local-api-control";

    private readonly string? _folder;
    private readonly string _text;

    private KubeconfigFile(string path, string? folder, string text)
    {
        Path = path;
        _folder = folder;
        _text = text;
    }

    public string Path { get; }

    /// <summary>Writes it; without a path into a fresh folder that only its owner can enter.</summary>
    public static KubeconfigFile Write(string? path, string url, string token, string authorityPem, ControlServer control)
    {
        var folder = path is null ? Directory.CreateTempSubdirectory("k8sscaletest-").FullName : null;
        var file = path ?? System.IO.Path.Combine(folder!, "kubeconfig");
        var text = $"""
            apiVersion: v1
            kind: Config
            current-context: local
            clusters:
            - name: local
              cluster:
                server: {url}
                certificate-authority-data: {Convert.ToBase64String(Encoding.ASCII.GetBytes(authorityPem))}
            users:
            - name: local
              user:
                token: {token}
            contexts:
            - name: local
              context:
                cluster: local
                user: local
                namespace: default
            extensions:
            - name: {ControlExtension}
              extension:
                url: {control.Url}
                token: {control.Token}

            """;
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        // An existing file may be readable by others: it is replaced, never written into.
        File.Delete(file);
        using (var stream = new FileStream(file, options)) stream.Write(Encoding.UTF8.GetBytes(text));
        return new KubeconfigFile(file, folder, text);
    }

    public void Dispose()
    {
        try
        {
            // The folder is the server's own, and kubectl may have put a lock into it.
            if (_folder is not null) Directory.Delete(_folder, recursive: true);
            // A path that was named may hold the kubeconfig of the next server by now.
            else if (File.Exists(Path) && File.ReadAllText(Path) == _text) File.Delete(Path);
        }
        catch (IOException)
        {
            // It is gone already, or someone writes into it at this very moment.
        }
    }
}
