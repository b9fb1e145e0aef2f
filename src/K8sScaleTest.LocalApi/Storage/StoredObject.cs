namespace K8sScaleTest.LocalApi.Storage;

/// <summary>
/// One state of one object: immutable, canonical UTF-8, shared by lists, watch events and watchers.
/// </summary>
/// <remarks>
/// <see cref="Body"/> is the object without its opening brace, kind and apiVersion: <c>"metadata":{...},...}</c>. Answers write what
/// precedes it (it differs between a get, a list and a watch) and then these bytes. What the server itself must read often (resourceVersion,
/// uid, labels) is found by offset, so that a million objects cost no more than their bytes.
/// </remarks>
internal sealed class StoredObject
{
    private volatile Converted? _converted;

    public StoredObject(string key, byte[] body, in BodyLayout layout)
    {
        Key = key;
        Body = body;
        Layout = layout;
    }

    /// <summary>namespace/name, or the name alone where the resource has no namespaces: etcd's order of keys.</summary>
    public string Key { get; }

    public byte[] Body { get; private set; }

    public BodyLayout Layout { get; private set; }

    /// <summary>Zero until committed.</summary>
    public long ResourceVersion { get; private set; }

    public ReadOnlySpan<char> Name => Key.AsSpan(Key.IndexOf('/', StringComparison.Ordinal) + 1);

    public ReadOnlySpan<char> Namespace => Key.AsSpan(0, Math.Max(0, Key.IndexOf('/', StringComparison.Ordinal)));

    public ReadOnlySpan<byte> Uid => Body.AsSpan(Layout.UidOffset, Layout.UidLength);

    /// <summary>The labels as canonical JSON, without braces; empty when there are none.</summary>
    public ReadOnlySpan<byte> Labels => Body.AsSpan(Layout.LabelsOffset, Layout.LabelsLength);

    public ReadOnlySpan<byte> CreationTimestamp => Body.AsSpan(Layout.CreatedOffset, Layout.CreatedOffset == 0 ? 0 : 20);

    /// <summary>The name of namespace and object as one key.</summary>
    public static string KeyOf(string? ns, string name) => string.IsNullOrEmpty(ns) ? name : string.Concat(ns, "/", name);

    /// <summary>Gives a new state its resourceVersion. Only its maker may call it, before anyone else sees the object.</summary>
    public void Commit(long resourceVersion)
    {
        (Body, Layout) = WithResourceVersion(Body, Layout, resourceVersion, inPlace: true);
        ResourceVersion = resourceVersion;
    }

    /// <summary>The same state under another resourceVersion: the last state that a DELETED event shows carries that of the deletion.</summary>
    public StoredObject At(long resourceVersion)
    {
        var (body, layout) = WithResourceVersion(Body, Layout, resourceVersion, inPlace: false);
        return new StoredObject(Key, body, layout) { ResourceVersion = resourceVersion };
    }

    /// <summary>The body in another version of the resource, converted at most once.</summary>
    /// <param name="owner">Stands for the version as it is defined now: one that was redefined is another.</param>
    /// <param name="version">Its index.</param>
    /// <param name="convert">Makes the body.</param>
    public byte[] BodyIn(object owner, int version, VersionConverter convert)
    {
        var known = _converted;
        for (var at = known; at is not null; at = at.Next)
        {
            if (ReferenceEquals(at.Owner, owner)) return at.Body;
        }
        var body = convert(Body, Layout.MetadataEnd, version);
        // Two readers may convert at once; both get equal bytes. What old definitions made is not kept for ever.
        _converted = new Converted(owner, body, known is { Next.Next: not null } ? null : known);
        return body;
    }

    private sealed record Converted(object Owner, byte[] Body, Converted? Next);

    private static (byte[] Body, BodyLayout Layout) WithResourceVersion(byte[] body, BodyLayout layout, long resourceVersion, bool inPlace)
    {
        Span<byte> digits = stackalloc byte[20];
        System.Buffers.Text.Utf8Formatter.TryFormat(resourceVersion, digits, out var length);
        if (length == layout.RvLength)
        {
            var same = inPlace ? body : (byte[])body.Clone();
            digits[..length].CopyTo(same.AsSpan(layout.RvOffset));
            return (same, layout);
        }
        var grown = length - layout.RvLength;
        var copy = GC.AllocateUninitializedArray<byte>(body.Length + grown);
        body.AsSpan(0, layout.RvOffset).CopyTo(copy);
        digits[..length].CopyTo(copy.AsSpan(layout.RvOffset));
        body.AsSpan(layout.RvOffset + layout.RvLength).CopyTo(copy.AsSpan(layout.RvOffset + length));
        return (copy, layout.Moved(layout.RvOffset, grown) with { RvLength = length });
    }
}
