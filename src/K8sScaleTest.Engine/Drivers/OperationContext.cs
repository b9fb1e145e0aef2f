using K8sScaleTest.Engine.Api;
using K8sScaleTest.Engine.Objects;
using K8sScaleTest.Engine.Records;

namespace K8sScaleTest.Engine.Drivers;

/// <summary>What all operations of a run share.</summary>
internal sealed class OperationContext
{
    private static readonly UriCreationOptions AsIs = new() { DangerousDisablePathAndQueryCanonicalization = true };
    private readonly string _objectPrefix;
    private readonly string _patchQuery;

    public OperationContext(RunInfo run, ApiTarget target, ConnectionPool connections, ObjectTemplate template, string userAgent)
    {
        Run = run;
        Target = target;
        Connections = connections;
        Template = template;
        UserAgent = userAgent;
        var collection = target.Server.AbsoluteUri.TrimEnd('/') + template.Resource.CollectionPath(run.Namespace);
        var manager = "fieldManager=" + Uri.EscapeDataString(template.Program);
        _objectPrefix = collection + "/";
        _patchQuery = "?" + manager;
        CreateUri = new(collection + "?" + manager, AsIs);
        DryRunCreateUri = new(collection + "?dryRun=All&" + manager, AsIs);
    }

    public RunInfo Run { get; }

    public ApiTarget Target { get; }

    public ConnectionPool Connections { get; }

    public ObjectTemplate Template { get; }

    public string UserAgent { get; }

    public Uri CreateUri { get; }

    public Uri DryRunCreateUri { get; }

    public Uri UpdateUri(string name) => new(string.Concat(_objectPrefix, name, _patchQuery), AsIs);

    public Uri DeleteUri(string name) => new(_objectPrefix + name, AsIs);
}
