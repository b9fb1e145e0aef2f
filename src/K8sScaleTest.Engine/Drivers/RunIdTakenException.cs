namespace K8sScaleTest.Engine.Drivers;

/// <summary>Another run has this run ID and worker: objects of theirs exist.</summary>
public sealed class RunIdTakenException(string runId, int worker, string ns, string name)
    : InvalidOperationException($"Run ID '{runId}' is taken: an object of this run and worker {worker} exists already ({name}). Choose another -RunId, or delete what that run left: Remove-ScaleTestObject -RunId {runId} -Namespace {ns}, or -IfRunExists Delete.")
{
    /// <summary>The run ID that is taken.</summary>
    public string RunId { get; } = runId;
}
