namespace K8sScaleTest.LocalApi.Http;

/// <summary>What priority and fairness decided about a request, as far as a client sees it: the UIDs of the flow schema and of the priority level.</summary>
internal sealed class PriorityLevel
{
    private readonly string _flowSchemaUid = Guid.NewGuid().ToString();
    private readonly string _priorityLevelUid = Guid.NewGuid().ToString();

    public void Mark(IHeaderDictionary headers)
    {
        headers["X-Kubernetes-Pf-Flowschema-Uid"] = _flowSchemaUid;
        headers["X-Kubernetes-Pf-Prioritylevel-Uid"] = _priorityLevelUid;
    }
}
