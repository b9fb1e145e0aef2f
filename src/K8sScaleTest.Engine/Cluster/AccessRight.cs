using K8sScaleTest.Engine.Api;

namespace K8sScaleTest.Engine.Cluster;

/// <summary>The right to do something to a resource.</summary>
/// <param name="Verb">What to do: get, create, patch, delete.</param>
/// <param name="Resource">The resource.</param>
/// <param name="Namespace">The namespace; null for the whole cluster.</param>
public sealed record AccessRight(string Verb, ApiResource Resource, string? Namespace)
{
    /// <inheritdoc/>
    public override string ToString() => Namespace is null ? $"{Verb} {Resource.QualifiedName}" : $"{Verb} {Resource.QualifiedName} in namespace '{Namespace}'";
}
