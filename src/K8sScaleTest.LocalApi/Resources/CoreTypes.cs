using K8sScaleTest.LocalApi.Schema;

namespace K8sScaleTest.LocalApi.Resources;

/// <summary>The object types that the server knows, field by field as in the Go structs.</summary>
internal static class CoreTypes
{
    public static readonly ObjectType Namespace = new(
        "io.k8s.api.core.v1.Namespace", "v1.Namespace", "Namespace provides a scope for Names. Use of multiple namespaces is optional.",
        new Field("spec", FieldType.Of(new ObjectType(
            "io.k8s.api.core.v1.NamespaceSpec", "v1.NamespaceSpec", "NamespaceSpec describes the attributes on a Namespace.",
            new Field("finalizers", FieldType.StringList, "Finalizers is an opaque list of values that must be empty to permanently remove object from storage.") { Number = 1 })))
        { Always = true, Number = 2 },
        new Field("status", FieldType.Of(new ObjectType(
            "io.k8s.api.core.v1.NamespaceStatus", "v1.NamespaceStatus", "NamespaceStatus is information about the current status of a Namespace.",
            new Field("phase", FieldType.String, "Phase is the current lifecycle phase of the namespace.") { Number = 1 },
            new Field("conditions", new FieldType(Shape.List, FieldType.Any), "Represents the latest available observations of a namespace's current state."))))
        { Always = true, Number = 3 });

    public static readonly ObjectType ConfigMap = new(
        "io.k8s.api.core.v1.ConfigMap", "v1.ConfigMap", "ConfigMap holds configuration data for pods to consume.",
        new Field("immutable", FieldType.Boolean, "Immutable, if set to true, ensures that data stored in the ConfigMap cannot be updated (only object metadata can be modified). If not set to true, the field can be modified at any time. Defaulted to nil.") { Pointer = true, Number = 4 },
        new Field("data", FieldType.StringMap, "Data contains the configuration data. Each key must consist of alphanumeric characters, '-', '_' or '.'. Values with non-UTF-8 byte sequences must use the BinaryData field. The keys stored in Data must not overlap with the keys in the BinaryData field, this is enforced during validation process.") { Number = 2 },
        new Field("binaryData", FieldType.BytesMap, "BinaryData contains the binary data. Each key must consist of alphanumeric characters, '-', '_' or '.'. BinaryData can contain byte sequences that are not in the UTF-8 range. The keys stored in BinaryData must not overlap with the ones in the Data field, this is enforced during validation process. Using this field will require 1.10+ apiserver and kubelet.") { Number = 3 });

    public static readonly ObjectType FlunderV1Alpha1 = new(
        "io.k8s.sample-apiserver.pkg.apis.wardle.v1alpha1.Flunder", "v1alpha1.Flunder", "Flunder is an example type with a spec and a status.",
        new Field("spec", FieldType.Of(new ObjectType(
            "io.k8s.sample-apiserver.pkg.apis.wardle.v1alpha1.FlunderSpec", "v1alpha1.FlunderSpec", "FlunderSpec is the specification of a Flunder.",
            new Field("reference", FieldType.String, "A name of another flunder or fischer, depending on the reference type."),
            new Field("referenceType", FieldType.String, "The reference type, defaults to \"Flunder\" if reference is set."))))
        { Always = true },
        FlunderStatus("v1alpha1"));

    public static readonly ObjectType FlunderV1Beta1 = new(
        "io.k8s.sample-apiserver.pkg.apis.wardle.v1beta1.Flunder", "v1beta1.Flunder", "Flunder is an example type with a spec and a status.",
        new Field("spec", FieldType.Of(new ObjectType(
            "io.k8s.sample-apiserver.pkg.apis.wardle.v1beta1.FlunderSpec", "v1beta1.FlunderSpec", "FlunderSpec is the specification of a Flunder.",
            new Field("flunderReference", FieldType.String, "A name of another flunder, mutually exclusive to the FischerReference."),
            new Field("fischerReference", FieldType.String, "A name of a fischer, mutually exclusive to the FlunderReference."),
            new Field("referenceType", FieldType.String, "The reference type."))))
        { Always = true },
        FlunderStatus("v1beta1"));

    public static readonly ObjectType FischerV1Alpha1 = new(
        "io.k8s.sample-apiserver.pkg.apis.wardle.v1alpha1.Fischer", "v1alpha1.Fischer", "Fischer is an example type with a list of disallowed Flunder.Names.",
        new Field("disallowedFlunders", FieldType.StringList, "DisallowedFlunders holds a list of Flunder.Names that are disallowed."));

    private static Field FlunderStatus(string version) => new("status", FieldType.Of(new ObjectType(
        $"io.k8s.sample-apiserver.pkg.apis.wardle.{version}.FlunderStatus", version + ".FlunderStatus", "FlunderStatus is the status of a Flunder.")))
    { Always = true };
}
