namespace K8sScaleTest.LocalApi.Faults;

/// <summary>Who draws the lot about an event.</summary>
internal enum EventScope
{
    /// <summary>Each watcher for itself.</summary>
    Watcher,

    /// <summary>The server, once for all watchers.</summary>
    All,
}
