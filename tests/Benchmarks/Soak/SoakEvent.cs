namespace K8sScaleTest.Benchmarks.Soak;

/// <summary>A change as the ledger tells it.</summary>
/// <param name="ResourceVersion">Ascending with the sequence.</param>
/// <param name="Namespace">The namespace's number; -1 for an object that is not the soak's.</param>
/// <param name="Bucket">The bucket of its label.</param>
internal readonly record struct SoakEvent(long ResourceVersion, short Namespace, short Bucket);
