using System.Threading.Channels;
using K8sScaleTest.LocalApi.Storage;

namespace K8sScaleTest.LocalApi.Resources;

/// <summary>
/// What the namespace controller does in a cluster: everything that a namespace holds is deleted once it is being deleted, and then the
/// namespace itself. Between the two it is Terminating, and takes no new objects.
/// </summary>
internal sealed class NamespaceController : IAsyncDisposable
{
    /// <summary>A real controller hears of it by its watch, and is slower still.</summary>
    private static readonly TimeSpan Delay = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);

    private readonly ResourceRegistry _registry;
    private readonly Channel<string> _names = Channel.CreateUnbounded<string>();
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _loop;

    public NamespaceController(ResourceRegistry registry)
    {
        _registry = registry;
        _loop = RunAsync();
    }

    /// <summary>Has a namespace emptied that was marked as being deleted.</summary>
    public void Empty(string name) => _names.Writer.TryWrite(name);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _loop;
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        try
        {
            await foreach (var name in _names.Reader.ReadAllAsync(_stop.Token))
            {
                await Task.Delay(Delay, _stop.Token);
                if (!TryEmpty(name)) await RequeueAsync(name);
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // The server ends.
        }
    }

    /// <summary>False while something in it is held by a finalizer.</summary>
    private bool TryEmpty(string name)
    {
        if (_registry.Namespaces.Store.Find(name) is not { Layout.IsDeleting: true }) return true;
        var held = false;
        foreach (var resource in _registry.All)
        {
            if (!resource.Namespaced) continue;
            held |= !TryEmpty(resource, name + "/");
        }
        if (held) return false;
        var space = _registry.Namespaces.Store.Find(name);
        while (space is not null && !_registry.Namespaces.Store.TryRemove(space)) space = _registry.Namespaces.Store.Find(name);
        return true;
    }

    /// <summary>Deletes all objects whose keys begin so; false while a finalizer holds one.</summary>
    public static bool TryEmpty(ResourceType resource, string prefix)
    {
        var held = false;
        foreach (var item in resource.Store.Snapshot().Objects.Range(prefix, prefix)) held |= !TryRemove(resource, item);
        return !held;
    }

    private static bool TryRemove(ResourceType resource, StoredObject item)
    {
        for (var current = item; current is not null; current = resource.Store.Find(item.Key))
        {
            if (current.Layout.HasFinalizers) return Handlers.DeleteHandler.Mark(resource, current);
            if (resource.Store.TryRemove(current)) return true;
        }
        return true;
    }

    /// <summary>Looks again later, without keeping other namespaces waiting.</summary>
    private async Task RequeueAsync(string name)
    {
        await Task.Delay(RetryAfter, _stop.Token);
        _names.Writer.TryWrite(name);
    }
}
