namespace K8sScaleTest.LocalApi.Storage;

/// <summary>Where in a canonical body the server finds what it needs. An offset of 0 means that there is none.</summary>
internal readonly record struct BodyLayout
{
    public int RvOffset { get; init; }

    public int RvLength { get; init; }

    public int UidOffset { get; init; }

    public int UidLength { get; init; }

    public int CreatedOffset { get; init; }

    public int LabelsOffset { get; init; }

    public int LabelsLength { get; init; }

    /// <summary>Just after metadata's closing brace.</summary>
    public int MetadataEnd { get; init; }

    public bool HasFinalizers { get; init; }

    public bool IsDeleting { get; init; }

    /// <summary>The layout after <paramref name="by"/> bytes were put in at <paramref name="at"/>.</summary>
    public BodyLayout Moved(int at, int by) => this with
    {
        UidOffset = Move(UidOffset, at, by),
        CreatedOffset = Move(CreatedOffset, at, by),
        LabelsOffset = Move(LabelsOffset, at, by),
        MetadataEnd = Move(MetadataEnd, at, by),
    };

    private static int Move(int offset, int at, int by) => offset > at ? offset + by : offset;
}
