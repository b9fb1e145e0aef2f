namespace K8sScaleTest.Engine.Records;

/// <summary>What all records of one run of watches share.</summary>
/// <param name="RunId">The run's ID.</param>
/// <param name="Resource">The resource's plural name with its group.</param>
/// <param name="Server">Host and port of the server.</param>
/// <param name="Clock">The run's clock.</param>
public sealed record WatchInfo(string RunId, string Resource, string Server, RunClock Clock);
