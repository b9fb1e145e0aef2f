namespace K8sScaleTest.Engine.Records;

/// <summary>What all operations of one driver's run share, so that a row need not carry it.</summary>
/// <param name="RunId">The run's ID.</param>
/// <param name="Worker">This worker's number, from 0.</param>
/// <param name="Resource">The resource's plural name as kubectl takes it: <c>configmaps</c>, <c>flunders.wardle.example.com</c>.</param>
/// <param name="Namespace">The namespace of the objects.</param>
/// <param name="Clock">The run's clock.</param>
public sealed record RunInfo(string RunId, int Worker, string Resource, string Namespace, RunClock Clock);
