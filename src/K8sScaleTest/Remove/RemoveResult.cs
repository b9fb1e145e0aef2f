namespace K8sScaleTest;

/// <summary>What Remove-ScaleTestObject did to one resource.</summary>
public sealed class RemoveResult
{
    /// <summary>The run whose objects were deleted; * for all runs.</summary>
    public required string RunId { get; init; }

    /// <summary>The resource as kubectl takes it, such as configmaps or flunders.wardle.example.com.</summary>
    public required string Resource { get; init; }

    /// <summary>The namespace.</summary>
    public required string Namespace { get; init; }

    /// <summary>Objects that were there.</summary>
    public required long Found { get; init; }

    /// <summary>Objects that are gone because of this command.</summary>
    public required long Deleted { get; init; }

    /// <summary>Objects that had gone by themselves when their delete arrived.</summary>
    public required long AlreadyGone { get; init; }

    /// <summary>Objects whose delete failed; they are among the remaining.</summary>
    public required long Failed { get; init; }

    /// <summary>Objects that are still there.</summary>
    public required long Remaining { get; init; }

    /// <summary>How long it took, in seconds.</summary>
    public required double Seconds { get; init; }
}
