using System.Text.Json;

namespace K8sScaleTest.LocalApi.Json;

/// <summary>JSON merge patch (RFC 7386) from text to text, without a tree.</summary>
internal static class JsonMerge
{
    /// <summary>Writes the target as the patch changes it.</summary>
    public static void Merge(JsonBuffer to, ReadOnlySpan<byte> targetJson, Member target, ReadOnlySpan<byte> patchJson, Member patch)
    {
        if (patch.Token != JsonTokenType.StartObject)
        {
            to.Raw(patch.Value.Of(patchJson));
            return;
        }
        var changes = new List<Member>();
        JsonText.Members(patchJson, patch.Value, changes);
        var members = new List<Member>();
        if (target.Token == JsonTokenType.StartObject) JsonText.Members(targetJson, target.Value, members);
        var byName = changes.Count > 16 && members.Count > 16 ? Index(patchJson, changes) : null;
        var used = new bool[changes.Count];
        to.Byte((byte)'{');
        foreach (var member in members)
        {
            var name = member.Name.Of(targetJson);
            var change = byName is null ? Find(patchJson, changes, name) : byName.GetValueOrDefault(JsonText.UnescapeToString(name), -1);
            if (change < 0)
            {
                to.Name(name);
                to.Raw(member.Value.Of(targetJson));
                continue;
            }
            used[change] = true;
            if (changes[change].Token == JsonTokenType.Null) continue;
            to.Name(name);
            Merge(to, targetJson, member, patchJson, changes[change]);
        }
        for (var i = 0; i < changes.Count; i++)
        {
            if (used[i] || changes[i].Token == JsonTokenType.Null) continue;
            to.Name(changes[i].Name.Of(patchJson));
            Merge(to, targetJson, default, patchJson, changes[i]);
        }
        to.Byte((byte)'}');
    }

    private static int Find(ReadOnlySpan<byte> patchJson, List<Member> changes, ReadOnlySpan<byte> name)
    {
        // Of a name given twice the last counts.
        for (var i = changes.Count - 1; i >= 0; i--)
        {
            var other = changes[i].Name.Of(patchJson);
            if (other.SequenceEqual(name)) return i;
            if ((other.Contains((byte)'\\') || name.Contains((byte)'\\')) && JsonText.UnescapeToString(other) == JsonText.UnescapeToString(name)) return i;
        }
        return -1;
    }

    private static Dictionary<string, int> Index(ReadOnlySpan<byte> json, List<Member> members)
    {
        var index = new Dictionary<string, int>(members.Count, StringComparer.Ordinal);
        for (var i = 0; i < members.Count; i++) index[JsonText.UnescapeToString(members[i].Name.Of(json))] = i;
        return index;
    }
}
