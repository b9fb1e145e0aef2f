namespace K8sScaleTest.LocalApi.Http;

/// <summary>What a request wants, in the words of RBAC.</summary>
internal enum Verb : byte
{
    /// <summary>No resource request, or a method that no resource knows.</summary>
    Other,
    Get,
    List,
    Watch,
    Create,
    Update,
    Patch,
    Delete,
    DeleteCollection,
}
