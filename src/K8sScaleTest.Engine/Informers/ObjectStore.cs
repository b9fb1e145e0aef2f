using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using K8sScaleTest.Engine.Api;

namespace K8sScaleTest.Engine.Informers;

/// <summary>
/// The informer's store: the latest known state of every object, and what to tell handlers of each change. As in client-go an update that leaves the
/// resourceVersion as it was is told to nobody (nobody here asks for resyncs).
/// </summary>
internal sealed class ObjectStore : IReflectorStore
{
    private readonly Action<InformerEvent> _tell;
    private readonly Action _pause;
    private Dictionary<string, ObjectState> _objects = NewTable(0);
    private Dictionary<string, ObjectState>? _gathered;
    private bool _synced;
    private int _count;

    /// <param name="tell">Tells handlers of a change.</param>
    /// <param name="pause">Says that for now all has been told.</param>
    public ObjectStore(Action<InformerEvent> tell, Action pause) => (_tell, _pause) = (tell, pause);

    /// <summary>Objects known; from any thread.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <inheritdoc/>
    public void BeginReplace() => _gathered = NewTable(_objects.Count);

    /// <inheritdoc/>
    public void Gather(ObservedObject observed)
    {
        _objects.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(observed.Key, out var known);

        // What has not changed is kept as it is, string and all.
        var state = known is not null && known.ResourceVersion == observed.ResourceVersion && known.Uid == observed.Uid ? known : NewState(observed, known?.Key);
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
        _pause();
        return _objects.Count;
    }

    /// <inheritdoc/>
    public void Apply(ObservedEvent observed)
    {
        var lookup = _objects.GetAlternateLookup<ReadOnlySpan<byte>>();
        if (observed.Kind == ObservedEventKind.Deleted)
        {
            // A relist may have told it before.
            if (!lookup.Remove(observed.Subject.Key, out _, out var gone)) return;
            Volatile.Write(ref _count, _objects.Count);
            _tell(new() { Kind = InformerEventKind.Deleted, Old = gone, New = NewState(observed.Subject, gone.Key), Received = observed.Received });
            return;
        }

        ref var known = ref CollectionsMarshal.GetValueRefOrNullRef(lookup, observed.Subject.Key);
        if (Unsafe.IsNullRef(ref known))
        {
            var added = NewState(observed.Subject);
            _objects.Add(added.Key, added);
            Volatile.Write(ref _count, _objects.Count);
            _tell(new() { Kind = InformerEventKind.Added, New = added, Received = observed.Received });
            return;
        }

        var old = known;
        known = NewState(observed.Subject, old.Key);
        if (old.ResourceVersion != known.ResourceVersion) _tell(new() { Kind = InformerEventKind.Updated, Old = old, New = known, Received = observed.Received });
    }

    /// <inheritdoc/>
    public void Pause() => _pause();

    private static Dictionary<string, ObjectState> NewTable(int capacity) => new(capacity, new Utf8KeyComparer());

    private static ObjectState NewState(ObservedObject observed, string? key = null) => new()
    {
        Key = key ?? Encoding.UTF8.GetString(observed.Key),
        Uid = observed.Uid,
        ResourceVersion = observed.ResourceVersion,
        CreationUnixSeconds = observed.CreationUnixSeconds ?? 0,
        Created = WriterTime.Created(observed),
        Updated = WriterTime.Updated(observed),
        ContentHash = observed.ContentHash,
    };
}
