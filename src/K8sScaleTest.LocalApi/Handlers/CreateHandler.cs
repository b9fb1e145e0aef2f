using K8sScaleTest.LocalApi.Http;
using K8sScaleTest.LocalApi.Storage;

namespace K8sScaleTest.LocalApi.Handlers;

/// <summary>POST to a collection.</summary>
internal sealed class CreateHandler(ObjectWriter writer)
{
    private const int GeneratedNameAttempts = 8;

    public async Task HandleAsync(ApiRequest request)
    {
        using var body = await RequestBody.ReadAsync(request.Http);
        var options = WriteOptions.Parse(request, "CreateOptions");
        var created = Create(request, RequestFormat.ToJson(request, body.Memory), options);
        await Answer.Object(request, 201, created);
    }

    private StoredObject Create(ApiRequest request, ReadOnlyMemory<byte> body, in WriteOptions options)
    {
        var resource = request.Resource;
        for (var attempt = 1; ; attempt++)
        {
            var value = ObjectWriter.Decode(body, request);
            var generated = value.Name.Length == 0 && value.GenerateName.Length > 0;
            var created = writer.New(request, value, options);
            if (options.DryRun ? resource.Store.Find(created.Key) is null : resource.Store.TryCreate(created, request.Ledger))
            {
                if (!options.DryRun) resource.Changed?.Invoke(null, created);
                return created;
            }
            if (!generated || attempt == GeneratedNameAttempts) throw new ApiException(ApiStatus.AlreadyExists(resource.Group, resource.Plural, value.Name));
        }
    }
}
