using System.Management.Automation;
using System.Management.Automation.Runspaces;

namespace K8sScaleTest.Shell;

/// <summary>PowerShell's commands that this shell lacks, each with what does the same here, where something does.</summary>
internal static class MissingCommands
{
    private static readonly Dictionary<string, string?> Hints = Load();

    /// <summary>Makes a call of one of them an error that says so. They stay unknown to Get-Command, and a module may define them.</summary>
    public static void Explain(Runspace runspace) =>
        runspace.SessionStateProxy.InvokeCommand.CommandNotFoundAction = static (_, lookup) =>
        {
            // The engine swallows what is thrown here: the command found is one that does nothing but throw.
            if (Find(lookup.CommandName) is { } known) lookup.Command = new CmdletInfo(known, typeof(MissingCommand));
        };

    /// <summary>The error of a call.</summary>
    public static string Message(string name)
    {
        var who = name.Equals("Out-File", StringComparison.OrdinalIgnoreCase) ? "'Out-File', and '>' to a file, need" : $"'{name}' needs";
        var instead = Hints.GetValueOrDefault(name) is { } hint ? $" Here: {hint}." : string.Empty;
        return $"{who} PowerShell 7.6 (pwsh, then Import-Module K8sScaleTest); this shell hosts the engine alone.{instead}";
    }

    private static string? Find(string name)
    {
        var plain = name[(name.LastIndexOf('\\') + 1)..];
        return Hints.Keys.FirstOrDefault(known => known.Equals(plain, StringComparison.OrdinalIgnoreCase));
    }

    private static Dictionary<string, string?> Load()
    {
        using var text = new StreamReader(typeof(MissingCommands).Assembly.GetManifestResourceStream("MissingCommands.txt")!);
        return text.ReadToEnd()
            .Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.Split('\t', 2))
            .ToDictionary(parts => parts[0], parts => parts.ElementAtOrDefault(1), StringComparer.OrdinalIgnoreCase);
    }
}
