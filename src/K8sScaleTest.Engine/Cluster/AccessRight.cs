using K8sScaleTest.Engine.Api;

namespace K8sScaleTest.Engine.Cluster;

/// <summary>The right to do something to a resource.</summary>
/// <param name="Verb">What to do: get, create, patch, delete.</param>
/// <param name="Resource">The resource.</param>
/// <param name="Namespace">The namespace; null for the whole cluster.</param>
public sealed record AccessRight(string Verb, ApiResource Resource, string? Namespace)
{
    /// <summary>The one object that it is about; null for all of the resource.</summary>
    public string? Name { get; init; }

    /// <summary>Rights that together will do instead; none when nothing will. Who has what a role grants may make and bind it without the right to.</summary>
    public IReadOnlyList<AccessRight> Or { get; init; } = [];

    /// <inheritdoc/>
    public override string ToString() =>
        $"{Verb} {Resource.QualifiedName}{(Name is null ? "" : $"/{Name}")}{(Namespace is null ? "" : $" in namespace '{Namespace}'")}{(Or.Count == 0 ? "" : $" (or instead: {string.Join(", ", Or)})")}";
}
