using K8sScaleTest.Engine.Api;
using K8sScaleTest.Engine.Objects;
using K8sScaleTest.Engine.Observers.Auditing;
using K8sScaleTest.Engine.Records;

namespace K8sScaleTest.Engine.ScaleTests;

/// <summary>
/// The last write of a scale test, which closes the horizon of its audit: once its event has arrived, everything that was acknowledged before it was launched
/// must have arrived too, deletes included. It is an object as the driver's, with a name that the driver uses for nothing but its warm-up.
/// </summary>
internal sealed class Sentinel(ApiClient client, ObjectTemplate template, ObjectIdentity identity)
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(10);
    private readonly string _name = identity.Name(0);
    private bool _written;

    /// <summary>Writes it.</summary>
    /// <returns>Why it was not written, in words; null when it was.</returns>
    public async Task<string?> WriteAsync(WatchAudit audit, RunClock clock, CancellationToken cancellationToken)
    {
        var body = template.Create.NewHead();
        var launched = RunClock.Now;
        template.Create.Fill(body, _name, clock.ToUnixMicroseconds(launched), 0);
        byte[] whole = [.. body, .. template.Create.Tail.Span];
        var path = template.Resource.CollectionPath(identity.Namespace) + "?fieldManager=" + template.Program;
        try
        {
            var response = await client.SendAsync(HttpMethod.Post, path, whole, cancellationToken: cancellationToken);

            // It may have been written even when the answer says otherwise.
            _written = true;
            if (!response.IsSuccess) return client.Failure(HttpMethod.Post, path, response).Message;
            var metadata = ResponseMetadata.Read(response.Body.Span);
            if (!Guid.TryParse(metadata.Uid, out var uid) || !ulong.TryParse(metadata.ResourceVersion, out var version))
                return $"The server's answer to the create of {_name} has no uid or no numeric resourceVersion.";
            audit.Sentinel(uid, $"{identity.Namespace}/{_name}", version, launched);
            return null;
        }
        catch (ApiException e)
        {
            _written = true;
            return e.Message;
        }
    }

    /// <summary>Waits until every observer was delivered it.</summary>
    /// <returns>Whether all were.</returns>
    public static async Task<bool> ArrivedAsync(WatchAudit audit, TimeSpan limit, CancellationToken cancellationToken)
    {
        var began = RunClock.Now;
        while (!audit.SentinelReached)
        {
            if (cancellationToken.IsCancellationRequested || RunClock.ToMilliseconds(RunClock.Now - began) > limit.TotalMilliseconds) return false;
            await Task.Delay(Poll, CancellationToken.None);
        }

        return true;
    }

    /// <summary>Deletes it.</summary>
    /// <returns>Why it may be left, in words; null when it is not.</returns>
    public async Task<string?> DeleteAsync()
    {
        if (!_written) return null;
        var path = $"{template.Resource.CollectionPath(identity.Namespace)}/{_name}";
        try
        {
            var response = await client.SendAsync(HttpMethod.Delete, path);
            return response.IsSuccess || response.StatusCode == 404 ? null : client.Failure(HttpMethod.Delete, path, response).Message;
        }
        catch (ApiException e)
        {
            return e.Message;
        }
    }
}
