using K8sScaleTest.Engine.Api;
using K8sScaleTest.Engine.Objects;
using K8sScaleTest.Engine.Records;

namespace K8sScaleTest.Engine.Drivers;

/// <summary>
/// Opens every connection with a create that changes nothing (dryRun=All). The first of them also proves the rights, the namespace
/// and the schema, so that what would fail every create ends the run before it begins.
/// </summary>
internal sealed class WarmUp(OperationSender sender, OperationContext context, ObjectIdentity identity) : IOperationOwner
{
    private TaskCompletionSource<OperationRow> _ended = new();
    private int _waiting;

    /// <exception cref="ApiException">The server refused, or could not be reached.</exception>
    /// <exception cref="OperationCanceledException">It was stopped: what changes nothing need not be awaited.</exception>
    public async Task RunAsync(CancellationToken stop)
    {
        await using var abort = stop.Register(sender.Abort);
        var connections = context.Connections.Connections;
        Check(await LaunchAsync(connections.Take(1)), stop);
        if (connections.Count > 1) Check(await LaunchAsync(connections.Skip(1)), stop);
    }

    /// <inheritdoc/>
    public bool OnFinished(OperationSlot slot)
    {
        // The first failure, or else the last success, speaks for all.
        var row = slot.Row;
        if (Interlocked.Decrement(ref _waiting) == 0 || row.Outcome != Outcome.Succeeded) _ended.TrySetResult(row);
        return false;
    }

    private Task<OperationRow> LaunchAsync(IEnumerable<ApiConnection> connections)
    {
        ApiConnection[] all = [.. connections];
        _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
        _waiting = all.Length;
        foreach (var connection in all) sender.LaunchWarmUp(this, new(0, identity.Name(0)), connection);
        return _ended.Task;
    }

    private void Check(OperationRow row, CancellationToken stop)
    {
        stop.ThrowIfCancellationRequested();
        if (row.Outcome == Outcome.Succeeded) return;
        var what = $"create {context.Template.Resource.QualifiedName} in namespace '{identity.Namespace}' on {row.Server}";
        var status = row.StatusCode == 0 ? row.Reason : $"{row.StatusCode} {row.Reason}";
        var said = row.Error?.TrimEnd('.') ?? "the server gives no reason";
        throw new ApiException(row.Reason ?? "Unknown", $"Cannot {what} ({status}, tried as a dry run): {said}. No load was started.", row.StatusCode);
    }
}
