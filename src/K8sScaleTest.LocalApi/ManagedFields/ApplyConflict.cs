using K8sScaleTest.LocalApi.Http;

namespace K8sScaleTest.LocalApi.ManagedFields;

/// <summary>409: what is applied differs from what others own.</summary>
internal static class ApplyConflict
{
    public static ApiException Of(IReadOnlyList<(ManagedEntry Entry, FieldSet Fields)> conflicts)
    {
        var all = conflicts.SelectMany(c => c.Fields.Paths().Select(path => (Manager: Show(c.Entry), Path: path))).ToArray();
        var causes = all.Select(c => new Cause("FieldManagerConflict", "conflict with " + c.Manager, c.Path)).ToArray();
        string message;
        if (all.Length == 1)
        {
            message = $"Apply failed with 1 conflict: conflict with {all[0].Manager}: {all[0].Path}";
        }
        else
        {
            var lines = all.GroupBy(c => c.Manager).OrderBy(g => g.Key, StringComparer.Ordinal).SelectMany(g => g.Select(c => "- " + c.Path).Prepend($"conflicts with {g.Key}:"));
            message = $"Apply failed with {all.Length} conflicts: {string.Join('\n', lines)}";
        }
        return new ApiException(new ApiStatus(409, "Conflict", message) { Details = new() { Causes = causes } });
    }

    private static string Show(ManagedEntry entry)
    {
        var text = Go.Quote(entry.Manager);
        if (entry.Subresource.Length > 0) text += " with subresource " + Go.Quote(entry.Subresource);
        if (entry.Operation == ManagedEntry.Update) text += " using " + entry.ApiVersion;
        return text;
    }
}
