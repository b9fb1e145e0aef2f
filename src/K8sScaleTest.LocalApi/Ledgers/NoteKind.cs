namespace K8sScaleTest.LocalApi.Ledgers;

/// <summary>Why a delivery was not as it should be.</summary>
internal enum NoteKind : byte
{
    Lost,
    Doubled,

    /// <summary>Sent after the event that follows it.</summary>
    Reordered,

    /// <summary>Held back to be sent after the next one, but there was none: sent late, in its place.</summary>
    HeldBack,

    /// <summary>Half of its line was sent.</summary>
    CutInLine,

    /// <summary>Nothing was sent for a time, before this event.</summary>
    Stalled,
}
