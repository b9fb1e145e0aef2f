using K8sScaleTest.Engine.Cluster;

namespace K8sScaleTest;

/// <summary>What Install-FlunderApi or Uninstall-FlunderApi did to one object of the cluster.</summary>
public sealed class ClusterObjectResult
{
    /// <summary>
    /// Created; Updated; Unchanged; Deleted; Deleting (the cluster will remove it); Kept (a namespace of others that was used as it is, or one of ours that
    /// others use).
    /// </summary>
    public required string Action { get; init; }

    /// <summary>The resource as kubectl takes it, such as customresourcedefinitions.apiextensions.k8s.io.</summary>
    public required string Resource { get; init; }

    /// <summary>The namespace; empty for what belongs to the whole cluster.</summary>
    public required string Namespace { get; init; }

    /// <summary>The object's name.</summary>
    public required string Name { get; init; }

    internal static ClusterObjectResult From(AppliedObject applied) => new()
    {
        Action = applied.Action.ToString(),
        Resource = applied.Resource.QualifiedName,
        Namespace = applied.Namespace ?? "",
        Name = applied.Name,
    };
}
