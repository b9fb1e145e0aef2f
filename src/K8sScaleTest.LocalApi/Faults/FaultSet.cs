using K8sScaleTest.LocalApi.Resources;
using K8sScaleTest.LocalApi.Watching;

namespace K8sScaleTest.LocalApi.Faults;

/// <summary>
/// All faults that were ordered. Requests and watches read arrays that are replaced as a whole, so that a server without faults pays for one look at an empty one.
/// </summary>
internal sealed class FaultSet
{
    private const int Most = 1000;
    private readonly Lock _gate = new();
    private readonly ResourceRegistry _registry;
    private readonly WatchRegistry _watches;
    private readonly ListenerGate _listeners;
    private volatile FaultRule[] _requests = [];
    private volatile FaultRule[] _watchRules = [];
    private FaultRule[] _all = [];
    private int _lastId;
    private int _version;

    public FaultSet(ResourceRegistry registry, WatchRegistry watches, ListenerGate listeners)
    {
        _registry = registry;
        _watches = watches;
        _listeners = listeners;
        registry.Added += Arm;
    }

    /// <summary>Those that requests have to look at.</summary>
    public FaultRule[] Requests => _requests;

    /// <summary>Those that each watch has to look at.</summary>
    public FaultRule[] Watches => _watchRules;

    /// <summary>Another number whenever the faults have changed.</summary>
    public int Version => Volatile.Read(ref _version);

    public IReadOnlyList<FaultRule> All
    {
        get
        {
            lock (_gate) return _all;
        }
    }

    /// <summary>Orders a fault that was checked. Throws <see cref="ArgumentException"/> when it cannot be done.</summary>
    public FaultRule Add(FaultDefinition definition)
    {
        FaultRule rule;
        lock (_gate)
        {
            // What is over makes room.
            if (_all.Length >= Most) _all = [.. _all.Where(r => r.IsActive)];
            if (_all.Length >= Most) throw new ArgumentException($"{Most} faults are active: clear some first.");
            if (_lastId == ushort.MaxValue) throw new ArgumentException($"This server has had {ushort.MaxValue} faults, and has no more numbers for them: start another.");
            rule = new FaultRule((ushort)++_lastId, definition) { Warning = Unserved(definition) };
            switch (definition.Action)
            {
                case FaultAction.Compact: Compact(rule); break;
                case FaultAction.Restore: Restore(rule); break;
                default: break;
            }
            _all = [.. _all, rule];
            Refresh();
        }
        switch (definition.Action)
        {
            case FaultAction.RefuseConnection:
                rule.Apply();
                _listeners.Close(rule);
                break;
            case FaultAction.ClockSkew:
                rule.Apply();
                break;
            default:
                if (definition.Now) rule.Result = $"watches: {_watches.Order(rule)}";
                break;
        }
        return rule;
    }

    /// <summary>Takes back a fault; false when there is none of this number.</summary>
    public bool Clear(ushort id)
    {
        lock (_gate)
        {
            if (_all.FirstOrDefault(r => r.Id == id) is not { } rule) return false;
            rule.Clear();
            _all = [.. _all.Where(r => r != rule)];
            Refresh();
            return true;
        }
    }

    /// <summary>Takes back all faults.</summary>
    public int Clear()
    {
        lock (_gate)
        {
            var count = _all.Length;
            foreach (var rule in _all) rule.Clear();
            _all = [];
            Refresh();
            return count;
        }
    }

    private void Refresh()
    {
        _requests = [.. _all.Where(r => r.IsActive && FaultCheck.IsOfRequests(r.Definition.Action))];
        _watchRules = [.. _all.Where(r => r.IsActive && FaultCheck.IsOfWatches(r.Definition.Action) && !r.Definition.Now && r.Definition.Scope != EventScope.All)];
        foreach (var resource in _registry.All) Arm(resource);
        ServerClock.SkewBy(_all.LastOrDefault(r => r.IsActive && r.Definition.Action == FaultAction.ClockSkew));
        Interlocked.Increment(ref _version);
    }

    /// <summary>A definition may still bring what no resource is called now, but more likely it is a slip: configmap, cm.</summary>
    private string? Unserved(FaultDefinition fault)
    {
        var unserved = fault.Resources.Where(pattern => !_registry.All.Any(r => FaultRule.IsCalled(r, pattern))).ToArray();
        return unserved.Length == 0 ? null : $"No resource that is served now is called {string.Join(", ", unserved)}: resources are named by their plural, as in configmaps or flunders.wardle.example.com.";
    }

    /// <summary>Gives a resource the faults that are decided when its events are made.</summary>
    private void Arm(ResourceType resource)
    {
        var rules = Volatile.Read(ref _all).Where(r => r.IsActive && r.Definition.Scope == EventScope.All && r.MatchesResource(resource)).ToArray();
        resource.Store.Faults = rules.Length == 0 ? null : new CommitFaults(rules);
    }

    private void Compact(FaultRule rule)
    {
        var through = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var resource in _registry.All.Where(rule.MatchesResource)) through.Add($"{resource.QualifiedPlural} through {resource.Store.Compact()}");
        if (through.Count == 0) throw new ArgumentException($"No resource is called {string.Join(", ", rule.Definition.Resources)}.");
        rule.Apply();
        rule.Result = string.Join(", ", through);
    }

    private void Restore(FaultRule rule)
    {
        var wanted = rule.Definition.ResourceVersion!.Value;
        // Without a resource it is the core's etcd that goes back.
        var counters = (rule.Definition.Resources.Count == 0 ? [_registry.Core] : _registry.All.Where(rule.MatchesResource).Select(r => r.Store.Revisions).Distinct()).ToArray();
        if (counters.Length == 0) throw new ArgumentException($"No resource is called {string.Join(", ", rule.Definition.Resources)}.");
        foreach (var counter in counters)
        {
            var stores = _registry.All.Where(r => r.Store.Revisions == counter).ToArray();
            lock (counter.Gate)
            {
                if (wanted > counter.Current) throw new ArgumentException($"resourceVersion {wanted} is still to come: the counter stands at {counter.Current}.");
                if (stores.FirstOrDefault(s => !s.Store.CanGoBack(wanted)) is { } forgotten)
                {
                    throw new ArgumentException($"The history of {forgotten.QualifiedPlural} does not reach back to resourceVersion {wanted}, only to {forgotten.Store.History.CompactedThrough}.");
                }
                var from = counter.Current;
                // While nothing can happen: no watch sees both the old state and the restored one.
                _watches.CutAll(rule, counter);
                foreach (var resource in stores) resource.Store.GoBack(wanted);
                counter.GoBack(wanted);
                rule.Result = $"from resourceVersion {from} to {wanted}";
            }
            rule.Apply();
        }
    }
}
