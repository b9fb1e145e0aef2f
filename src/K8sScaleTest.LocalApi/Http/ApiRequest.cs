using K8sScaleTest.LocalApi.Access;
using K8sScaleTest.LocalApi.Ledgers;
using K8sScaleTest.LocalApi.Resources;

namespace K8sScaleTest.LocalApi.Http;

/// <summary>A request for a resource, taken apart.</summary>
internal sealed class ApiRequest
{
    public required HttpContext Http { get; init; }

    public required ResourceType Resource { get; init; }

    public required int VersionIndex { get; init; }

    /// <summary>Empty for a cluster-wide request.</summary>
    public string Namespace { get; init; } = "";

    /// <summary>Empty for the collection.</summary>
    public string Name { get; init; } = "";

    public string Subresource { get; init; } = "";

    public required QueryOptions Query { get; init; }

    public required MediaType Accept { get; init; }

    /// <summary>Its number in the ledger; -1 where there is none.</summary>
    public long Ledger { get; init; } = -1;

    /// <summary>How it ended, where that is not an answer; a watch says so.</summary>
    public RequestEnd? End { get; set; }

    /// <summary>The fault that ended it; 0 for none.</summary>
    public ushort EndFault { get; set; }

    public TableColumn[] Columns => Version.Columns ?? Resource.Columns;

    public ServedVersion Version => Resource.Versions[VersionIndex];

    /// <summary>Who asks.</summary>
    public required User User { get; init; }

    public CancellationToken Aborted => Http.RequestAborted;
}
