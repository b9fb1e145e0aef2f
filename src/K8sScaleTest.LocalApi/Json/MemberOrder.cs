namespace K8sScaleTest.LocalApi.Json;

/// <summary>The order in which Go writes the keys of a map.</summary>
internal static class MemberOrder
{
    /// <summary>Sorts by the bytes of the names; of equal names the last stays, as a Go map would keep it.</summary>
    public static void Sort(ReadOnlySpan<byte> json, List<Member> members)
    {
        if (members.Count < 2) return;
        if (members.Count > 32) Large(json, members);
        // Insertion sort: what is written by machines is mostly sorted already, and maps are small.
        for (var i = 1; i < members.Count; i++)
        {
            var item = members[i];
            var at = i;
            while (at > 0 && Compare(json, members[at - 1], item) > 0)
            {
                members[at] = members[at - 1];
                at--;
            }
            members[at] = item;
        }
        for (var i = members.Count - 2; i >= 0; i--)
        {
            if (Compare(json, members[i], members[i + 1]) == 0) members.RemoveAt(i);
        }
    }

    private static void Large(ReadOnlySpan<byte> json, List<Member> members)
    {
        var sorted = true;
        for (var i = 1; sorted && i < members.Count; i++) sorted = Compare(json, members[i - 1], members[i]) <= 0;
        if (sorted) return;
        var keys = new (byte[] Name, int Index)[members.Count];
        for (var i = 0; i < keys.Length; i++) keys[i] = (JsonText.Unescape(members[i].Name.Of(json)), i);
        Array.Sort(keys, static (a, b) => a.Name.AsSpan().SequenceCompareTo(b.Name) is not 0 and var order ? order : a.Index - b.Index);
        var before = members.ToArray();
        for (var i = 0; i < keys.Length; i++) members[i] = before[keys[i].Index];
    }

    private static int Compare(ReadOnlySpan<byte> json, Member left, Member right)
    {
        var a = left.Name.Of(json);
        var b = right.Name.Of(json);
        if (a.Contains((byte)'\\')) a = JsonText.Unescape(a);
        if (b.Contains((byte)'\\')) b = JsonText.Unescape(b);
        return a.SequenceCompareTo(b);
    }
}
