using System.Reflection;
using k8s;
using k8s.Models;
using K8sScaleTest.Engine.Api;

namespace K8sScaleTest.Engine.Cluster;

/// <summary>An object as it shall be in a cluster, built from Kubernetes' own models, and where it belongs.</summary>
public sealed class ClusterObject
{
    private readonly IKubernetesObject<V1ObjectMeta> _model;

    private ClusterObject(IKubernetesObject<V1ObjectMeta> model, ApiResource resource)
    {
        _model = model;
        Resource = resource;
    }

    /// <summary>The resource that it is an object of.</summary>
    public ApiResource Resource { get; }

    /// <summary>The namespace; null for what belongs to the whole cluster.</summary>
    public string? Namespace => _model.Metadata.NamespaceProperty;

    /// <summary>The name.</summary>
    public string Name => _model.Metadata.Name;

    /// <summary>The path of the collection it is created in.</summary>
    public string CollectionPath => Resource.CollectionPath(Namespace);

    /// <summary>The path of the object itself.</summary>
    public string Path => $"{CollectionPath}/{Uri.EscapeDataString(Name)}";

    /// <summary>As kubectl writes it: <c>deployments.apps/flunder-api in namespace 'wardle'</c>.</summary>
    public string Description => Describe(Resource, Namespace, Name);

    /// <summary>As kubectl writes it.</summary>
    /// <param name="resource">The resource.</param>
    /// <param name="ns">The namespace; null for what belongs to the whole cluster.</param>
    /// <param name="name">The name.</param>
    public static string Describe(ApiResource resource, string? ns, string name)
    {
        ArgumentNullException.ThrowIfNull(resource);
        return ns is null ? $"{resource.QualifiedName}/{name}" : $"{resource.QualifiedName}/{name} in namespace '{ns}'";
    }

    /// <summary>The object as JSON.</summary>
    public byte[] ToJson() => System.Text.Encoding.UTF8.GetBytes(KubernetesJson.Serialize((object)_model));

    /// <summary>The object as one YAML document.</summary>
    public string ToYaml() => KubernetesYaml.Serialize(_model);

    /// <summary>An object of one of Kubernetes' own kinds, its apiVersion and kind filled in.</summary>
    internal static ClusterObject Of<T>(T model)
        where T : IKubernetesObject<V1ObjectMeta>
    {
        var entity = typeof(T).GetCustomAttribute<KubernetesEntityAttribute>()!;
        var resource = new ApiResource(entity.Group, entity.ApiVersion, entity.PluralName, entity.Kind, model.Metadata.NamespaceProperty is not null);
        model.ApiVersion = resource.ApiVersion;
        model.Kind = resource.Kind;
        return new ClusterObject(model, resource);
    }
}
