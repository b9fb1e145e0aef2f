using System.Collections;
using System.Management.Automation;
using K8sScaleTest.Engine.Api;

namespace K8sScaleTest;

/// <summary>What completers share: they know the parameters typed so far, may take a moment at most, and are silent when they fail.</summary>
internal static class CompletionTarget
{
    private static readonly TimeSpan TimeLimit = TimeSpan.FromSeconds(2);

    /// <summary>Completes a word with the names that some work finds.</summary>
    public static IEnumerable<CompletionResult> Complete(string word, IDictionary bound, Func<TargetOptions, CancellationToken, Task<IReadOnlyList<string>>> find)
    {
        using var pump = new Pump();
        using var limit = new CancellationTokenSource(TimeLimit);
        IReadOnlyList<string> names;
        try
        {
            names = pump.Run(_ => find(Options(bound), limit.Token));
        }
        catch (Exception e) when (e is ApiException or OperationCanceledException or RuntimeException)
        {
            return [];
        }

        var prefix = word.Trim('\'', '"');
        return [.. names.Where(name => name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase)).Select(name => new CompletionResult(Quoted(name), name, CompletionResultType.ParameterValue, name))];
    }

    private static TargetOptions Options(IDictionary bound)
    {
        return new TargetOptions
        {
            Kubeconfig = Text("Kubeconfig") is { } file ? SessionPath(file) : null,
            Context = Text("Context"),
            Server = Text("Server"),
            InsecureSkipTlsVerify = bound.Contains("InsecureSkipTlsVerify"),
            Environment = new TargetEnvironment { WorkingFolder = SessionPath(".") },
        };

        string? Text(string name) => bound.Contains(name) && bound[name]?.ToString() is { Length: > 0 } text ? text : null;
    }

    /// <summary>A path as the session means it. The runspace is busy completing, so its state can be asked only from a pipeline within.</summary>
    private static string SessionPath(string path)
    {
        using var shell = PowerShell.Create(RunspaceMode.CurrentRunspace);
        shell.AddScript("param($Path) $ExecutionContext.SessionState.Path.GetUnresolvedProviderPathFromPSPath($Path)").AddArgument(path);
        return shell.Invoke<string>().First();
    }

    private static string Quoted(string name) =>
        name.All(character => char.IsAsciiLetterOrDigit(character) || "-_./:@".Contains(character, StringComparison.Ordinal)) && !name.StartsWith('@') && !name.StartsWith('-')
            ? name : "'" + name.Replace("'", "''", StringComparison.Ordinal) + "'";
}
