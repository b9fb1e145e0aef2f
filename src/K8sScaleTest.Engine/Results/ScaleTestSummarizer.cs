using K8sScaleTest.Engine.Records;

namespace K8sScaleTest.Engine.Results;

/// <summary>
/// Sums up records in one pass, in any order, of any number of runs: one <see cref="Summary"/> for each run ID and resource, its workers merged. Memory
/// grows with the seconds of a run (some hundred bytes each), not with its records. One thread at a time.
/// </summary>
public sealed class ScaleTestSummarizer
{
    private readonly Dictionary<(string RunId, string Resource), RunSummarizer> _runs = [];
    private RunSummarizer? _last;

    /// <summary>Adds an operation.</summary>
    public void Add(in OperationSample sample)
    {
        var last = _last;
        if (last is null || !last.Is(sample.RunId, sample.Resource)) _last = last = Run(sample.RunId, sample.Resource);
        last.Add(sample);
    }

    /// <summary>Adds an operation of a running driver.</summary>
    public void Add(in OperationRow row) => Add(OperationSample.From(row));

    /// <summary>Adds the health of a run's worker, before or after its operations; a later state replaces an earlier one.</summary>
    public void AddHealth(RunHealth health)
    {
        ArgumentNullException.ThrowIfNull(health);
        Run(health.RunId, health.Resource).Health.Add(health);
    }

    /// <summary>Whether operations (or the health) of a run were added.</summary>
    public bool HasRun(string runId, string resource) => _runs.ContainsKey((runId, resource));

    /// <summary>Runs, resources and workers of which there are operations but no health.</summary>
    public IReadOnlyList<(string RunId, string Resource, int Worker)> WithoutHealth() =>
        [.. _runs.Values.SelectMany(run => run.WorkersWithoutHealth.Select(worker => (run.RunId, run.Resource, worker)))];

    /// <summary>The p99 response time so far of the creates of Steady (of Fill, while there is no Steady) that succeeded, in ms: for a progress bar.</summary>
    public double? ResponseP99SoFar => _last?.ResponseP99SoFar;

    /// <summary>The summary of the one run that was added; more operations may follow.</summary>
    /// <exception cref="InvalidOperationException">None was added, or several.</exception>
    public Summary Complete() => _runs.Count == 1
        ? _runs.Values.First().Complete()
        : throw new InvalidOperationException($"There are {_runs.Count} runs to sum up, not one.");

    /// <summary>The summaries of all runs, in the order in which they came; more operations may follow.</summary>
    public IReadOnlyList<Summary> CompleteAll() => [.. _runs.Values.Select(run => run.Complete())];

    private RunSummarizer Run(string runId, string resource)
    {
        if (!_runs.TryGetValue((runId, resource), out var run)) _runs.Add((runId, resource), run = new RunSummarizer(runId, resource));
        return run;
    }
}
