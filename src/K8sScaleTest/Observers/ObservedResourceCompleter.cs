using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;

namespace K8sScaleTest;

/// <summary>Completes the <c>-Resource</c> of loggers and watches with what most clusters serve, and Flunders; no request is sent. Any other can be typed.</summary>
public sealed class ObservedResourceCompleter : IArgumentCompleter
{
    private static readonly string[] Resources =
    [
        "configmaps", "cronjobs.batch", "customresourcedefinitions.apiextensions.k8s.io", "daemonsets.apps", "deployments.apps", "endpoints",
        "endpointslices.discovery.k8s.io", "events", "flunders.wardle.example.com", "horizontalpodautoscalers.autoscaling", "ingresses.networking.k8s.io", "jobs.batch",
        "leases.coordination.k8s.io", "namespaces", "networkpolicies.networking.k8s.io", "nodes", "persistentvolumeclaims", "persistentvolumes", "pods",
        "replicasets.apps", "secrets", "serviceaccounts", "services", "statefulsets.apps",
    ];

    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters) =>
        Resources.Where(name => name.StartsWith(wordToComplete.Trim('\'', '"'), StringComparison.OrdinalIgnoreCase)).Select(name => new CompletionResult(name));
}
