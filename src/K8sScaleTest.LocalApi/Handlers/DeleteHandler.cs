using System.Text;
using K8sScaleTest.LocalApi.Http;
using K8sScaleTest.LocalApi.Resources;
using K8sScaleTest.LocalApi.Schema;
using K8sScaleTest.LocalApi.Storage;

namespace K8sScaleTest.LocalApi.Handlers;

/// <summary>DELETE of one object or of a collection.</summary>
internal sealed class DeleteHandler(ResourceRegistry registry, NamespaceController namespaces)
{
    private static readonly string[] Permanent = ["default", "kube-system", "kube-public"];

    public async Task HandleAsync(ApiRequest request)
    {
        using var body = await RequestBody.ReadAsync(request.Http);
        var options = DeleteOptions.Read(request, body.Memory.Span);
        var resource = request.Resource;
        if (resource == registry.Namespaces && Permanent.Contains(request.Name))
        {
            throw new ApiException(ApiStatus.Forbidden("", "namespaces", request.Name, "this namespace may not be deleted"));
        }
        var (removed, state) = Delete(request, request.Name, options);
        if (resource == registry.Namespaces && !options.DryRun) namespaces.Empty(request.Name);
        if (!removed || resource.DeleteReturnsObject) await Answer.Object(request, 200, state);
        else await Answer.Status(request.Http, ApiStatus.Success(resource.Group, resource.Plural, request.Name, Encoding.ASCII.GetString(state.Uid)));
    }

    /// <summary>Deletes what a list with the same options would show, and answers with that list.</summary>
    public async Task CollectionAsync(ApiRequest request)
    {
        if (!request.Resource.SupportsDeleteCollection) throw new ApiException(ApiStatus.MethodNotAllowed());
        using var body = await RequestBody.ReadAsync(request.Http);
        var options = DeleteOptions.Read(request, body.Memory.Span);
        var page = await ListHandler.ReadAsync(request);
        var items = page.Items.ToArray();
        foreach (var item in items)
        {
            try
            {
                Delete(request, item.Name.ToString(), options, item.Namespace.ToString());
            }
            catch (ApiException gone) when (gone.Status.Code == 404)
            {
                // Another deleted it first.
            }
        }
        await ListHandler.WriteAsync(request, page with { Items = items });
    }

    private (bool Removed, StoredObject State) Delete(ApiRequest request, string name, DeleteOptions options, string? ns = null)
    {
        var resource = request.Resource;
        while (true)
        {
            var current = resource.Store.Find(StoredObject.KeyOf(ns ?? request.Namespace, name)) ?? throw new ApiException(ApiStatus.NotFound(resource.Group, resource.Plural, name));
            Preconditions(resource, name, current, options);
            var lingers = current.Layout.HasFinalizers || resource == registry.Namespaces || resource.MarkDeleting is not null;
            if (lingers && current.Layout.IsDeleting) return (false, current);
            if (!lingers)
            {
                if (options.DryRun) return (true, current);
                if (!resource.Store.TryRemove(current, request.Ledger)) continue;
                resource.Changed?.Invoke(current, null);
                return (true, current);
            }
            var marked = Marked(resource, current);
            if (options.DryRun)
            {
                marked.Commit(current.ResourceVersion);
                return (false, marked);
            }
            if (!resource.Store.TryReplace(current, marked, request.Ledger)) continue;
            resource.Changed?.Invoke(current, marked);
            return (false, marked);
        }
    }

    /// <summary>Marks an object that a finalizer holds as being deleted; false, since it stays for now.</summary>
    public static bool Mark(ResourceType resource, StoredObject current)
    {
        if (!current.Layout.IsDeleting) resource.Store.TryReplace(current, Marked(resource, current));
        return false;
    }

    private static void Preconditions(ResourceType resource, string name, StoredObject current, DeleteOptions options)
    {
        var uid = Encoding.ASCII.GetString(current.Uid);
        if (options.Uid is not null && options.Uid != uid)
        {
            throw new ApiException(ApiStatus.Conflict(resource.Group, resource.Kind, name, $"the UID in the precondition ({options.Uid}) does not match the UID in record ({uid}). The object might have been deleted and then recreated"));
        }
        if (options.ResourceVersion is not null && options.ResourceVersion != current.ResourceVersion.ToString(System.Globalization.CultureInfo.InvariantCulture))
        {
            throw new ApiException(ApiStatus.Conflict(resource.Group, resource.Kind, name, $"the ResourceVersion in the precondition ({options.ResourceVersion}) does not match the ResourceVersion in record ({current.ResourceVersion}). The object might have been modified"));
        }
    }

    /// <summary>The object with its deletionTimestamp: it goes when its last finalizer does.</summary>
    private static StoredObject Marked(ResourceType resource, StoredObject current)
    {
        var text = new byte[current.Body.Length + 1];
        text[0] = (byte)'{';
        current.Body.CopyTo(text, 1);
        var value = DecodedObject.Read(text, resource.Versions[0].Type);
        value.DeletionTimestamp = GoTime.Now;
        if (resource.MarkDeleting is { } mark)
        {
            mark(value);
            return ObjectWriter.FinishUnchecked(resource, value);
        }
        // A namespace has no grace period: it ends when it is empty.
        if (resource.Kind != "Namespace") value.DeletionGracePeriodSeconds = 0;
        if (value.Generation > 0) value.Generation++;
        return ObjectWriter.FinishUnchecked(resource, value);
    }
}
