using System.Text.Json;
using System.Text.Json.Nodes;
using K8sScaleTest.LocalApi.Http;
using K8sScaleTest.LocalApi.Schema;

namespace K8sScaleTest.LocalApi.ManagedFields;

/// <summary>Who owns which field: the rules of apimachinery/pkg/util/managedfields and structured-merge-diff/merge.</summary>
internal static class FieldManager
{
    private const int MaximumUpdaters = 10;
    private static readonly string[] Stripped = ["f:name", "f:namespace", "f:creationTimestamp", "f:selfLink", "f:uid", "f:clusterName", "f:generation", "f:managedFields", "f:resourceVersion"];

    /// <summary>
    /// The entries after a write that is no apply: who wrote owns what it changed or added, nobody what is gone.
    /// </summary>
    public static List<ManagedEntry> Update(List<ManagedEntry> entries, FieldComparison change, ApiRequest request, string manager)
    {
        var (apiVersion, part) = (request.Version.ApiVersion, request.Subresource);
        var touched = Filter(FieldSet.Union(change.Modified, change.Added), request);
        var taken = FieldSet.Union(change.Removed, FieldSet.Union(change.Modified, change.Added));
        var result = new List<ManagedEntry>();
        ManagedEntry? own = null;
        foreach (var entry in entries)
        {
            if (entry.IsOf(manager, ManagedEntry.Update, apiVersion, part)) own = entry with { Fields = FieldSet.Difference(entry.Fields, change.Removed) };
            else if (FieldSet.Difference(entry.Fields, taken) is { IsEmpty: false } rest) result.Add(entry with { Fields = rest });
        }
        if (!touched.IsEmpty) own = new ManagedEntry(manager, ManagedEntry.Update, apiVersion, part, GoTime.Now, own is null ? touched : FieldSet.Union(own.Fields, touched));
        if (own is { Fields.IsEmpty: false }) result.Add(own);
        Cap(result);
        result.Sort(ManagedEntry.Compare);
        return result;
    }

    /// <summary>
    /// Applies a configuration: the object as it becomes, and who owns what then. 409 when others own what it changes, unless forced.
    /// </summary>
    public static (JsonObject Object, List<ManagedEntry> Entries) Apply(JsonObject live, JsonObject config, MergeType type, List<ManagedEntry> entries, ApiRequest request, string manager, bool force)
    {
        var (apiVersion, part) = (request.Version.ApiVersion, request.Subresource);
        var merged = TreeMerge.Merge(live, config, type);
        var last = entries.Find(e => e.IsOf(manager, ManagedEntry.Apply, apiVersion, part));
        var applied = Filter(FieldComparison.FieldsOf(JsonSerializer.SerializeToElement(config), type), request);
        var next = new List<ManagedEntry>();
        foreach (var entry in entries)
        {
            if (!ReferenceEquals(entry, last)) next.Add(entry);
        }
        var own = new ManagedEntry(manager, ManagedEntry.Apply, apiVersion, part, last?.Time ?? GoTime.Now, applied);
        if (last is not null)
        {
            // What was applied before, is not any more and is nobody else's goes.
            var owned = next.Aggregate(applied, (all, entry) => FieldSet.Union(all, entry.Fields));
            TreeMerge.Remove(merged, FieldSet.Difference(last.Fields, owned), owned, type);
        }
        var change = FieldComparison.Of(JsonSerializer.SerializeToElement(live), JsonSerializer.SerializeToElement(merged), type);
        var changed = Filter(FieldSet.Union(change.Modified, change.Added), request);
        var conflicts = next.Select(e => (Entry: e, Fields: FieldSet.Intersection(e.Fields, changed))).Where(c => !c.Fields.IsEmpty).ToArray();
        if (conflicts.Length > 0 && !force)
        {
            var owned = LastApplied.Owned(live, type, apiVersion, manager);
            conflicts = [.. conflicts.Select(c => (c.Entry, Fields: FieldSet.Difference(c.Fields, owned))).Where(c => !c.Fields.IsEmpty)];
            if (conflicts.Length > 0) throw ApplyConflict.Of(conflicts);
        }
        for (var i = next.Count - 1; i >= 0; i--)
        {
            var rest = FieldSet.Difference(FieldSet.Difference(next[i].Fields, changed), change.Removed);
            if (rest.IsEmpty) next.RemoveAt(i);
            else next[i] = next[i] with { Fields = rest };
        }
        var sameFields = last is not null && last.Fields.ToString() == applied.ToString() && next.Count == entries.Count - 1;
        if (!(sameFields && change.IsEmpty)) own = own with { Time = GoTime.Now };
        if (!applied.IsEmpty) next.Add(own);
        next.Sort(ManagedEntry.Compare);
        LastApplied.Keep(merged, config, manager);
        return (merged, next);
    }

    /// <summary>Without what no one owns: the identity of the object, and what this endpoint does not write.</summary>
    private static FieldSet Filter(FieldSet fields, ApiRequest request)
    {
        var result = fields.Without("f:apiVersion").Without("f:kind");
        if (request.Subresource == "status")
        {
            result = result.Without("f:spec");
            if (request.Resource.IsCustom) result = result.Without("f:metadata");
        }
        else if (request.Version.HasStatus)
        {
            result = result.Without("f:status");
        }
        if (result.Get("f:metadata") is not { } metadata) return result;
        foreach (var name in Stripped) metadata = metadata.Without(name);
        result = result.Without("f:metadata");
        if (metadata.Children.Count == 0) return result;
        var node = result.Descend("f:metadata");
        foreach (var (element, child) in metadata.Children) node.Adopt(element, child);
        return result;
    }

    /// <summary>Of more than ten who update, the oldest are kept as one.</summary>
    private static void Cap(List<ManagedEntry> entries)
    {
        var updaters = entries.Where(e => e.Operation == ManagedEntry.Update).OrderBy(e => e.Time, StringComparer.Ordinal).ToList();
        const string Ancient = "ancient-changes";
        for (var extra = updaters.Count - MaximumUpdaters; extra > 0; extra--)
        {
            var oldest = updaters.Find(e => e.Manager != Ancient);
            if (oldest is null) return;
            updaters.Remove(oldest);
            entries.Remove(oldest);
            var bucket = entries.Find(e => e.IsOf(Ancient, ManagedEntry.Update, oldest.ApiVersion, ""));
            if (bucket is null)
            {
                // The first of them only changes its name, and makes no room.
                extra++;
                bucket = oldest with { Manager = Ancient, Subresource = "" };
            }
            else
            {
                entries.Remove(bucket);
                bucket = bucket with { Time = oldest.Time, Fields = FieldSet.Union(bucket.Fields, oldest.Fields) };
            }
            entries.Add(bucket);
        }
    }
}
