using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using K8sScaleTest.Engine.Api;

namespace K8sScaleTest;

/// <summary>Completes <c>-Context</c> with the contexts of the kubeconfig.</summary>
public sealed class ContextCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters) =>
        CompletionTarget.Complete(wordToComplete, fakeBoundParameters, ApiTarget.ListContextsAsync);
}
