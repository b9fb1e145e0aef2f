using k8s.Models;

namespace K8sScaleTest.Engine.Cluster;

/// <summary>Flunders as a custom resource.</summary>
public static class FlunderDefinition
{
    // The version that discovery prefers for both forms: what drivers write by default is stored as it is read.
    private const string StorageVersion = "v1beta1";

    /// <summary>The definition: both versions, each with the fields of its Go type.</summary>
    /// <param name="installer">Who installs it, for its annotation.</param>
    public static ClusterObject Build(string installer) => ClusterObject.Of(new V1CustomResourceDefinition
    {
        Metadata = FlunderApi.Metadata(FlunderApi.DefinitionName, null, installer),
        Spec = new V1CustomResourceDefinitionSpec
        {
            Group = FlunderApi.Group,
            Scope = "Namespaced",
            Names = new V1CustomResourceDefinitionNames { Kind = "Flunder", ListKind = "FlunderList", Plural = FlunderApi.Plural, Singular = "flunder" },
            Versions =
            [
                Version("v1alpha1", new Dictionary<string, V1JSONSchemaProps>
                {
                    ["reference"] = Text("A name of another flunder or fischer, depending on the reference type."),
                    ["referenceType"] = ReferenceType(),
                }),
                Version("v1beta1", new Dictionary<string, V1JSONSchemaProps>
                {
                    ["flunderReference"] = Text("A name of another flunder, mutually exclusive to the fischerReference."),
                    ["fischerReference"] = Text("A name of a fischer, mutually exclusive to the flunderReference."),
                    ["referenceType"] = ReferenceType(),
                }),
            ],
        },
    });

    private static V1CustomResourceDefinitionVersion Version(string name, Dictionary<string, V1JSONSchemaProps> spec) => new()
    {
        Name = name,
        Served = true,
        Storage = name == StorageVersion,
        Schema = new V1CustomResourceValidation
        {
            OpenAPIV3Schema = new V1JSONSchemaProps
            {
                Type = "object",
                Description = "A Flunder of the sample-apiserver, as a custom resource.",
                Properties = new Dictionary<string, V1JSONSchemaProps>
                {
                    ["spec"] = new()
                    {
                        Type = "object",
                        Properties = spec,
                        // There is no conversion between the versions: without this a reference written in one would be lost in the other, and objects
                        // would silently be smaller than those that a driver meant to write.
                        XKubernetesPreserveUnknownFields = true,
                    },
                    ["status"] = new() { Type = "object" },
                },
            },
        },
    };

    private static V1JSONSchemaProps Text(string description) => new() { Type = "string", Description = description };

    private static V1JSONSchemaProps ReferenceType() => new() { Type = "string", Description = "The reference type: Flunder or Fischer.", EnumProperty = ["", "Flunder", "Fischer"] };
}
