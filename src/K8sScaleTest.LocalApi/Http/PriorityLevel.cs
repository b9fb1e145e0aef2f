namespace K8sScaleTest.LocalApi.Http;

/// <summary>What priority and fairness decided about a request, as far as a client sees it: the UIDs of the flow schema and of the priority level.</summary>
internal sealed class PriorityLevel
{
    private const string FlowSchema = "X-Kubernetes-Pf-Flowschema-Uid";
    private const string Level = "X-Kubernetes-Pf-Prioritylevel-Uid";
    private readonly string _flowSchemaUid = Guid.NewGuid().ToString();
    private readonly string _priorityLevelUid = Guid.NewGuid().ToString();

    public void Mark(IHeaderDictionary headers)
    {
        headers[FlowSchema] = _flowSchemaUid;
        headers[Level] = _priorityLevelUid;
    }

    /// <summary>An aggregated server decides too, and what passes a request on to it adds that server's headers to its own.</summary>
    public void MarkAggregated(IHeaderDictionary headers)
    {
        headers.Append(FlowSchema, _flowSchemaUid);
        headers.Append(Level, _priorityLevelUid);
    }
}
