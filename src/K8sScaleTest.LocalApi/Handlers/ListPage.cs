using K8sScaleTest.LocalApi.Storage;

namespace K8sScaleTest.LocalApi.Handlers;

/// <summary>What a list answers with.</summary>
/// <param name="ResourceVersion">The revision that all items are of.</param>
/// <param name="Continue">The token of the next page; empty on the last.</param>
/// <param name="Remaining">Objects on later pages; null when it is not known.</param>
/// <param name="Items">In the order of their keys; read once, as they are written.</param>
/// <param name="Sized">How many there are, if that is known without reading them.</param>
internal sealed record ListPage(long ResourceVersion, string Continue, long? Remaining, IEnumerable<StoredObject> Items, int? Sized);
