using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;

namespace K8sScaleTest;

/// <summary>Completes <c>-Resource</c> with what the drivers write.</summary>
public sealed class ResourceCompleter : IArgumentCompleter
{
    private static readonly string[] Resources = ["configmaps", "flunders"];

    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters) =>
        Resources.Where(name => name.StartsWith(wordToComplete, StringComparison.OrdinalIgnoreCase)).Select(name => new CompletionResult(name));
}
