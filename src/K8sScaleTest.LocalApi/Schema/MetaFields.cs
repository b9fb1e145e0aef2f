namespace K8sScaleTest.LocalApi.Schema;

/// <summary>The fields of ObjectMeta that hold more than a single value.</summary>
internal static class MetaFields
{
    public static readonly Field Labels = new("labels", FieldType.StringMap, "Map of string keys and values that can be used to organize and categorize (scope and select) objects. More info: https://kubernetes.io/docs/concepts/overview/working-with-objects/labels") { Number = 11 };
    public static readonly Field Annotations = new("annotations", FieldType.StringMap, "Annotations is an unstructured key value map stored with a resource that may be set by external tools to store and retrieve arbitrary metadata. More info: https://kubernetes.io/docs/concepts/overview/working-with-objects/annotations") { Number = 12 };

    public static readonly Field OwnerReferences = new(
        "ownerReferences",
        FieldType.ListOf(new ObjectType(
            "io.k8s.apimachinery.pkg.apis.meta.v1.OwnerReference",
            "v1.OwnerReference",
            "OwnerReference contains enough information to let you identify an owning object.",
            new Field("apiVersion", FieldType.String, "API version of the referent.") { Number = 5, Always = true, Required = true },
            new Field("kind", FieldType.String, "Kind of the referent.") { Number = 1, Always = true, Required = true },
            new Field("name", FieldType.String, "Name of the referent.") { Number = 3, Always = true, Required = true },
            new Field("uid", FieldType.String, "UID of the referent.") { Number = 4, Always = true, Required = true },
            new Field("controller", FieldType.Boolean, "If true, this reference points to the managing controller.") { Number = 6, Pointer = true },
            new Field("blockOwnerDeletion", FieldType.Boolean, "If true, and the owner has the \"foregroundDeletion\" finalizer, the owner cannot be deleted until this reference is removed.") { Number = 7, Pointer = true })),
        "List of objects depended by this object.")
    { MergeKey = "uid", MapKeys = ["uid"], Number = 13 };

    public static readonly Field Finalizers = new("finalizers", FieldType.StringList, "Must be empty before the object is deleted from the registry.") { MergeValues = true, Number = 14 };

    public static readonly Field ManagedFields = new(
        "managedFields",
        FieldType.ListOf(new ObjectType(
            "io.k8s.apimachinery.pkg.apis.meta.v1.ManagedFieldsEntry",
            "v1.ManagedFieldsEntry",
            "ManagedFieldsEntry is a workflow-id, a FieldSet and the group version of the resource that the fieldset applies to.",
            new Field("manager", FieldType.String, "Manager is an identifier of the workflow managing these fields.") { Number = 1 },
            new Field("operation", FieldType.String, "Operation is the type of operation which lead to this ManagedFieldsEntry being created.") { Number = 2 },
            new Field("apiVersion", FieldType.String, "APIVersion defines the version of this resource that this field set applies to.") { Number = 3 },
            new Field("time", FieldType.Time, "Time is the timestamp of when the ManagedFields entry was added.") { Number = 4 },
            new Field("fieldsType", FieldType.String, "FieldsType is the discriminator for the different fields format and version.") { Number = 6 },
            new Field("fieldsV1", FieldType.Any, "FieldsV1 holds the first JSON version format as described in the \"FieldsV1\" type.") { Number = 7 },
            new Field("subresource", FieldType.String, "Subresource is the name of the subresource used to update that object, or empty string.") { Number = 8 })),
        "ManagedFields maps workflow-id and version to the set of fields that are managed by that workflow.")
    { Number = 17 };

    /// <summary>All of ObjectMeta, for what reads it as a whole.</summary>
    public static readonly ObjectType ObjectMeta = new(
        "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta",
        "v1.ObjectMeta",
        "ObjectMeta is metadata that all persisted resources must have, which includes all objects users must create.",
        new Field("name", FieldType.String, "Name must be unique within a namespace.") { Number = 1 },
        new Field("generateName", FieldType.String, "GenerateName is an optional prefix, used by the server, to generate a unique name ONLY IF the Name field has not been provided.") { Number = 2 },
        new Field("namespace", FieldType.String, "Namespace defines the space within which each name must be unique.") { Number = 3 },
        new Field("selfLink", FieldType.String, "Deprecated: selfLink is a legacy read-only field that is no longer populated by the system.") { Number = 4 },
        new Field("uid", FieldType.String, "UID is the unique in time and space value for this object.") { Number = 5 },
        new Field("resourceVersion", FieldType.String, "An opaque value that represents the internal version of this object that can be used by clients to determine when objects have changed.") { Number = 6 },
        new Field("generation", FieldType.Int64, "A sequence number representing a specific generation of the desired state.") { Number = 7 },
        new Field("creationTimestamp", FieldType.Time, "CreationTimestamp is a timestamp representing the server time when this object was created.") { Number = 8 },
        new Field("deletionTimestamp", FieldType.Time, "DeletionTimestamp is RFC 3339 date and time at which this resource will be deleted.") { Number = 9 },
        new Field("deletionGracePeriodSeconds", FieldType.Int64, "Number of seconds allowed for this object to gracefully terminate before it will be removed from the system.") { Number = 10, Pointer = true },
        Labels,
        Annotations,
        OwnerReferences,
        Finalizers,
        ManagedFields);
}
