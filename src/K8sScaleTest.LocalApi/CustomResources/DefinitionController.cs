using System.Text.Json.Nodes;
using System.Threading.Channels;
using K8sScaleTest.LocalApi.Http;
using K8sScaleTest.LocalApi.Resources;
using K8sScaleTest.LocalApi.Storage;

namespace K8sScaleTest.LocalApi.CustomResources;

/// <summary>
/// What the controllers of apiextensions-apiserver do: accept the names of a definition, serve its objects, and delete them before it goes.
/// Names and serving follow the write at once, before its answer, so that a client which has the answer can use the resource.
/// </summary>
internal sealed class DefinitionController : IAsyncDisposable
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);

    private static readonly string[] NameFields = ["plural", "singular", "kind", "listKind"];

    private readonly ResourceRegistry _registry;
    private readonly int _history;
    private readonly Lock _gate = new();
    private readonly Dictionary<string, ServedDefinition> _served = new(StringComparer.Ordinal);
    private readonly Channel<string> _deleted = Channel.CreateUnbounded<string>();
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _loop;

    public DefinitionController(ResourceRegistry registry, int history)
    {
        _registry = registry;
        _history = history;
        registry.Definitions.Changed = Changed;
        _loop = RunAsync();
    }

    private ResourceType Definitions => _registry.Definitions;

    /// <param name="Resource">As it is served now.</param>
    /// <param name="Spec">What it was made of.</param>
    /// <param name="Rewrites">Another schema was in force before.</param>
    private sealed record ServedDefinition(ResourceType Resource, string Spec, bool Rewrites);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _loop;
        _stop.Dispose();
    }

    /// <summary>Follows a write of a definition.</summary>
    private void Changed(StoredObject? previous, StoredObject? current)
    {
        var name = (current ?? previous)!.Key;
        lock (_gate) Follow(name);
    }

    private void Follow(string name)
    {
        if (Definitions.Store.Find(name) is not { } stored)
        {
            if (_served.Remove(name, out var gone)) Stop(gone.Resource);
            return;
        }
        var definition = Definition.Read(stored);
        if (definition.IsDeleting)
        {
            if (_served.TryGetValue(name, out var ending) && !ending.Resource.IsTerminating) Serve(name, definition);
            _deleted.Writer.TryWrite(name);
            return;
        }
        Approve(definition, name);
        if (!SameNames(definition))
        {
            var taken = Accept(name);
            if (taken) Others(definition.Group, name);
        }
        definition = Definition.Read(Definitions.Store.Find(name)!);
        var established = definition.Is("Established");
        if (!established && !SameNames(definition)) return;
        Serve(name, definition);
        // Said only once it is so: who sees the condition uses the resource.
        if (!established) Update(name, static status => DefinitionRules.SetCondition(status, "Established", true, "InitialNamesAccepted", "the initial names have been accepted"));
    }

    /// <summary>An API in a group of Kubernetes itself says whether it was approved.</summary>
    private void Approve(Definition definition, string name)
    {
        if (!DefinitionValidation.IsProtected(definition.Group)) return;
        var (reason, message) = DefinitionValidation.ApprovalOf(definition.Approval);
        Update(name, status => DefinitionRules.SetCondition(status, "KubernetesAPIApprovalPolicyConformant", reason == "ApprovedAnnotation", reason, message));
    }

    private static bool SameNames(Definition definition)
    {
        var (wanted, accepted) = (definition.Names, definition.AcceptedNames);
        return wanted.Plural == accepted.Plural && wanted.Singular == accepted.Singular && wanted.Kind == accepted.Kind && wanted.ListKind == accepted.ListKind
            && wanted.ShortNames.SequenceEqual(accepted.ShortNames) && wanted.Categories.SequenceEqual(accepted.Categories);
    }

    /// <summary>Takes the names that no other definition of the group has; true when all could be had.</summary>
    private bool Accept(string name)
    {
        var definition = Definition.Read(Definitions.Store.Find(name)!);
        var others = All().Where(d => d.Name != name && d.Group == definition.Group).Select(d => d.AcceptedNames).ToArray();
        var resources = others.SelectMany(n => (string[])[n.Plural, n.Singular, .. n.ShortNames]).ToHashSet();
        var kinds = others.SelectMany(n => new[] { n.Kind, n.ListKind }).ToHashSet();
        var wanted = definition.Names;
        string reason = "NoConflicts", message = "no conflicts found";
        var accepted = new JsonObject();
        void Take(string field, string value, HashSet<string> used, string conflict)
        {
            if (!used.Contains(value)) accepted[field] = value;
            else (reason, message) = (conflict, $"{Go.Quote(value)} is already in use");
        }
        Take("plural", wanted.Plural, resources, "PluralConflict");
        Take("singular", wanted.Singular, resources, "SingularConflict");
        var shortsTaken = wanted.ShortNames.Where(resources.Contains).Select(n => $"{Go.Quote(n)} is already in use").ToArray();
        if (shortsTaken.Length == 0)
        {
            if (wanted.ShortNames.Length > 0) accepted["shortNames"] = new JsonArray([.. wanted.ShortNames.Select(n => (JsonNode)n)]);
        }
        else
        {
            (reason, message) = ("ShortNamesConflict", shortsTaken.Length == 1 ? shortsTaken[0] : "[" + string.Join(", ", shortsTaken) + "]");
        }
        Take("kind", wanted.Kind, kinds, "KindConflict");
        Take("listKind", wanted.ListKind, kinds, "ListKindConflict");
        if (wanted.Categories.Length > 0) accepted["categories"] = new JsonArray([.. wanted.Categories.Select(n => (JsonNode)n)]);
        var free = reason == "NoConflicts";
        var established = definition.Is("Established");
        Update(name, status =>
        {
            foreach (var field in NameFields)
            {
                // A name that is taken leaves the one that was accepted before.
                if (!accepted.ContainsKey(field) && (status["acceptedNames"] as JsonObject)?[field] is { } before) accepted[field] = before.DeepClone();
            }
            status["acceptedNames"] = accepted.DeepClone();
            DefinitionRules.SetCondition(status, "NamesAccepted", free, reason, message);
            if (established) return;
            if (free) DefinitionRules.SetCondition(status, "Established", false, "Installing", "the initial names have been accepted");
            else DefinitionRules.SetCondition(status, "Established", false, "NotAccepted", "not all names are accepted");
        });
        return free;
    }

    /// <summary>Names that others could not have may be free now.</summary>
    private void Others(string group, string name)
    {
        foreach (var other in All())
        {
            if (other.Group == group && other.Name != name && !other.IsDeleting && !SameNames(other) && Accept(other.Name)) Follow(other.Name);
        }
    }

    private IEnumerable<Definition> All() => Definitions.Store.Snapshot().Objects.Range("", "").Select(Definition.Read);

    private void Serve(string name, Definition definition)
    {
        var spec = definition.Spec.GetRawText() + definition.IsDeleting;
        var known = _served.GetValueOrDefault(name);
        if (known?.Spec == spec) return;
        var rewrites = known is not null && (known.Rewrites || !definition.IsDeleting);
        var store = known?.Resource.Store ?? new ObjectStore(_registry.Core, _history);
        var resource = CustomResourceFactory.Make(definition, store, rewrites);
        if (known is null) _registry.Add(resource);
        else _registry.Replace(known.Resource, resource);
        _served[name] = new ServedDefinition(resource, spec, rewrites);
        // What was opened under the old definition ends, as its storage does on a real server.
        if (known is not null && !definition.IsDeleting) store.EndWatches();
    }

    private void Stop(ResourceType resource)
    {
        _registry.Remove(resource);
        resource.Store.EndWatches();
    }

    private void Update(string name, Action<JsonObject> change, bool removeFinalizer = false)
    {
        while (Definitions.Store.Find(name) is { } current)
        {
            var next = DefinitionRules.WithStatus(Definitions, current, change, removeFinalizer);
            if (next.Layout.IsDeleting && !next.Layout.HasFinalizers)
            {
                if (Definitions.Store.TryRemove(current)) return;
            }
            else if (SameButForVersion(current, next) || Definitions.Store.TryReplace(current, next))
            {
                return;
            }
        }
    }

    private static bool SameButForVersion(StoredObject a, StoredObject b) =>
        a.Body.Length == b.Body.Length && a.Body.AsSpan(0, a.Layout.RvOffset).SequenceEqual(b.Body.AsSpan(0, a.Layout.RvOffset))
        && a.Body.AsSpan(a.Layout.RvOffset + a.Layout.RvLength).SequenceEqual(b.Body.AsSpan(b.Layout.RvOffset + b.Layout.RvLength));

    private async Task RunAsync()
    {
        try
        {
            await foreach (var name in _deleted.Reader.ReadAllAsync(_stop.Token))
            {
                if (!Finish(name)) _ = RequeueAsync(name);
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // The server ends.
        }
    }

    private async Task RequeueAsync(string name)
    {
        try
        {
            await Task.Delay(RetryAfter, _stop.Token);
            _deleted.Writer.TryWrite(name);
        }
        catch (OperationCanceledException)
        {
            // The server ends.
        }
    }

    /// <summary>Deletes the objects of a definition and then lets it go; false while a finalizer holds one of them.</summary>
    private bool Finish(string name)
    {
        if (Definitions.Store.Find(name) is not { Layout.IsDeleting: true } current || !Definition.Read(current).IsDeleting) return true;
        var established = Definition.Read(current).Is("Established");
        Update(name, static status => DefinitionRules.SetCondition(status, "Terminating", true, "InstanceDeletionInProgress", "CustomResource deletion is in progress"));
        ResourceType? resource;
        lock (_gate) resource = _served.GetValueOrDefault(name)?.Resource;
        if (resource is not null && !NamespaceController.TryEmpty(resource, "")) return false;
        Update(name, status =>
        {
            if (established) DefinitionRules.SetCondition(status, "Terminating", false, "InstanceDeletionCompleted", "removed all instances");
            else DefinitionRules.SetCondition(status, "Terminating", false, "NeverEstablished", "resource was never established");
        });
        var group = Definition.Read(current).Group;
        Update(name, static _ => { }, removeFinalizer: true);
        lock (_gate)
        {
            Follow(name);
            Others(group, name);
        }
        return true;
    }
}
