using K8sScaleTest.LocalApi.Schema;

namespace K8sScaleTest.LocalApi.Access;

/// <summary>The types of the questions about rights and identity.</summary>
internal static class ReviewTypes
{
    private const string Authorization = "io.k8s.api.authorization.v1.";
    private const string Authentication = "io.k8s.api.authentication.v1.";

    private static readonly FieldType ListMap = new(Shape.Map, FieldType.StringList);

    private static readonly Field ResourceAttributes = new("resourceAttributes", FieldType.Of(new ObjectType(
        Authorization + "ResourceAttributes", "v1.ResourceAttributes", "ResourceAttributes includes the authorization attributes available for resource requests to the Authorizer interface",
        new Field("namespace", FieldType.String, "Namespace is the namespace of the action being requested.") { Number = 1 },
        new Field("verb", FieldType.String, "Verb is a kubernetes resource API verb, like: get, list, watch, create, update, delete, proxy. \"*\" means all.") { Number = 2 },
        new Field("group", FieldType.String, "Group is the API Group of the Resource. \"*\" means all.") { Number = 3 },
        new Field("version", FieldType.String, "Version is the API Version of the Resource. \"*\" means all.") { Number = 4 },
        new Field("resource", FieldType.String, "Resource is one of the existing resource types. \"*\" means all.") { Number = 5 },
        new Field("subresource", FieldType.String, "Subresource is one of the existing resource types. \"\" means none.") { Number = 6 },
        new Field("name", FieldType.String, "Name is the name of the resource being requested for a \"get\" or deleted for a \"delete\". \"\" (empty) means all.") { Number = 7 },
        new Field("fieldSelector", FieldType.Any, "fieldSelector describes the limitation on access based on field."),
        new Field("labelSelector", FieldType.Any, "labelSelector describes the limitation on access based on labels."))), "ResourceAuthorizationAttributes describes information for a resource access request")
    { Number = 1 };

    private static readonly Field NonResourceAttributes = new("nonResourceAttributes", FieldType.Of(new ObjectType(
        Authorization + "NonResourceAttributes", "v1.NonResourceAttributes", "NonResourceAttributes includes the authorization attributes available for non-resource requests to the Authorizer interface",
        new Field("path", FieldType.String, "Path is the URL path of the request") { Number = 1 },
        new Field("verb", FieldType.String, "Verb is the standard HTTP verb") { Number = 2 })), "NonResourceAttributes describes information for a non-resource access request")
    { Number = 2 };

    private static readonly Field AccessStatus = new("status", FieldType.Of(new ObjectType(
        Authorization + "SubjectAccessReviewStatus", "v1.SubjectAccessReviewStatus", "SubjectAccessReviewStatus",
        new Field("allowed", FieldType.Boolean, "Allowed is required. True if the action would be allowed, false otherwise.") { Always = true, Required = true, Number = 1 },
        new Field("denied", FieldType.Boolean, "Denied is optional. True if the action would be denied, otherwise false.") { Number = 4 },
        new Field("reason", FieldType.String, "Reason is optional. It indicates why a request was allowed or denied.") { Number = 2 },
        new Field("evaluationError", FieldType.String, "EvaluationError is an indication that some error occurred during the authorization check.") { Number = 3 })), "Status is filled in by the server and indicates whether the request is allowed or not")
    { Always = true, Number = 3 };

    private static readonly ObjectType SubjectSpec = new(
        Authorization + "SubjectAccessReviewSpec", "v1.SubjectAccessReviewSpec", "SubjectAccessReviewSpec is a description of the access request.",
        ResourceAttributes,
        NonResourceAttributes,
        new Field("user", FieldType.String, "User is the user you're testing for.") { Number = 3 },
        new Field("groups", FieldType.StringList, "Groups is the groups you're testing for.") { Number = 4 },
        new Field("extra", ListMap, "Extra corresponds to the user.Info.GetExtra() method from the authenticator.") { Number = 5 },
        new Field("uid", FieldType.String, "UID information about the requesting user.") { Number = 6 });

    public static readonly ObjectType SelfSubjectAccessReview = new(
        Authorization + "SelfSubjectAccessReview", "v1.SelfSubjectAccessReview", "SelfSubjectAccessReview checks whether or the current user can perform an action.",
        new Field("spec", FieldType.Of(new ObjectType(
            Authorization + "SelfSubjectAccessReviewSpec", "v1.SelfSubjectAccessReviewSpec", "SelfSubjectAccessReviewSpec is a description of the access request.",
            ResourceAttributes, NonResourceAttributes)), "Spec holds information about the request being evaluated. user and groups must be empty")
        { Always = true, Required = true, Number = 2 },
        AccessStatus);

    public static readonly ObjectType SubjectAccessReview = new(
        Authorization + "SubjectAccessReview", "v1.SubjectAccessReview", "SubjectAccessReview checks whether or not a user or group can perform an action.",
        new Field("spec", FieldType.Of(SubjectSpec), "Spec holds information about the request being evaluated") { Always = true, Required = true, Number = 2 },
        AccessStatus);

    public static readonly ObjectType LocalSubjectAccessReview = new(
        Authorization + "LocalSubjectAccessReview", "v1.LocalSubjectAccessReview", "LocalSubjectAccessReview checks whether or not a user or group can perform an action in a given namespace.",
        new Field("spec", FieldType.Of(SubjectSpec), "Spec holds information about the request being evaluated.") { Always = true, Required = true, Number = 2 },
        AccessStatus);

    public static readonly ObjectType SelfSubjectRulesReview = new(
        Authorization + "SelfSubjectRulesReview", "v1.SelfSubjectRulesReview", "SelfSubjectRulesReview enumerates the set of actions the current user can perform within a namespace.",
        new Field("spec", FieldType.Of(new ObjectType(
            Authorization + "SelfSubjectRulesReviewSpec", "v1.SelfSubjectRulesReviewSpec", "SelfSubjectRulesReviewSpec defines the specification for SelfSubjectRulesReview.",
            new Field("namespace", FieldType.String, "Namespace to evaluate rules for. Required.") { Number = 1 })), "Spec holds information about the request being evaluated.")
        { Always = true, Required = true, Number = 2 },
        new Field("status", FieldType.Any, "Status is filled in by the server and indicates the set of actions a user can perform.") { Always = true });

    public static readonly ObjectType SelfSubjectReview = new(
        Authentication + "SelfSubjectReview", "v1.SelfSubjectReview", "SelfSubjectReview contains the user information that the kube-apiserver has about the user making this request.",
        new Field("status", FieldType.Of(new ObjectType(
            Authentication + "SelfSubjectReviewStatus", "v1.SelfSubjectReviewStatus", "SelfSubjectReviewStatus is filled by the kube-apiserver and sent back to a user.",
            new Field("userInfo", FieldType.Of(new ObjectType(
                Authentication + "UserInfo", "v1.UserInfo", "UserInfo holds the information about the user needed to implement the user.Info interface.",
                new Field("username", FieldType.String, "The name that uniquely identifies this user among all active users.") { Number = 1 },
                new Field("uid", FieldType.String, "A unique value that identifies this user across time.") { Number = 2 },
                new Field("groups", FieldType.StringList, "The names of groups this user is a part of.") { Number = 3 },
                new Field("extra", ListMap, "Any additional information provided by the authenticator.") { Number = 4 })), "User attributes of the user making this request.")
            { Always = true, Number = 1 })), "Status is filled in by the server with the user attributes.")
        { Always = true, Number = 2 });
}
