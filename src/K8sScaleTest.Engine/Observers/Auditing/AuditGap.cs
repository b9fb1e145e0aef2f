namespace K8sScaleTest.Engine.Observers.Auditing;

/// <summary>What a participant did not watch, legally: between the end of one watch and the list before the next.</summary>
/// <param name="After">The last resourceVersion that was covered before it.</param>
/// <param name="Through">The first from which it was covered again.</param>
/// <param name="Length">How long it was, in ticks: from the last word of one watch to the answer of the list.</param>
public readonly record struct AuditGap(ulong After, ulong Through, long Length);
