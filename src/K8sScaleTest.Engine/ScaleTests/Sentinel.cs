using K8sScaleTest.Engine.Api;
using K8sScaleTest.Engine.Objects;
using K8sScaleTest.Engine.Observers.Auditing;
using K8sScaleTest.Engine.Records;

namespace K8sScaleTest.Engine.ScaleTests;

/// <summary>
/// The last write of a scale test, which closes the horizon of its audit: once its event has arrived, everything that was acknowledged before it was launched
/// must have arrived too, deletes included. It is an object as the driver's, with a name that the driver uses for nothing but its warm-up.
/// </summary>
/// <remarks>
/// It is no measurement, and so it is written again where the server or the network did not let it be written. Its own event may be one that a server loses, and then
/// nothing would ever come: where not every observer has come to it after a second, the object is updated, and again each second. Whoever is delivered an update and
/// was not delivered the sentinel has missed that, and what came before it is audited all the same.
/// </remarks>
internal sealed class Sentinel(ApiClient client, ObjectTemplate template, ObjectIdentity identity, RunClock clock)
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan PatienceWhenStopped = TimeSpan.FromSeconds(3);
    private readonly string _name = identity.Name(0);
    private bool _mayExist;
    private bool _exists;
    private bool _givenUp;
    private int _updates;

    private string Key => $"{identity.Namespace}/{_name}";

    private string Path => $"{template.Resource.CollectionPath(identity.Namespace)}/{_name}";

    /// <summary>Writes it.</summary>
    /// <param name="audit">Hears of it.</param>
    /// <param name="limit">How long it may take.</param>
    /// <param name="cancellationToken">Gives it up.</param>
    /// <returns>Why it was not written, in words; null when it was.</returns>
    public async Task<string?> WriteAsync(WatchAudit audit, TimeSpan limit, CancellationToken cancellationToken)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        end.CancelAfter(limit);
        while (true)
        {
            string fault;
            var launched = RunClock.Now;
            try
            {
                var response = await SendAsync(launched, end.Token);
                if (response.IsSuccess)
                {
                    _exists = true;
                    if (!TryRead(response, out var uid, out var version)) return $"The server's answer to the write of {_name} has no uid or no numeric resourceVersion.";
                    audit.Sentinel(uid, Key, version, launched);
                    return null;
                }

                fault = client.Failure(_exists ? HttpMethod.Patch : HttpMethod.Post, Path, response).Message;

                // An attempt before was answered by nobody, and took effect.
                if (response.StatusCode == 409 && !_exists) _exists = true;
                else if (response.StatusCode is not (429 or >= 500)) return fault;
            }
            catch (ApiException e)
            {
                fault = e.Message;
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                _givenUp = !_exists;
                return "The run ended before its last write was answered.";
            }
            catch (OperationCanceledException)
            {
                return $"The last write was not answered within {limit.TotalSeconds:0.#} s.";
            }

            await Task.Delay(Patience / 4, CancellationToken.None);
            if (end.IsCancellationRequested) return fault;
        }
    }

    /// <summary>Waits until every observer has come to it.</summary>
    /// <param name="audit">Knows how far they have come.</param>
    /// <param name="limit">How long they may take.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Whether all have.</returns>
    public async Task<bool> ArrivedAsync(WatchAudit audit, TimeSpan limit, CancellationToken cancellationToken)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        end.CancelAfter(limit);
        var next = RunClock.Now + RunClock.FromNanoseconds(Patience.Ticks * 100);
        while (!audit.SentinelReached)
        {
            if (end.IsCancellationRequested) return false;
            if (RunClock.Now > next)
            {
                await UpdateAsync(audit, end.Token);
                next = RunClock.Now + RunClock.FromNanoseconds(Patience.Ticks * 100);
            }

            await Task.Delay(Poll, CancellationToken.None);
        }

        return true;
    }

    /// <summary>Deletes it.</summary>
    /// <param name="stop">Whoever stops the run waits for the answer for a few seconds at most.</param>
    /// <returns>Why it may be left, in words; null when it is not.</returns>
    public async Task<string?> DeleteAsync(CancellationToken stop)
    {
        if (!_mayExist) return null;
        using var end = new CancellationTokenSource();
        await using var stopped = stop.Register(() => end.CancelAfter(PatienceWhenStopped));
        try
        {
            var response = await client.SendAsync(HttpMethod.Delete, Path, cancellationToken: end.Token);
            if (response.StatusCode == 404 && _givenUp) return "Its write was given up before it was answered, and may take effect yet.";
            return response.IsSuccess || response.StatusCode == 404 ? null : client.Failure(HttpMethod.Delete, Path, response).Message;
        }
        catch (ApiException e)
        {
            return e.Message;
        }
        catch (OperationCanceledException)
        {
            return $"Its delete was not answered within {PatienceWhenStopped.TotalSeconds:0.#} s of the stop.";
        }
    }

    private static bool TryRead(ApiResponse response, out Guid uid, out ulong version)
    {
        var metadata = ResponseMetadata.Read(response.Body.Span);
        version = 0;
        return Guid.TryParse(metadata.Uid, out uid) && ulong.TryParse(metadata.ResourceVersion, out version);
    }

    /// <summary>Says once more that the end has come. Where that fails, the next second says it.</summary>
    private async Task UpdateAsync(WatchAudit audit, CancellationToken cancellationToken)
    {
        var launched = RunClock.Now;
        try
        {
            var response = await SendAsync(launched, cancellationToken);
            if (response.IsSuccess && TryRead(response, out var uid, out var version)) audit.AcknowledgeWrite(uid, Key, version, launched);
        }
        catch (Exception e) when (e is ApiException or OperationCanceledException)
        {
            // Whether the observers come to the sentinel says what is to be said.
        }
    }

    /// <summary>Creates the object or, where it is there, updates it.</summary>
    private Task<ApiResponse> SendAsync(long launched, CancellationToken cancellationToken)
    {
        _mayExist = true;
        var body = _exists ? template.Update : template.Create;
        var head = body.NewHead();
        body.Fill(head, _name, clock.ToUnixMicroseconds(launched), _exists ? ++_updates : 0);
        byte[] whole = [.. head, .. body.Tail.Span];
        var manager = "?fieldManager=" + template.Program;
        return _exists
            ? client.SendAsync(HttpMethod.Patch, Path + manager, whole, template.UpdateMediaType, cancellationToken)
            : client.SendAsync(HttpMethod.Post, template.Resource.CollectionPath(identity.Namespace) + manager, whole, cancellationToken: cancellationToken);
    }
}
