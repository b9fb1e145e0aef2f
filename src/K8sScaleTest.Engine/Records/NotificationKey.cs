namespace K8sScaleTest.Engine.Records;

/// <summary>A key as client-go makes it: namespace and name with a slash between, or the name alone.</summary>
public static class NotificationKey
{
    /// <summary>The namespace of a key; null without.</summary>
    public static string? NamespaceOf(string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        var slash = key.IndexOf('/', StringComparison.Ordinal);
        return slash < 0 ? null : key[..slash];
    }

    /// <summary>The name of a key.</summary>
    public static string NameOf(string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return key[(key.IndexOf('/', StringComparison.Ordinal) + 1)..];
    }
}
