using K8sScaleTest.Engine.Api;

namespace K8sScaleTest.Engine.Cluster;

/// <summary>An object of a cluster, and what was done to it.</summary>
/// <param name="Action">What was done.</param>
/// <param name="Resource">The resource.</param>
/// <param name="Namespace">The namespace; null for what belongs to the whole cluster.</param>
/// <param name="Name">The name.</param>
public sealed record AppliedObject(ObjectAction Action, ApiResource Resource, string? Namespace, string Name);
