namespace K8sScaleTest.LocalApi.Hosting;

/// <summary>
/// A temporary folder of one server, that only its owner can enter. A lock in it says that the server lives: the system lets go of it even when the
/// server is killed, and the next server to start removes what such a one has left behind.
/// </summary>
internal sealed class ServerFolder : IDisposable
{
    private const string Prefix = "k8sscaletest-api-";
    private const string LockName = "lock";

    /// <summary>A folder without its lock belongs to a server that starts at this moment, or that died as it did.</summary>
    private static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(1);

    private readonly FileStream _lock;

    private ServerFolder(string path)
    {
        FullPath = path;
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.ReadWrite, Share = FileShare.None };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        _lock = new FileStream(Path.Combine(path, LockName), options);
    }

    public string FullPath { get; }

    public static ServerFolder Create()
    {
        RemoveStale(Path.GetTempPath());
        return new ServerFolder(Directory.CreateTempSubdirectory(Prefix).FullName);
    }

    public void Dispose()
    {
        try
        {
            Directory.Delete(FullPath, recursive: true);
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            // It is gone already, or somebody writes into it at this very moment.
        }
        _lock.Dispose();
    }

    /// <summary>Removes the folders of servers that were killed; those of other users cannot be, and are left.</summary>
    internal static void RemoveStale(string within)
    {
        foreach (var folder in new DirectoryInfo(within).EnumerateDirectories(Prefix + "*"))
        {
            try
            {
                // A link leads to where somebody else wants it to.
                if (folder.LinkTarget is null && IsStale(folder)) folder.Delete(recursive: true);
            }
            catch (Exception kept) when (kept is IOException or UnauthorizedAccessException)
            {
                // Its server lives, another one removes it at this moment, or it belongs to somebody else.
            }
        }
    }

    private static bool IsStale(DirectoryInfo folder)
    {
        var file = new FileInfo(Path.Combine(folder.FullName, LockName));
        if (!file.Exists) return TimeProvider.System.GetUtcNow() - folder.CreationTimeUtc > StartLimit;
        if (file.LinkTarget is not null) return false;
        // Taking it fails while its server lives.
        using var taken = new FileStream(file.FullName, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
        return true;
    }
}
