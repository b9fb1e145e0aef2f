using K8sScaleTest.Engine.Api;

namespace K8sScaleTest.Engine.Objects;

/// <summary>What a driver writes: the bodies of an object's creates, updates and deletes, and where they are sent.</summary>
public sealed class ObjectTemplate
{
    /// <summary>Bytes that the first update adds to a ConfigMap's data, and later ones replace: as the closed loop original's update-value-length.</summary>
    public const int ConfigMapUpdateLength = 100;

    private ObjectTemplate(ApiResource resource, string program, BodyTemplate create, BodyTemplate update, string updateMediaType)
    {
        Resource = resource;
        Program = program;
        Create = create;
        Update = update;
        UpdateMediaType = updateMediaType;
    }

    /// <summary>The resource that the objects belong to.</summary>
    public ApiResource Resource { get; }

    /// <summary>The name that stands first in the user agent and is the field manager: the original program's.</summary>
    public string Program { get; }

    /// <summary>The body of a create.</summary>
    public BodyTemplate Create { get; }

    /// <summary>The body of an update.</summary>
    public BodyTemplate Update { get; }

    /// <summary>The patch type of an update.</summary>
    public string UpdateMediaType { get; }

    /// <summary>
    /// A ConfigMap as cmdriver makes it: <c>key1</c> holds <paramref name="dataLength"/> zeros. An update is a strategic merge
    /// patch of <c>data.baz</c>, the update's number, as the closed loop original's.
    /// </summary>
    public static ObjectTemplate ConfigMap(ObjectIdentity identity, int dataLength)
    {
        ArgumentNullException.ThrowIfNull(identity);
        var create = BodyTemplate.Build(identity.NameLength, body =>
        {
            BeginObject(body, ApiResource.ConfigMaps, identity);
            body.Json.WriteStartObject("data");
            body.Json.WriteString("key1", new string('0', dataLength));
            body.Json.WriteEndObject();
            body.Json.WriteEndObject();
        });
        var update = BodyTemplate.Build(identity.NameLength, body =>
        {
            body.Json.WriteStartObject();
            WriteUpdateMetadata(body);
            body.Json.WriteStartObject("data");
            body.Number("baz", ConfigMapUpdateLength);
            body.Json.WriteEndObject();
            body.Json.WriteEndObject();
        });
        return new(ApiResource.ConfigMaps, "cmdriver", create, update, "application/strategic-merge-patch+json");
    }

    /// <summary>
    /// A Flunder as flunder-driver makes it; where <paramref name="dataLength"/> is more than 0, its reference (to a Flunder of that
    /// many zeros) carries data. An update is a merge patch of the update's annotations: a custom resource knows no other.
    /// </summary>
    /// <param name="resource">Flunders, in the version to write.</param>
    /// <param name="identity">The run's identity.</param>
    /// <param name="dataLength">Length of the reference, 0 for none.</param>
    public static ObjectTemplate Flunder(ApiResource resource, ObjectIdentity identity, int dataLength)
    {
        ArgumentNullException.ThrowIfNull(resource);
        ArgumentNullException.ThrowIfNull(identity);
        var create = BodyTemplate.Build(identity.NameLength, body =>
        {
            BeginObject(body, resource, identity);
            body.Json.WriteStartObject("spec");
            if (dataLength > 0)
            {
                body.Json.WriteString("referenceType", "Flunder");
                body.Json.WriteString(resource.Version == "v1alpha1" ? "reference" : "flunderReference", new string('0', dataLength));
            }

            body.Json.WriteEndObject();
            body.Json.WriteEndObject();
        });
        var update = BodyTemplate.Build(identity.NameLength, body =>
        {
            body.Json.WriteStartObject();
            WriteUpdateMetadata(body);
            body.Json.WriteEndObject();
        });
        return new(resource, "flunder-driver", create, update, "application/merge-patch+json");
    }

    private static void BeginObject(BodyTemplate.Builder body, ApiResource resource, ObjectIdentity identity)
    {
        var json = body.Json;
        json.WriteStartObject();
        json.WriteString("apiVersion", resource.ApiVersion);
        json.WriteString("kind", resource.Kind);
        json.WriteStartObject("metadata");
        body.Name("name");
        json.WriteString("namespace", identity.Namespace);
        json.WriteStartObject("labels");
        json.WriteString(RunIdentity.PurposeLabel, RunIdentity.Purpose);
        json.WriteString(RunIdentity.RunLabel, identity.RunId);
        json.WriteString(RunIdentity.WorkerLabel, identity.Worker.ToString(System.Globalization.CultureInfo.InvariantCulture));
        json.WriteEndObject();
        json.WriteStartObject("annotations");
        body.Timestamp(RunIdentity.CreateTimestampAnnotation);
        body.UnixMicroseconds(RunIdentity.LaunchedAnnotation);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteUpdateMetadata(BodyTemplate.Builder body)
    {
        body.Json.WriteStartObject("metadata");
        body.Json.WriteStartObject("annotations");
        body.Timestamp(RunIdentity.UpdateTimestampAnnotation);
        body.UnixMicroseconds(RunIdentity.UpdatedAnnotation);
        body.Json.WriteEndObject();
        body.Json.WriteEndObject();
    }
}
