using System.Management.Automation;
using System.Management.Automation.Runspaces;

namespace K8sScaleTest;

/// <summary>
/// The local API servers that this process started, by process ID. They end when the module is removed from the session that started them, and with this
/// process.
/// </summary>
public sealed class LocalApiServers : IModuleAssemblyCleanup
{
    private static readonly Lock Gate = new();
    private static readonly SortedDictionary<int, LocalApiChild> Running = [];

    /// <inheritdoc/>
    public void OnRemove(PSModuleInfo psModuleInfo)
    {
        lock (Gate)
        {
            // Other sessions of this process (ForEach-Object -Parallel has many) keep theirs.
            foreach (var (id, child) in Running.Where(p => p.Value.Session == Session).ToArray())
            {
                Running.Remove(id);
                child.Dispose();
            }
        }
    }

    private static Guid Session => Runspace.DefaultRunspace?.InstanceId ?? Guid.Empty;

    /// <summary>Remembers a server; on the pipeline's thread, which knows its session.</summary>
    internal static void Add(LocalApiChild child)
    {
        child.Session = Session;
        lock (Gate) Running.Add(child.Server.Id, child);
    }

    /// <summary>Those that live, oldest ID first; what has ended is forgotten.</summary>
    internal static IReadOnlyList<LocalApiServer> List()
    {
        lock (Gate)
        {
            foreach (var (id, child) in Running.Where(p => !p.Value.IsRunning).ToArray())
            {
                Running.Remove(id);
                child.Dispose();
            }
            return [.. Running.Values.Select(c => c.Server)];
        }
    }

    /// <summary>Takes a server out of the list, to stop it; null for one that is not there.</summary>
    internal static LocalApiChild? Take(int id)
    {
        lock (Gate) return Running.Remove(id, out var child) ? child : null;
    }
}
