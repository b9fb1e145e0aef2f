namespace K8sScaleTest.LocalApi.Http;

/// <summary>The form of an answer, negotiated.</summary>
internal enum Form
{
    /// <summary>The objects themselves.</summary>
    Object,

    /// <summary>meta.k8s.io Table.</summary>
    Table,

    /// <summary>PartialObjectMetadata, or its list.</summary>
    Metadata,
}
