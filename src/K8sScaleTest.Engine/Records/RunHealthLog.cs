using System.Collections.Concurrent;

namespace K8sScaleTest.Engine.Records;

/// <summary>The health of the runs of this process, so that records measured from the pipeline find theirs. Holds the newest 256.</summary>
public static class RunHealthLog
{
    private const int Capacity = 256;
    private static readonly ConcurrentDictionary<(string RunId, int Worker, string Resource), RunHealth> Runs = new();
    private static readonly ConcurrentQueue<(string RunId, int Worker, string Resource)> Order = new();

    /// <summary>Records the health of a run, or replaces it with a later state of the same run.</summary>
    public static void Put(RunHealth health)
    {
        ArgumentNullException.ThrowIfNull(health);
        var key = (health.RunId, health.Worker, health.Resource);
        if (Runs.TryAdd(key, health))
        {
            Order.Enqueue(key);
            if (Runs.Count > Capacity && Order.TryDequeue(out var oldest)) Runs.TryRemove(oldest, out _);
        }
        else
        {
            Runs[key] = health;
        }
    }

    /// <summary>The health of a run of this process, or null.</summary>
    public static RunHealth? Find(string runId, int worker, string resource) => Runs.GetValueOrDefault((runId, worker, resource));
}
