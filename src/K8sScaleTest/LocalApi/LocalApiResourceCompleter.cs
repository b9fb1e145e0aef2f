using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;

namespace K8sScaleTest;

/// <summary>Completes resources that a local API server has from its start.</summary>
public sealed class LocalApiResourceCompleter : IArgumentCompleter
{
    private static readonly string[] Resources =
    [
        "configmaps", "flunders.wardle.example.com", "fischers.wardle.example.com", "secrets", "events", "leases.coordination.k8s.io", "namespaces", "endpoints",
        "endpointslices.discovery.k8s.io", "services", "*",
    ];

    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters) =>
        Resources.Where(name => name.StartsWith(wordToComplete.Trim('\'', '"'), StringComparison.OrdinalIgnoreCase)).Select(name => new CompletionResult(name == "*" ? "'*'" : name, name, CompletionResultType.ParameterValue, name));
}
