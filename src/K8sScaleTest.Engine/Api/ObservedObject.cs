using System.Buffers.Text;

namespace K8sScaleTest.Engine.Api;

/// <summary>
/// One object of a list or of a watch event, as far as it is needed. It is filled in anew for each object and valid only during the call that gets it, so
/// that an event costs no allocation; whoever keeps something copies it.
/// </summary>
public sealed class ObservedObject
{
    private readonly (int Start, int Length)[] _annotations;
    private byte[] _text = new byte[512];
    private int _length;
    private (int Start, int Length) _name;
    private (int Start, int Length) _namespace;
    private (int Start, int Length) _uid;
    private (int Start, int Length) _key;

    /// <summary>An empty object.</summary>
    /// <param name="annotations">How many annotations are asked for.</param>
    public ObservedObject(int annotations) => _annotations = new (int, int)[annotations];

    /// <summary>Namespace and name with a slash between, or the name alone, as client-go makes keys (UTF-8).</summary>
    public ReadOnlySpan<byte> Key => Slice(_key);

    /// <summary>The namespace; empty for an object without one (UTF-8).</summary>
    public ReadOnlySpan<byte> Namespace => Slice(_namespace);

    /// <summary>The name (UTF-8).</summary>
    public ReadOnlySpan<byte> Name => Slice(_name);

    /// <summary>The uid as the server wrote it (UTF-8).</summary>
    public ReadOnlySpan<byte> UidText => Slice(_uid);

    /// <summary>The uid; empty where the server gave none, or none that is a UUID.</summary>
    public Guid Uid { get; private set; }

    /// <summary>The resourceVersion. Kubernetes orders them within one resource as numbers; 0 where there is none.</summary>
    public ulong ResourceVersion { get; internal set; }

    /// <summary>The creationTimestamp in seconds since 1970 (UTC), which is all it has; null where there is none.</summary>
    public long? CreationUnixSeconds { get; internal set; }

    /// <summary>A hash of everything that the object says but its kind and apiVersion, which lists leave out; 0 when it was not asked for.</summary>
    public ulong ContentHash { get; internal set; }

    /// <summary>Whether this is the bookmark that ends the initial events of a WatchList.</summary>
    public bool InitialEventsEnd { get; internal set; }

    /// <summary>Length of its encoding, in bytes.</summary>
    public int Bytes { get; internal set; }

    /// <summary>The value of an annotation that was asked for (UTF-8); empty where the object has none.</summary>
    /// <param name="index">Its place among those asked for.</param>
    public ReadOnlySpan<byte> Annotation(int index) => Slice(_annotations[index]);

    internal void Reset()
    {
        _length = 0;
        _name = _namespace = _uid = _key = default;
        Array.Clear(_annotations);
        Uid = Guid.Empty;
        ResourceVersion = 0;
        CreationUnixSeconds = null;
        ContentHash = 0;
        InitialEventsEnd = false;
        Bytes = 0;
    }

    /// <summary>Room for a text of at most this length; <see cref="Keep"/> says how long it became.</summary>
    internal Span<byte> Room(int length)
    {
        if (_text.Length - _length < length) Array.Resize(ref _text, Math.Max(_text.Length * 2, _length + length));
        return _text.AsSpan(_length);
    }

    internal void SetName(int length) => _name = Keep(length);

    internal void SetNamespace(int length) => _namespace = Keep(length);

    internal void SetUid(int length)
    {
        _uid = Keep(length);
        Uid = Utf8Parser.TryParse(UidText, out Guid uid, out var read) && read == length ? uid : Guid.Empty;
    }

    internal void SetAnnotation(int index, int length) => _annotations[index] = Keep(length);

    /// <summary>All is read: makes the key.</summary>
    internal void Complete(int bytes)
    {
        Bytes = bytes;
        if (_namespace.Length == 0)
        {
            _key = _name;
            return;
        }

        var length = _namespace.Length + 1 + _name.Length;
        var room = Room(length);
        Slice(_namespace).CopyTo(room);
        room[_namespace.Length] = (byte)'/';
        Slice(_name).CopyTo(room[(_namespace.Length + 1)..]);
        _key = Keep(length);
    }

    private (int Start, int Length) Keep(int length)
    {
        var kept = (_length, length);
        _length += length;
        return kept;
    }

    private ReadOnlySpan<byte> Slice((int Start, int Length) part) => _text.AsSpan(part.Start, part.Length);
}
