using System.Text;
using K8sScaleTest.Engine.Api;
using K8sScaleTest.Engine.Records;

namespace K8sScaleTest.Engine.Observers.Watches;

/// <summary>One <see cref="WatchedObject"/> for all watchers that are delivered events of the same object at about the same time. Any thread.</summary>
internal sealed class WatchedObjects
{
    // A collision costs nothing but another copy.
    private const int Slots = 16 * 1024;
    private readonly WatchedObject?[] _slots = new WatchedObject?[Slots];

    public WatchedObject Of(ObservedObject observed)
    {
        var uid = observed.Uid;
        ref var slot = ref _slots[(uint)uid.GetHashCode() % Slots];
        var known = Volatile.Read(ref slot);
        if (known is not null && known.Uid == uid && uid != Guid.Empty) return known;
        var made = new WatchedObject(observed.Namespace.IsEmpty ? null : Encoding.UTF8.GetString(observed.Namespace), Encoding.UTF8.GetString(observed.Name), uid);
        Volatile.Write(ref slot, made);
        return made;
    }
}
