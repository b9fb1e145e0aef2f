namespace K8sScaleTest.LocalApi.Metrics;

/// <summary>The verbs of apiserver_request_total.</summary>
internal enum RequestVerb
{
    /// <summary>Of one object.</summary>
    Get,

    /// <summary>Of a collection.</summary>
    List,

    /// <summary>A stream of events.</summary>
    Watch,

    /// <summary>A create.</summary>
    Post,

    /// <summary>A replacement.</summary>
    Put,

    /// <summary>A change of parts.</summary>
    Patch,

    /// <summary>A server-side apply, which is a patch of its own kind.</summary>
    Apply,

    /// <summary>Of one object.</summary>
    Delete,

    /// <summary>Of a collection.</summary>
    DeleteCollection,

    /// <summary>A method that the API does not know.</summary>
    Other,
}
