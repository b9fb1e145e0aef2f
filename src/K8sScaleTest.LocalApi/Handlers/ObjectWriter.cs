using System.Text;
using System.Text.Json;
using K8sScaleTest.LocalApi.Http;
using K8sScaleTest.LocalApi.Json;
using K8sScaleTest.LocalApi.ManagedFields;
using K8sScaleTest.LocalApi.Resources;
using K8sScaleTest.LocalApi.Schema;
using K8sScaleTest.LocalApi.Storage;

namespace K8sScaleTest.LocalApi.Handlers;

/// <summary>What all writes share: decoding, the namespace's say, validation, the canonical form.</summary>
internal sealed class ObjectWriter(ResourceRegistry registry)
{
    private const int SummaryBytes = 30;
    private const string NameAlphabet = "bcdfghjklmnpqrstvwxz2456789";

    /// <summary>Decodes a body for a resource; 400 for what is not an object of its kind and version.</summary>
    public static DecodedObject Decode(ReadOnlyMemory<byte> body, ApiRequest request)
    {
        var version = request.Version;
        var kind = request.Resource.Kind;
        DecodedObject value;
        try
        {
            value = DecodedObject.Read(body, version.Type);
        }
        catch (JsonException)
        {
            throw new ApiException(ApiStatus.BadRequest(Unrecognized(body.Span, kind)));
        }
        catch (GoTypeException wrong)
        {
            // Go reads the metadata of a custom resource apart from the rest.
            var message = version.Type.Structural is null ? wrong.Message : wrong.Message.Replace(" ObjectMeta.metadata.", " ObjectMeta.", StringComparison.Ordinal);
            throw new ApiException(CannotBeHandled(request, kind, request.Resource.Group, version.ApiVersion, message));
        }
        // To Go null is an object without anything in it.
        if (body.Span.Trim(" \t\r\n"u8) is not ([(byte)'{', ..] or [(byte)'n', (byte)'u', (byte)'l', (byte)'l'])) throw new ApiException(ApiStatus.BadRequest(Unrecognized(body.Span, kind)));
        if (version.Type.Structural is not null) Custom(request, value, body);
        if (value.Kind.Length > 0 && value.Kind != kind || value.ApiVersion.Length > 0 && value.ApiVersion != version.ApiVersion) WrongKind(request, value);
        return value;
    }

    /// <summary>A custom resource has no Go type that would know what it is: it has to say so itself.</summary>
    private static void Custom(ApiRequest request, DecodedObject value, ReadOnlyMemory<byte> body)
    {
        var resource = request.Resource;
        if (value.Kind.Length == 0)
        {
            throw new ApiException(CannotBeHandled(request, resource.Kind, resource.Group, request.Version.ApiVersion, $"Object 'Kind' is missing in '{Encoding.UTF8.GetString(body.Span)}'"));
        }
        if (value.ApiVersion.Length == 0)
        {
            const string Missing = "Object 'apiVersion' is missing in 'object has no apiVersion field'";
            throw new ApiException(new ApiStatus(500, "InternalError", "Internal error occurred: " + Missing) { Details = new() { Causes = [new Cause("", Missing, "")] } });
        }
        if (value.Kind != resource.Kind && value.ApiVersion == request.Version.ApiVersion)
        {
            throw new ApiException(ApiStatus.Invalid(resource.Group, value.Kind, value.Name, [Cause.Invalid("kind", value.Kind, "must be " + resource.Kind)]));
        }
    }

    /// <summary>
    /// Makes the state that a create stores.
    /// </summary>
    public StoredObject New(ApiRequest request, DecodedObject value, in WriteOptions options)
    {
        var resource = request.Resource;
        Place(request, value);
        Admit(request, value);
        if (value.ResourceVersion.Length > 0) throw new ApiException(ApiStatus.Internal("resourceVersion should not be set on objects to be created"));
        if (value.Name.Length == 0 && value.GenerateName.Length > 0) value.Name = Generate(value.GenerateName);
        value.Uid = Guid.NewGuid().ToString();
        value.CreationTimestamp = GoTime.Now;
        value.DeletionTimestamp = "";
        value.DeletionGracePeriodSeconds = null;
        if (resource.IsCustom) value.Generation = 1;
        return Finish(request, value, null, options);
    }

    /// <summary>The canonical state of a value that has its system fields, validated.</summary>
    public static StoredObject Finish(ApiRequest request, DecodedObject value, DecodedObject? existing, in WriteOptions options)
    {
        var resource = request.Resource;
        var to = JsonBuffer.Rent();
        try
        {
            BodyLayout layout;
            try
            {
                resource.Rules.Prepare(value, request.VersionIndex, existing);
                // Who owns what follows from what is written, and is put in afterwards.
                value.ManagedFieldsOverride = [];
                layout = CanonicalWriter.Body(to, value, options.DryRun && existing is null ? 0 : resource.Store.Revisions.Current + 1);
            }
            catch (GoTypeException wrong)
            {
                throw value.WrongType?.Invoke(wrong) ?? new ApiException(CannotBeHandled(request, resource.Kind, resource.Group, request.Version.ApiVersion, wrong.Message));
            }
            Strictness(request, value, options);
            foreach (var warning in value.Warnings) Warn(request, warning);
            var causes = new List<Cause>();
            resource.Rules.Validate(value, existing, causes);
            // The rules of an update look at labels and annotations once more than those of a create.
            if (existing is not null) causes.InsertRange(0, causes.Where(c => c.Field is "metadata.labels" or "metadata.annotations").ToArray());
            if (causes.Count > 0) throw new ApiException(ApiStatus.Invalid(resource.Group, resource.Kind, value.Name, causes));
            var body = Ownership.Add(request, value, existing, to.Written, ref layout, options.FieldManager);
            return new StoredObject(StoredObject.KeyOf(value.Namespace, value.Name), body, layout);
        }
        finally
        {
            to.Return();
        }
    }

    /// <summary>The canonical state of a value in the stored version that the server itself has changed.</summary>
    public static StoredObject FinishUnchecked(ResourceType resource, DecodedObject value)
    {
        var to = JsonBuffer.Rent();
        try
        {
            resource.Rules.Prepare(value, 0, value);
            var layout = CanonicalWriter.Body(to, value, resource.Store.Revisions.Current + 1);
            return new StoredObject(StoredObject.KeyOf(value.Namespace, value.Name), to.ToArray(), layout);
        }
        finally
        {
            to.Return();
        }
    }

    /// <summary>The namespace of the URL is the object's; 400 when the object says otherwise.</summary>
    public static void Place(ApiRequest request, DecodedObject value)
    {
        if (!request.Resource.Namespaced)
        {
            value.Namespace = "";
            return;
        }
        if (value.Namespace.Length > 0 && value.Namespace != request.Namespace)
        {
            throw new ApiException(ApiStatus.BadRequest("the namespace of the provided object does not match the namespace sent on the request"));
        }
        value.Namespace = request.Namespace;
    }

    /// <summary>Admission to a create: the namespace exists and stays, and no Fischer bans the name.</summary>
    private void Admit(ApiRequest request, DecodedObject value)
    {
        var resource = request.Resource;
        if (resource.Namespaced)
        {
            var found = registry.Namespaces.Store.Find(value.Namespace) ?? throw new ApiException(ApiStatus.NotFound("", "namespaces", value.Namespace));
            if (found.Layout.IsDeleting)
            {
                var status = ApiStatus.Forbidden(resource.Group, resource.Plural, value.Name, $"unable to create new content in namespace {value.Namespace} because it is being terminated");
                throw new ApiException(status with { Details = status.Details! with { Causes = [new Cause("NamespaceTerminating", $"namespace {value.Namespace} is being terminated", "metadata.namespace")] } });
            }
        }
        if (resource.Group == ResourceRegistry.WardleGroup && resource.Plural == "flunders" && registry.Fischers.Store.Count > 0) Ban(resource, value);
    }

    /// <summary>The sample-apiserver's own admission plug-in, BanFlunder.</summary>
    private void Ban(ResourceType resource, DecodedObject value)
    {
        foreach (var fischer in registry.Fischers.Store.Snapshot().Objects.Range("", ""))
        {
            using var document = JsonDocument.Parse(Encoding.UTF8.GetBytes("{" + Encoding.UTF8.GetString(fischer.Body)));
            if (!document.RootElement.TryGetProperty("disallowedFlunders", out var names)) continue;
            if (names.EnumerateArray().Any(n => n.ValueEquals(value.Name)))
            {
                throw new ApiException(ApiStatus.Forbidden(resource.Group, resource.Plural, value.Name, "this name may not be used, please change the resource name"));
            }
        }
    }

    private static void Strictness(ApiRequest request, DecodedObject value, in WriteOptions options)
    {
        if (options.FieldValidation == "Ignore" || value.UnknownFields.Count + value.DuplicateFields.Count == 0) return;
        var problems = value.UnknownFields.Select(f => $"unknown field {Go.Quote(f)}").Concat(value.DuplicateFields.Select(f => $"duplicate field {Go.Quote(f)}")).ToArray();
        if (options.FieldValidation == "Strict")
        {
            var strict = new GoTypeException("strict decoding error: " + string.Join(", ", problems));
            throw value.WrongType?.Invoke(strict) ?? new ApiException(CannotBeHandled(request, request.Resource.Kind, request.Resource.Group, request.Version.ApiVersion, strict.Message));
        }
        foreach (var problem in problems) Warn(request, problem);
    }

    /// <summary>A warning header, which kubectl shows.</summary>
    public static void Warn(ApiRequest request, string text) =>
        request.Http.Response.Headers.Append("Warning", $"299 - {Go.Quote(text)}");

    private static readonly string[] CoreKinds = ["ConfigMap", "Endpoints", "Event", "Namespace", "Node", "Pod", "Secret", "Service", "ServiceAccount"];

    private static void WrongKind(ApiRequest request, DecodedObject value)
    {
        var expected = request.Version.ApiVersion;
        var kind = value.Kind.Length > 0 ? value.Kind : request.Resource.Kind;
        var given = value.ApiVersion.Length > 0 ? value.ApiVersion : expected;
        if (kind == request.Resource.Kind && request.Resource.Versions.Any(v => v.ApiVersion == given))
        {
            throw new ApiException(ApiStatus.BadRequest($"the API version in the data ({given}) does not match the expected API version ({expected})"));
        }
        // A kind that is known, but another one.
        if (request.Resource.Group.Length == 0 && given == "v1" && CoreKinds.Contains(kind))
        {
            throw new ApiException(CannotBeHandled(request, kind, "", given, $"converting (v1.{kind}) to (core.{request.Resource.Kind}): unknown conversion"));
        }
        throw new ApiException(CannotBeHandled(request, kind, "", given, $"no kind {Go.Quote(kind)} is registered for version {Go.Quote(given)} in scheme \"k8s.io/kubernetes/pkg/api/legacyscheme/scheme.go:30\""));
    }

    private static ApiStatus CannotBeHandled(ApiRequest request, string kind, string group, string apiVersion, string why)
    {
        var version = apiVersion[(apiVersion.IndexOf('/', StringComparison.Ordinal) + 1)..];
        return ApiStatus.BadRequest($"{kind} in version {Go.Quote(version)} cannot be handled as a {request.Resource.Kind}: {why}");
    }

    private static string Unrecognized(ReadOnlySpan<byte> body, string kind)
    {
        var start = body[..Math.Min(SummaryBytes, body.Length)];
        var shown = body.IsEmpty ? "<empty>" : (body[0] == (byte)'{' ? Encoding.UTF8.GetString(start) : Convert.ToHexStringLower(start)) + (body.Length > SummaryBytes ? " ..." : "");
        return $"the object provided is unrecognized (must be of type {kind}): couldn't get version/kind; json parse error: {GoJsonError.Describe(body)} ({shown})";
    }

    private static string Generate(string prefix)
    {
        // Go cuts the prefix so that the name stays within 63 characters.
        var kept = prefix.Length > 58 ? prefix[..58] : prefix;
        return kept + System.Security.Cryptography.RandomNumberGenerator.GetString(NameAlphabet, 5);
    }
}
