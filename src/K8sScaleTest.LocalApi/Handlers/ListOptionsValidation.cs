using K8sScaleTest.LocalApi.Http;

namespace K8sScaleTest.LocalApi.Handlers;

/// <summary>Which options of a list or watch go together: apimachinery/pkg/apis/meta/internalversion/validation.</summary>
internal static class ListOptionsValidation
{
    private const string Match = "resourceVersionMatch";
    private const string SendInitialEvents = "sendInitialEvents";

    public static void List(QueryOptions query)
    {
        var causes = new List<Cause>();
        var match = query[Match] ?? "";
        if (match.Length > 0)
        {
            if (string.IsNullOrEmpty(query["resourceVersion"])) causes.Add(Cause.Forbidden(Match, "resourceVersionMatch is forbidden unless resourceVersion is provided"));
            if (!string.IsNullOrEmpty(query["continue"])) causes.Add(Cause.Forbidden(Match, "resourceVersionMatch is forbidden when continue is provided"));
            if (match is not ("Exact" or "NotOlderThan")) causes.Add(Cause.NotSupported(Match, Go.Quote(match), "Exact", "NotOlderThan", ""));
            if (match == "Exact" && query["resourceVersion"] == "0") causes.Add(Cause.Forbidden(Match, "resourceVersionMatch \"exact\" is forbidden for resourceVersion \"0\""));
        }
        if (query[SendInitialEvents] is not null) causes.Add(Cause.Forbidden(SendInitialEvents, "sendInitialEvents is forbidden for list"));
        Throw(causes);
    }

    public static void Watch(QueryOptions query)
    {
        var causes = new List<Cause>();
        var match = query[Match] ?? "";
        var initial = query[SendInitialEvents] is not null;
        if (initial && match != "NotOlderThan") causes.Add(Cause.Forbidden(Match, "sendInitialEvents requires setting resourceVersionMatch to NotOlderThan"));
        if (match.Length > 0)
        {
            if (!initial) causes.Add(Cause.Forbidden(Match, "resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided"));
            if (match != "NotOlderThan") causes.Add(Cause.NotSupported(Match, Go.Quote(match), "NotOlderThan"));
            if (!string.IsNullOrEmpty(query["continue"])) causes.Add(Cause.Forbidden(Match, "resourceVersionMatch is forbidden when continue is provided"));
        }
        Throw(causes);
    }

    /// <summary>TableOptions, when a table is asked for.</summary>
    public static void Table(ApiRequest request)
    {
        if (request.Accept.Form == Form.Table && request.Query["includeObject"] is { } include and not ("" or "None" or "Metadata" or "Object"))
        {
            throw new ApiException(ApiStatus.BadRequest($"Unable to convert to Table as requested: includeObject: Invalid value: {Go.Quote(include)}: must be 'Metadata', 'Object', 'None', or empty"));
        }
    }

    private static void Throw(List<Cause> causes)
    {
        if (causes.Count > 0) throw new ApiException(ApiStatus.Invalid("meta.k8s.io", "ListOptions", "", causes));
    }
}
