using K8sScaleTest.LocalApi.Schema;

namespace K8sScaleTest.LocalApi.CustomResources;

/// <summary>The type of CustomResourceDefinitions, apiextensions.k8s.io/v1.</summary>
internal static class DefinitionType
{
    private const string Package = "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.";

    private static readonly ObjectType Names = Type(
        "CustomResourceDefinitionNames", "CustomResourceDefinitionNames indicates the names to serve this CustomResourceDefinition",
        Text("plural", "plural is the plural name of the resource to serve. The custom resources are served under `/apis/<group>/<version>/.../<plural>`. Must match the name of the CustomResourceDefinition (in the form `<names.plural>.<group>`). Must be all lowercase.") with { Always = true, Required = true },
        Text("singular", "singular is the singular name of the resource. It must be all lowercase. Defaults to lowercased `kind`."),
        Atomic("shortNames", "shortNames are short names for the resource, exposed in API discovery documents, and used by clients to support invocations like `kubectl get <shortname>`. It must be all lowercase."),
        Text("kind", "kind is the serialized kind of the resource. It is normally CamelCase and singular. Custom resource instances will use this value as the `kind` attribute in API calls.") with { Always = true, Required = true },
        Text("listKind", "listKind is the serialized kind of the list for this resource. Defaults to \"`kind`List\"."),
        Atomic("categories", "categories is a list of grouped resources this custom resource belongs to (e.g. 'all'). This is published in API discovery documents, and used by clients to support invocations like `kubectl get all`."));

    public static readonly ObjectType Schema = Type("JSONSchemaProps", "JSONSchemaProps is a JSON-Schema following Specification Draft 4 (http://json-schema.org/).");

    private static readonly ObjectType Version = Type(
        "CustomResourceDefinitionVersion", "CustomResourceDefinitionVersion describes a version for CRD.",
        Text("name", "name is the version name, e.g. “v1”, “v2beta1”, etc. The custom resources are served under this version at `/apis/<group>/<version>/...` if `served` is true.") with { Always = true, Required = true },
        new Field("served", FieldType.Boolean, "served is a flag enabling/disabling this version from being served via REST APIs") { Always = true, Required = true },
        new Field("storage", FieldType.Boolean, "storage indicates this version should be used when persisting custom resources to storage. There must be exactly one version with storage=true.") { Always = true, Required = true },
        new Field("deprecated", FieldType.Boolean, "deprecated indicates this version of the custom resource API is deprecated. When set to true, API requests to this version receive a warning header in the server response. Defaults to false."),
        Text("deprecationWarning", "deprecationWarning overrides the default warning returned to API clients. May only be set when `deprecated` is true.") with { Pointer = true },
        new Field("schema", FieldType.Of(Type("CustomResourceValidation", "CustomResourceValidation is a list of validation methods for CustomResources.", new Field("openAPIV3Schema", FieldType.Of(Schema), "openAPIV3Schema is the OpenAPI v3 schema to use for validation and pruning.") { Pointer = true })), "schema describes the schema used for validation, pruning, and defaulting of this version of the custom resource.") { Pointer = true },
        new Field("subresources", FieldType.Of(Type(
            "CustomResourceSubresources", "CustomResourceSubresources defines the status and scale subresources for CustomResources.",
            new Field("status", FieldType.Of(Type("CustomResourceSubresourceStatus", "CustomResourceSubresourceStatus defines how to serve the status subresource for CustomResources.")), "status indicates the custom resource should serve a `/status` subresource.") { Pointer = true },
            new Field("scale", FieldType.Of(Type(
                "CustomResourceSubresourceScale", "CustomResourceSubresourceScale defines how to serve the scale subresource for CustomResources.",
                Text("specReplicasPath", "specReplicasPath defines the JSON path inside of a custom resource that corresponds to Scale `spec.replicas`.") with { Always = true, Required = true },
                Text("statusReplicasPath", "statusReplicasPath defines the JSON path inside of a custom resource that corresponds to Scale `status.replicas`.") with { Always = true, Required = true },
                Text("labelSelectorPath", "labelSelectorPath defines the JSON path inside of a custom resource that corresponds to Scale `status.selector`.") with { Pointer = true })), "scale indicates the custom resource should serve a `/scale` subresource that returns an `autoscaling/v1` Scale object.")
            { Pointer = true })), "subresources specify what subresources this version of the defined custom resource have.")
        { Pointer = true },
        new Field("additionalPrinterColumns", FieldType.ListOf(Type(
            "CustomResourceColumnDefinition", "CustomResourceColumnDefinition specifies a column for server side printing.",
            Text("name", "name is a human readable name for the column.") with { Always = true, Required = true },
            Text("type", "type is an OpenAPI type definition for this column.") with { Always = true, Required = true },
            Text("format", "format is an optional OpenAPI type definition for this column."),
            Text("description", "description is a human readable description of this column."),
            new Field("priority", FieldType.Int32, "priority is an integer defining the relative importance of this column compared to others."),
            Text("jsonPath", "jsonPath is a simple JSON path (i.e. with array notation) which is evaluated against each custom resource to produce the value for this column.") with { Always = true, Required = true })), "additionalPrinterColumns specifies additional columns returned in Table output."),
        new Field("selectableFields", FieldType.ListOf(Type(
            "SelectableField", "SelectableField specifies the JSON path of a field that may be used with field selectors.",
            Text("jsonPath", "jsonPath is a simple JSON path which is evaluated against each custom resource to produce a field selector value.") with { Always = true, Required = true })), "selectableFields specifies paths to fields that may be used as field selectors. A maximum of 8 selectable fields are allowed."));

    private static readonly ObjectType Conversion = Type(
        "CustomResourceConversion", "CustomResourceConversion describes how to convert different versions of a CR.",
        Text("strategy", "strategy specifies how custom resources are converted between versions. Allowed values are: - `\"None\"`: The converter only change the apiVersion and would not touch any other field in the custom resource. - `\"Webhook\"`: API Server will call to an external webhook to do the conversion.") with { Always = true, Required = true },
        new Field("webhook", FieldType.Of(Type(
            "WebhookConversion", "WebhookConversion describes how to call a conversion webhook",
            new Field("clientConfig", FieldType.Any, "clientConfig is the instructions for how to call the webhook if strategy is `Webhook`."),
            new Field("conversionReviewVersions", FieldType.StringList, "conversionReviewVersions is an ordered list of preferred `ConversionReview` versions the Webhook expects.") { Always = true, Required = true })), "webhook describes how to call the conversion webhook. Required when `strategy` is set to `\"Webhook\"`.")
        { Pointer = true });

    public static readonly ObjectType Definition = Make();

    private static ObjectType Make()
    {
        DefineSchema();
        return Type(
            "CustomResourceDefinition", "CustomResourceDefinition represents a resource that should be exposed on the API server.  Its name MUST be in the format <.spec.name>.<.spec.group>.",
            new Field("spec", FieldType.Of(Type(
                "CustomResourceDefinitionSpec", "CustomResourceDefinitionSpec describes how a user wants their resource to appear",
                Text("group", "group is the API group of the defined custom resource. The custom resources are served under `/apis/<group>/...`. Must match the name of the CustomResourceDefinition (in the form `<names.plural>.<group>`).") with { Always = true, Required = true },
                new Field("names", FieldType.Of(Names), "names specify the resource and kind names for the custom resource.") { Always = true, Required = true },
                Text("scope", "scope indicates whether the defined custom resource is cluster- or namespace-scoped. Allowed values are `Cluster` and `Namespaced`.") with { Always = true, Required = true },
                new Field("versions", FieldType.ListOf(Version), "versions is the list of all API versions of the defined custom resource. Version names are used to compute the order in which served versions are listed in API discovery.") { Always = true, Required = true },
                new Field("conversion", FieldType.Of(Conversion), "conversion defines conversion settings for the CRD.") { Pointer = true },
                new Field("preserveUnknownFields", FieldType.Boolean, "preserveUnknownFields indicates that object fields which are not specified in the OpenAPI schema should be preserved when persisting to storage. This field is deprecated in favor of setting `x-preserve-unknown-fields` to true in `spec.versions[*].schema.openAPIV3Schema`."))), "spec describes how the user wants the resources to appear")
            { Always = true, Required = true },
            new Field("status", FieldType.Of(Type(
                "CustomResourceDefinitionStatus", "CustomResourceDefinitionStatus indicates the state of the CustomResourceDefinition",
                new Field("conditions", FieldType.ListOf(Type(
                    "CustomResourceDefinitionCondition", "CustomResourceDefinitionCondition contains details for the current condition of this pod.",
                    Text("type", "type is the type of the condition. Types include Established, NamesAccepted and Terminating.") with { Always = true, Required = true },
                    Text("status", "status is the status of the condition. Can be True, False, Unknown.") with { Always = true, Required = true },
                    new Field("lastTransitionTime", FieldType.Time, "lastTransitionTime last time the condition transitioned from one status to another.") { Always = true },
                    Text("reason", "reason is a unique, one-word, CamelCase reason for the condition's last transition."),
                    Text("message", "message is a human-readable message indicating details about last transition."))), "conditions indicate state for particular aspects of a CustomResourceDefinition")
                { Always = true, MapKeys = ["type"] },
                new Field("acceptedNames", FieldType.Of(Names), "acceptedNames are the names that are actually being used to serve discovery. They may be different than the names in spec.") { Always = true },
                new Field("storedVersions", FieldType.StringList, "storedVersions lists all versions of CustomResources that were ever persisted. Tracking these versions allows a migration path for stored versions in etcd.") { Always = true })), "status indicates the actual state of the CustomResourceDefinition")
            { Always = true });
    }

    private static void DefineSchema()
    {
        var self = FieldType.Of(Schema);
        var list = FieldType.ListOf(Schema);
        var map = new FieldType(Shape.Map, self);
        var schemaOrBoolean = new FieldType(Shape.ObjectOrBoolean, Object: Schema) { GoName = "v1.JSONSchemaPropsOrBool" };
        Schema.Define(
            Text("id"), Text("$schema"), Text("$ref") with { Pointer = true }, Text("description"), Text("type"),
            Text("format", "format is an OpenAPI v3 format string. Unknown formats are ignored."), Text("title"),
            Pointer("default", FieldType.Json, "default is a default value for undefined object fields. Defaulting requires spec.preserveUnknownFields to be false."),
            Pointer("maximum", FieldType.Number), new Field("exclusiveMaximum", FieldType.Boolean), Pointer("minimum", FieldType.Number), new Field("exclusiveMinimum", FieldType.Boolean),
            Pointer("maxLength", FieldType.Int64), Pointer("minLength", FieldType.Int64), Text("pattern"), Pointer("maxItems", FieldType.Int64), Pointer("minItems", FieldType.Int64),
            new Field("uniqueItems", FieldType.Boolean), Pointer("multipleOf", FieldType.Number), new Field("enum", new FieldType(Shape.List, FieldType.Json)),
            Pointer("maxProperties", FieldType.Int64), Pointer("minProperties", FieldType.Int64), Atomic("required"), Pointer("items", self),
            new Field("allOf", list), new Field("oneOf", list), new Field("anyOf", list), Pointer("not", self), new Field("properties", map),
            Pointer("additionalProperties", schemaOrBoolean), new Field("patternProperties", map), new Field("dependencies", FieldType.Any), Pointer("additionalItems", schemaOrBoolean),
            new Field("definitions", map), Pointer("externalDocs", FieldType.Any), Pointer("example", FieldType.Json), new Field("nullable", FieldType.Boolean),
            Pointer("x-kubernetes-preserve-unknown-fields", FieldType.Boolean, "x-kubernetes-preserve-unknown-fields stops the API server decoding step from pruning fields which are not specified in the validation schema."),
            new Field("x-kubernetes-embedded-resource", FieldType.Boolean, "x-kubernetes-embedded-resource defines that the value is an embedded Kubernetes runtime.Object, with TypeMeta and ObjectMeta."),
            new Field("x-kubernetes-int-or-string", FieldType.Boolean, "x-kubernetes-int-or-string specifies that this value is either an integer or a string."),
            Atomic("x-kubernetes-list-map-keys", "x-kubernetes-list-map-keys annotates an array with the x-kubernetes-list-type `map` by specifying the keys used as the index of the map."),
            Pointer("x-kubernetes-list-type", FieldType.String, "x-kubernetes-list-type annotates an array to further describe its topology: atomic, set or map."),
            Pointer("x-kubernetes-map-type", FieldType.String, "x-kubernetes-map-type annotates an object to further describe its topology: granular or atomic."),
            new Field("x-kubernetes-validations", FieldType.ListOf(Type(
                "ValidationRule", "ValidationRule describes a validation rule written in the CEL expression language.",
                Text("rule", "Rule represents the expression which will be evaluated by CEL.") with { Always = true, Required = true },
                Text("message"), Text("messageExpression"), Text("reason") with { Pointer = true }, Text("fieldPath"), Pointer("optionalOldSelf", FieldType.Boolean))), "x-kubernetes-validations describes a list of validation rules written in the CEL expression language.")
            { MergeKey = "rule", MapKeys = ["rule"] });
    }

    private static ObjectType Type(string name, string description, params Field[] fields) => new(Package + name, "v1." + name, description, fields);

    private static Field Text(string name, string description = "") => new(name, FieldType.String, description);

    private static Field Atomic(string name, string description = "") => new(name, FieldType.StringList, description);

    private static Field Pointer(string name, FieldType type, string description = "") => new(name, type, description) { Pointer = true };
}
