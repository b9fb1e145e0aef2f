namespace K8sScaleTest.LocalApi.Ledgers;

/// <summary>What a fault did to one event on its way to one watcher.</summary>
internal readonly record struct DeliveryNote(int Watch, long Sequence, NoteKind Kind, ushort Fault, long Ticks);
