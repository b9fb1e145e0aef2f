namespace K8sScaleTest.LocalApi.Ledgers;

/// <summary>What became of an object.</summary>
internal enum EventType : byte
{
    Added,
    Modified,
    Deleted,
}
