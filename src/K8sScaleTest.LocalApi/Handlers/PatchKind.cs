namespace K8sScaleTest.LocalApi.Handlers;

/// <summary>The kinds of patches.</summary>
internal enum PatchKind
{
    /// <summary>application/json-patch+json (RFC 6902).</summary>
    Json,

    /// <summary>application/merge-patch+json (RFC 7386).</summary>
    Merge,

    /// <summary>application/strategic-merge-patch+json.</summary>
    Strategic,

    /// <summary>application/apply-patch+yaml.</summary>
    Apply,
}
