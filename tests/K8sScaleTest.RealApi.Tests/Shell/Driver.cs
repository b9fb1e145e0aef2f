using K8sScaleTest.TestSupport;

namespace K8sScaleTest.RealApi.Tests.Shell;

/// <summary>Cmdlets run in the shell, which sees no kubeconfig but the one that it is given.</summary>
internal static class Driver
{
    /// <summary>Starts the shell with a command.</summary>
    public static ShellProcess Start(string command) =>
        ShellProcess.StartWith([("KUBECONFIG", null), ("HOME", Path.GetTempPath())], "-NonInteractive", "-Command", command);

    /// <summary>Runs a command to its end.</summary>
    public static async Task<ShellResult> RunAsync(string command)
    {
        using var shell = Start(command);
        return await shell.EndAsync();
    }

    /// <summary>A text as the shell's language quotes it.</summary>
    public static string Quoted(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";
}
