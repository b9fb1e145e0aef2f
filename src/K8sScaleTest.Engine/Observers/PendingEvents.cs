using System.Runtime.InteropServices;
using K8sScaleTest.Engine.Informers;

namespace K8sScaleTest.Engine.Observers;

/// <summary>The events of a key between two dequeues, each with the moment at which the handler was told. Used again and again.</summary>
internal sealed class PendingEvents
{
    // Nearly always there is one.
    private readonly List<(InformerEvent Informed, long Handled, bool ExistedBefore)> _events = new(1);

    public ReadOnlySpan<(InformerEvent Informed, long Handled, bool ExistedBefore)> Events => CollectionsMarshal.AsSpan(_events);

    public int Adds { get; private set; }

    public int Updates { get; private set; }

    public int Deletes { get; private set; }

    public long FirstEnqueued => _events[0].Handled;

    public long LastEnqueued => _events[^1].Handled;

    public void Add(in InformerEvent informed, long handled, bool existedBefore)
    {
        _events.Add((informed, handled, existedBefore));
        switch (informed.Kind)
        {
            case InformerEventKind.Added:
                Adds++;
                break;
            case InformerEventKind.Updated:
                Updates++;
                break;
            default:
                Deletes++;
                break;
        }
    }

    public void Clear()
    {
        _events.Clear();
        Adds = Updates = Deletes = 0;
    }
}
