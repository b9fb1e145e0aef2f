using System.Text;
using K8sScaleTest.LocalApi.Access;
using K8sScaleTest.LocalApi.Control;

namespace K8sScaleTest.LocalApi.Hosting;

/// <summary>
/// The kubeconfigs with which clients find the server, one for each of its users: readable by their owner alone, gone when the server ends. The
/// others stand beside the administrator's, under its name with an addition. Who may do everything may order faults too: an extension says where.
/// </summary>
internal sealed class KubeconfigFiles : IDisposable
{
    private readonly ServerFolder? _folder;
    private readonly Dictionary<string, string> _written = [];

    private KubeconfigFiles(string administrator, ServerFolder? folder)
    {
        Administrator = administrator;
        _folder = folder;
    }

    /// <summary>May do everything, by token.</summary>
    public string Administrator { get; }

    /// <summary>May do everything, by client certificate.</summary>
    public string Certificate => Administrator + "-certificate";

    /// <summary>May read everything.</summary>
    public string ReadOnly => Administrator + "-readonly";

    /// <summary>May do nothing but ask who it is.</summary>
    public string NoRights => Administrator + "-norights";

    /// <summary>Writes them; without a path into a fresh folder that only its owner can enter.</summary>
    public static KubeconfigFiles Write(string? path, string url, string authorityPem, Credentials credentials, ClientAuthority clients, ControlServer control)
    {
        // Other clients pass over it.
        var extension = $"extensions:\n- name: local-api-control\n  extension:\n    url: {control.Url}\n    token: {control.Token}\n";
        var folder = path is null ? ServerFolder.Create() : null;
        var files = new KubeconfigFiles(path ?? Path.Combine(folder!.FullPath, "kubeconfig"), folder);
        try
        {
            files.Write(files.Administrator, url, authorityPem, credentials.Admin.Name, "token: " + credentials.AdminToken, extension);
            files.Write(files.ReadOnly, url, authorityPem, credentials.Reader.Name, "token: " + credentials.ReaderToken);
            files.Write(files.NoRights, url, authorityPem, credentials.Nobody.Name, "token: " + credentials.NobodyToken);
            files.Write(files.Certificate, url, authorityPem, credentials.Admin.Name, $"client-certificate-data: {Base64(clients.CertificatePem)}\n    client-key-data: {Base64(clients.KeyPem)}", extension);
            return files;
        }
        catch
        {
            files.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        // The folder is the server's own, and kubectl may have put a lock into it.
        if (_folder is not null)
        {
            _folder.Dispose();
            return;
        }
        foreach (var (file, text) in _written)
        {
            try
            {
                // A path that was named may hold the kubeconfig of the next server by now.
                if (File.Exists(file) && File.ReadAllText(file) == text) File.Delete(file);
            }
            catch (IOException)
            {
                // It is gone already, or someone writes into it at this very moment.
            }
        }
    }

    private void Write(string file, string url, string authorityPem, string user, string secret, string extension = "")
    {
        var text = $"""
            apiVersion: v1
            kind: Config
            current-context: local
            clusters:
            - name: local
              cluster:
                server: {url}
                certificate-authority-data: {Base64(authorityPem)}
            users:
            - name: {user}
              user:
                {secret}
            contexts:
            - name: local
              context:
                cluster: local
                user: {user}
                namespace: default
            {extension}
            """;
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        // An existing file may be readable by others: it is replaced, never written into.
        File.Delete(file);
        using (var stream = new FileStream(file, options)) stream.Write(Encoding.UTF8.GetBytes(text));
        _written[file] = text;
    }

    private static string Base64(string pem) => Convert.ToBase64String(Encoding.ASCII.GetBytes(pem));
}
