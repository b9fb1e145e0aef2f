using System.Globalization;

namespace K8sScaleTest.Benchmarks.Server;

/// <summary>Finds who listens on a port of this machine (proc(5), /proc/net/tcp), so that a server which was not started here can be looked at too.</summary>
internal static class ListeningProcess
{
    private const string Listening = "0A";

    /// <summary>Its process ID; null where nobody does, or nobody whom this user may look at.</summary>
    public static int? Find(int port)
    {
        if (!OperatingSystem.IsLinux()) return null;
        var wanted = ":" + port.ToString("X4", CultureInfo.InvariantCulture);
        var sockets = new[] { "/proc/net/tcp", "/proc/net/tcp6" }.Where(File.Exists).SelectMany(File.ReadLines)
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Where(parts => parts.Length > 9 && parts[1].EndsWith(wanted, StringComparison.Ordinal) && parts[3] == Listening)
            .Select(parts => $"socket:[{parts[9]}]").ToHashSet();
        if (sockets.Count == 0) return null;
        foreach (var folder in Directory.GetDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out var process) && Holds(folder, sockets)) return process;
        }
        return null;
    }

    private static bool Holds(string folder, HashSet<string> sockets)
    {
        try
        {
            return Directory.GetFiles(Path.Combine(folder, "fd")).Any(file => new FileInfo(file).LinkTarget is { } target && sockets.Contains(target));
        }
        catch (Exception hidden) when (hidden is UnauthorizedAccessException or IOException)
        {
            // Another user's, or gone.
            return false;
        }
    }
}
