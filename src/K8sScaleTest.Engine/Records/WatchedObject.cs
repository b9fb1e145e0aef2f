namespace K8sScaleTest.Engine.Records;

/// <summary>The object of an event, as its record names it: one for all watchers that are delivered it.</summary>
/// <param name="Namespace">Its namespace; null for an object without one.</param>
/// <param name="Name">Its name.</param>
/// <param name="Uid">Its uid.</param>
public sealed record WatchedObject(string? Namespace, string Name, Guid Uid);
