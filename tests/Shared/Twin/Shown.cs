namespace K8sScaleTest.Twin;

/// <summary>What a row shows of its answers although the usual masks hide it.</summary>
internal sealed class Shown
{
    /// <summary>metadata.managedFields: hidden in rows that are about something else.</summary>
    public bool ManagedFields { get; set; }

    /// <summary>The items of lists by name: 1.20 gives no order to what comes from its cache (1.36 does, and rows of their own show it).</summary>
    public bool Sorted { get; set; }

    /// <summary>The order of resourceVersions: hidden where the server makes changes at once, in any order.</summary>
    public bool Versions { get; set; } = true;

    /// <summary>A resourceVersion that the row reckoned itself, shown as <c>&lt;reckoned&gt;</c> where it is asked for: whether it becomes an object's of the row's, and which one's, depends on what
    /// else is written to the server.</summary>
    public long? Reckoned { get; set; }

    /// <summary>Response headers that are hidden otherwise (<see cref="Mask.HiddenHeaders"/>).</summary>
    public HashSet<string> Headers { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Only the first so many characters of a text body, of what is different in every build (metrics, OpenAPI).</summary>
    public int BodyLimit { get; set; } = int.MaxValue;
}
