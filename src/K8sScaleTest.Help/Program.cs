using System.Management.Automation;
using System.Management.Automation.Runspaces;

namespace K8sScaleTest.Help;

/// <summary>Writes the help file of the assembled module: what there is comes from its cmdlets, the words from their doc comments.</summary>
internal static class Program
{
    private static int Main(string[] args)
    {
        if (args is not [var manifest, var documentation, var output])
        {
            Console.Error.WriteLine("usage: K8sScaleTest.Help <module manifest> <XML documentation file> <help file>");
            return 64;
        }

        using var runspace = RunspaceFactory.CreateRunspace(InitialSessionState.CreateDefault2());
        runspace.Open();
        using var shell = PowerShell.Create(runspace);
        var cmdlets = shell
            .AddScript("(Import-Module -Name $args[0] -PassThru -ErrorAction Stop).ExportedCmdlets.Values")
            .AddArgument(manifest)
            .Invoke<CmdletInfo>();
        var writer = new MamlWriter(new(documentation));
        var gaps = cmdlets.SelectMany(writer.Gaps).ToList();
        // In the form that MSBuild takes for an error of its own.
        foreach (var gap in gaps) Console.Error.WriteLine($"{documentation}: error HELP001: {gap}");
        if (gaps.Count > 0) return 1;
        var help = writer.Write([.. cmdlets.OrderBy(cmdlet => cmdlet.Name, StringComparer.Ordinal)]);
        Directory.CreateDirectory(Path.GetDirectoryName(output)!);
        help.Save(output);
        return 0;
    }
}
