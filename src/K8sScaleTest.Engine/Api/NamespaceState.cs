namespace K8sScaleTest.Engine.Api;

/// <summary>What is known of a namespace.</summary>
public enum NamespaceState
{
    /// <summary>It exists.</summary>
    Exists,

    /// <summary>It was made just now.</summary>
    Created,

    /// <summary>The server would not say: no right to look, or a server without namespaces of its own. A dry run decides.</summary>
    Unknown,
}
