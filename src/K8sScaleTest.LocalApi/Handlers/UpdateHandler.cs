using K8sScaleTest.LocalApi.Http;
using K8sScaleTest.LocalApi.Json;
using K8sScaleTest.LocalApi.Resources;
using K8sScaleTest.LocalApi.Schema;
using K8sScaleTest.LocalApi.Storage;

namespace K8sScaleTest.LocalApi.Handlers;

/// <summary>PUT and PATCH of one object.</summary>
internal static class UpdateHandler
{
    /// <summary>A patch without a resourceVersion is tried again when another write came between; the API server does so five times.</summary>
    private const int PatchAttempts = 5;

    public static async Task ReplaceAsync(ApiRequest request)
    {
        using var body = await RequestBody.ReadAsync(request.Http);
        var options = WriteOptions.Parse(request, "UpdateOptions");
        var json = RequestFormat.ToJson(request, body.Memory);
        while (true)
        {
            var value = ObjectWriter.Decode(json, request);
            CheckName(request, value);
            ObjectWriter.Place(request, value);
            var current = Find(request);
            Preconditions(request, value, current, isPatch: false);
            if (Store(request, value, current, options) is { } stored)
            {
                await Answer.Object(request, 200, stored);
                return;
            }
        }
    }

    public static async Task PatchAsync(ApiRequest request, ObjectWriter writer)
    {
        var kind = PatchKinds.Of(request.Http.Request.ContentType, request.Resource);
        if (kind == PatchKind.Apply)
        {
            await ApplyHandler.HandleAsync(request, writer);
            return;
        }
        using var patch = await RequestBody.ReadAsync(request.Http);
        var options = WriteOptions.Parse(request, "PatchOptions");
        var stored = Patch(request, kind, patch.Memory, options);
        await Answer.Object(request, 200, stored);
    }

    private static StoredObject Patch(ApiRequest request, PatchKind kind, ReadOnlyMemory<byte> patch, in WriteOptions options)
    {
        var applied = PatchKinds.Parse(kind, patch, request);
        for (var attempt = 1; ; attempt++)
        {
            var current = Find(request);
            var to = JsonBuffer.Rent();
            try
            {
                applied.Apply(to, Text(request, current), request);
                var value = ReadPatched(request, to, applied);
                CheckName(request, value);
                if (request.Resource.Namespaced && value.Namespace != request.Namespace)
                {
                    throw new ApiException(ApiStatus.BadRequest("the namespace of the provided object does not match the namespace sent on the request"));
                }
                // A patch that names no resourceVersion keeps the current one, and is not bound to it.
                var pinned = value.ResourceVersion != current.ResourceVersion.ToString(System.Globalization.CultureInfo.InvariantCulture);
                Preconditions(request, value, current, isPatch: true);
                if (Store(request, value, current, options) is { } stored) return stored;
                if (pinned || attempt == PatchAttempts) throw new ApiException(ApiStatus.Modified(request.Resource.Group, request.Resource.Plural, request.Name));
            }
            finally
            {
                to.Return();
            }
        }
    }

    /// <summary>The object as a client of this version would get it.</summary>
    internal static byte[] Text(ApiRequest request, StoredObject current)
    {
        var body = request.Resource.BodyOf(current, request.VersionIndex);
        var prefix = request.Version.ObjectPrefix;
        var text = new byte[prefix.Length + body.Length];
        prefix.CopyTo(text, 0);
        body.CopyTo(text, prefix.Length);
        return text;
    }

    private static DecodedObject ReadPatched(ApiRequest request, JsonBuffer text, IPatch patch)
    {
        try
        {
            var value = DecodedObject.Read(text.WrittenMemory, request.Version.Type);
            value.WrongType = wrong => new ApiException(PatchKinds.WrongType(patch.Describe(text.Written), patch.Explain(wrong)));
            return value;
        }
        catch (GoTypeException wrong)
        {
            throw new ApiException(PatchKinds.WrongType(patch.Describe(text.Written), patch.Explain(wrong)));
        }
    }

    internal static StoredObject Find(ApiRequest request) =>
        request.Resource.Store.Find(StoredObject.KeyOf(request.Namespace, request.Name))
        ?? throw new ApiException(ApiStatus.NotFound(request.Resource.Group, request.Resource.Plural, request.Name));

    internal static void CheckName(ApiRequest request, DecodedObject value)
    {
        if (value.Name.Length == 0) throw new ApiException(ApiStatus.BadRequest($"the name of the object ({request.Name} based on URL) was undeterminable: name must be provided"));
        if (value.Name != request.Name) throw new ApiException(ApiStatus.BadRequest($"the name of the object ({value.Name}) does not match the name on the URL ({request.Name})"));
    }

    /// <summary>That an applied object is the one that is there.</summary>
    internal static void CheckIdentity(ApiRequest request, DecodedObject value, StoredObject current)
    {
        CheckName(request, value);
        if (request.Resource.Namespaced && value.Namespace != request.Namespace) throw new ApiException(ApiStatus.BadRequest("the namespace of the provided object does not match the namespace sent on the request"));
        Preconditions(request, value, current, isPatch: true);
    }

    private static void Preconditions(ApiRequest request, DecodedObject value, StoredObject current, bool isPatch)
    {
        var resource = request.Resource;
        var uid = System.Text.Encoding.ASCII.GetString(current.Uid);
        if (value.Uid.Length == 0)
        {
            value.Uid = uid;
        }
        else if (value.Uid != uid && !isPatch)
        {
            throw new ApiException(ApiStatus.Conflict(resource.Group, resource.Plural, request.Name,
                $"StorageError: invalid object, Code: 4, Key: /registry/{(resource.Group.Length == 0 ? "" : resource.Group + "/")}{resource.Plural}/{current.Key}, ResourceVersion: 0, AdditionalErrorMsg: Precondition failed: UID in precondition: {value.Uid}, UID in object meta: {uid}"));
        }
        if (value.ResourceVersion is "" or "0")
        {
            if (resource.IsCustom && !isPatch) throw new ApiException(ApiStatus.Invalid(resource.Group, resource.Plural, request.Name, [new Cause("FieldValueInvalid", "Invalid value: 0x0: must be specified for an update", "metadata.resourceVersion")]));
        }
        else if (!ulong.TryParse(value.ResourceVersion, out var version))
        {
            throw new ApiException(ApiStatus.Internal($"strconv.ParseUint: parsing {Go.Quote(value.ResourceVersion)}: invalid syntax"));
        }
        else if (version != (ulong)current.ResourceVersion)
        {
            throw new ApiException(ApiStatus.Modified(resource.Group, resource.Plural, request.Name));
        }
    }

    /// <summary>Stores the next state, or finds that nothing changed; null when another write came between.</summary>
    internal static StoredObject? Store(ApiRequest request, DecodedObject value, StoredObject current, in WriteOptions options)
    {
        var resource = request.Resource;
        value.Subresource = request.Subresource;
        var existing = DecodedObject.Read(WithBrace(current.Body), resource.Versions[0].Type);
        if (MetaValidation.ValidateUpdate(value, existing) is { } causes) throw new ApiException(ApiStatus.Invalid(resource.Group, resource.Kind, request.Name, [.. causes]));
        value.CreationTimestamp = existing.CreationTimestamp;
        value.DeletionTimestamp = existing.DeletionTimestamp;
        value.DeletionGracePeriodSeconds = existing.DeletionGracePeriodSeconds;
        value.Generation = existing.Generation;
        var next = ObjectWriter.Finish(request, value, existing, options);
        if (SameButForVersion(current, next)) return current;
        if (resource.IsCustom && request.Subresource != "status" && !SameSpec(current, next))
        {
            value.Generation = existing.Generation + 1;
            next = ObjectWriter.Finish(request, value, existing, options);
        }
        if (options.DryRun)
        {
            next.Commit(current.ResourceVersion);
            return next;
        }
        // The last finalizer gone from an object that waits to be deleted: this update deletes it.
        if (next.Layout.IsDeleting && !next.Layout.HasFinalizers && (current.Layout.HasFinalizers || IsFinal(request, next)))
        {
            next.Commit(current.ResourceVersion);
            if (!resource.Store.TryRemove(current, request.Ledger)) return null;
            resource.Changed?.Invoke(current, null);
            return next;
        }
        if (!resource.Store.TryReplace(current, next, request.Ledger)) return null;
        resource.Changed?.Invoke(current, next);
        return next;
    }

    /// <summary>Whether the last that a namespace waited for has let it go.</summary>
    private static bool IsFinal(ApiRequest request, StoredObject next) =>
        request.Subresource == "finalize" && next.Body.AsSpan(next.Layout.MetadataEnd).IndexOf("\"finalizers\""u8) < 0;

    private static byte[] WithBrace(byte[] body)
    {
        var text = new byte[body.Length + 1];
        text[0] = (byte)'{';
        body.CopyTo(text, 1);
        return text;
    }

    /// <summary>Whether two states differ in nothing but the resourceVersion: such an update is none, and makes no event.</summary>
    private static bool SameButForVersion(StoredObject a, StoredObject b)
    {
        var (x, y) = (a.Layout, b.Layout);
        return x.RvOffset == y.RvOffset
            && a.Body.AsSpan(0, x.RvOffset).SequenceEqual(b.Body.AsSpan(0, y.RvOffset))
            && a.Body.AsSpan(x.RvOffset + x.RvLength).SequenceEqual(b.Body.AsSpan(y.RvOffset + y.RvLength));
    }

    /// <summary>Whether only metadata and status differ: those do not count as a generation.</summary>
    private static bool SameSpec(StoredObject a, StoredObject b) => a.Body.AsSpan(a.Layout.MetadataEnd).SequenceEqual(b.Body.AsSpan(b.Layout.MetadataEnd));
}
