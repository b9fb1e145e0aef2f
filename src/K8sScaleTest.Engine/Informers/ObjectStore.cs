using K8sScaleTest.Engine.Api;

namespace K8sScaleTest.Engine.Informers;

/// <summary>
/// The informer's store: the latest known state of every object, and what to tell handlers of each change. As in client-go an update that leaves the
/// resourceVersion as it was is told to nobody (nobody here asks for resyncs).
/// </summary>
internal sealed class ObjectStore : IReflectorStore
{
    private readonly Action<InformerEvent> _tell;
    private Dictionary<string, ObjectState> _objects = NewTable(0);
    private Dictionary<string, ObjectState>? _gathered;
    private bool _synced;
    private int _count;

    public ObjectStore(Action<InformerEvent> tell) => _tell = tell;

    /// <summary>Objects known; from any thread.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <inheritdoc/>
    public void BeginReplace() => _gathered = NewTable(_objects.Count);

    /// <inheritdoc/>
    public void Gather(ObservedObject observed)
    {
        var known = Find(observed);

        // What has not changed is kept as it is, string and all.
        var state = known is not null && known.ResourceVersion == observed.ResourceVersion && known.Uid == observed.Uid ? known : NewState(observed, known);
        _gathered![state.Key] = state;
    }

    /// <inheritdoc/>
    public void Forget(ObservedObject observed) => _gathered!.GetAlternateLookup<ReadOnlySpan<byte>>().Remove(observed.Key);

    /// <inheritdoc/>
    public int Replace(long received)
    {
        var before = _objects;
        _objects = _gathered!;
        _gathered = null;
        Volatile.Write(ref _count, _objects.Count);
        var initial = !_synced;
        _synced = true;
        foreach (var (key, old) in before)
        {
            if (!_objects.ContainsKey(key)) _tell(new() { Kind = InformerEventKind.Deleted, Old = old, Received = received, FromList = true });
        }

        foreach (var (key, state) in _objects)
        {
            if (!before.TryGetValue(key, out var old))
                _tell(new() { Kind = InformerEventKind.Added, New = state, Received = received, InitialList = initial, FromList = true });
            else if (old.ResourceVersion != state.ResourceVersion)
                _tell(new() { Kind = InformerEventKind.Updated, Old = old, New = state, Received = received, FromList = true });
        }

        if (initial) _tell(new() { Kind = InformerEventKind.Synced, Received = received });
        return _objects.Count;
    }

    /// <inheritdoc/>
    public void Apply(ObservedEvent observed)
    {
        var old = Find(observed.Subject);
        if (observed.Kind == ObservedEventKind.Deleted)
        {
            // A relist may have told it before.
            if (old is null) return;
            _objects.Remove(old.Key);
            Volatile.Write(ref _count, _objects.Count);
            _tell(new() { Kind = InformerEventKind.Deleted, Old = old, New = NewState(observed.Subject, old), Received = observed.Received });
            return;
        }

        var state = NewState(observed.Subject, old);
        _objects[state.Key] = state;
        if (old is null)
        {
            Volatile.Write(ref _count, _objects.Count);
            _tell(new() { Kind = InformerEventKind.Added, New = state, Received = observed.Received });
        }
        else if (old.ResourceVersion != state.ResourceVersion)
        {
            _tell(new() { Kind = InformerEventKind.Updated, Old = old, New = state, Received = observed.Received });
        }
    }

    private static Dictionary<string, ObjectState> NewTable(int capacity) => new(capacity, new Utf8KeyComparer());

    private ObjectState? Find(ObservedObject observed)
    {
        var lookup = _objects.GetAlternateLookup<ReadOnlySpan<byte>>();
        return lookup.TryGetValue(observed.Key, out var state) ? state : null;
    }

    private static ObjectState NewState(ObservedObject observed, ObjectState? known) => new()
    {
        Key = known?.Key ?? System.Text.Encoding.UTF8.GetString(observed.Key),
        Uid = observed.Uid,
        ResourceVersion = observed.ResourceVersion,
        CreationUnixSeconds = observed.CreationUnixSeconds ?? 0,
        Created = WriterTime.Created(observed),
        Updated = WriterTime.Updated(observed),
        ContentHash = observed.ContentHash,
    };
}
