using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using K8sScaleTest.Engine.Api;

namespace K8sScaleTest;

/// <summary>Completes <c>-Namespace</c> with the namespaces of the server; with nothing where it does not answer soon.</summary>
public sealed class NamespaceCompleter : IArgumentCompleter
{
    private static readonly TimeSpan RequestTimeout = TimeSpan.FromSeconds(2);

    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters) =>
        CompletionTarget.Complete(wordToComplete, fakeBoundParameters, ListAsync);

    private static async Task<IReadOnlyList<string>> ListAsync(TargetOptions options, CancellationToken cancellationToken)
    {
        await using var target = await ApiTarget.ResolveAsync(options, cancellationToken);
        using var client = new ApiClient(target, System.Net.HttpVersion.Version20, ModuleVersion.UserAgent("completion"), RequestTimeout, HttpVersionPolicy.RequestVersionOrLower);
        return await NamespaceCheck.ListAsync(client, cancellationToken);
    }
}
