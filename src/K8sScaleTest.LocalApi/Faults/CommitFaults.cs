using K8sScaleTest.LocalApi.Storage;

namespace K8sScaleTest.LocalApi.Faults;

/// <summary>The faults of one resource that are decided for all watchers at once: when the event is made, in the order of the events.</summary>
internal sealed class CommitFaults(IReadOnlyList<FaultRule> rules)
{
    /// <summary>Decides about an event; the store's lock is held, and no watcher has seen it.</summary>
    public void Decide(StoreEvent change)
    {
        var item = (change.Current ?? change.Previous)!;
        // As most watchers will see it: a selector may make something else of it.
        var type = change.Previous is null ? "ADDED" : change.Current is null ? "DELETED" : "MODIFIED";
        foreach (var rule in rules)
        {
            if (!rule.IsActive || !rule.MatchesEvent(type, item.Namespace, item.Name) || !rule.Draw(out _)) continue;
            change.Order(rule.Definition.Action, rule.Id);
            return;
        }
    }
}
