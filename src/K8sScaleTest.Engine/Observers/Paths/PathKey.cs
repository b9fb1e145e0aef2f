namespace K8sScaleTest.Engine.Observers.Paths;

/// <summary>
/// What a write and its event have in common: uid and resourceVersion. The response to a delete has no resourceVersion, so that of a delete it is the uid alone
/// (an object is deleted once), and 0.
/// </summary>
internal readonly record struct PathKey(Guid Uid, ulong ResourceVersion);
