using System.Globalization;
using System.Management.Automation;
using System.Management.Automation.Runspaces;
using System.Reflection;

namespace K8sScaleTest.Shell;

/// <summary>Hosts the PowerShell engine with the module imported, for machines and images without pwsh.</summary>
internal static class Program
{
    private const int BadCommandLine = 64;
    private const int Failed = 1;

    private static int Main(string[] args)
    {
        SpeakEnglish();
        var console = new ShellConsole();
        CommandLine line;
        try
        {
            line = CommandLine.Parse(args);
        }
        catch (UsageException e)
        {
            console.Error(e.Message + Environment.NewLine);
            return BadCommandLine;
        }

        if (line.ShowHelp)
        {
            console.Output(Help());
            return 0;
        }

        if (line.ShowVersion)
        {
            console.Output(Versions() + Environment.NewLine);
            return 0;
        }

        // The cmdlets leave SIGTERM to a host that stops its pipeline for it.
        AppContext.SetSwitch("K8sScaleTest.HostHandlesSignals", true);
        var host = new ShellHost(console, line.NonInteractive);
        Session session;
        try
        {
            session = Session.Open(host, ModuleLocator.FindManifest(AppContext.BaseDirectory), line);
        }
        catch (Exception e) when (e is FileNotFoundException or RuntimeException)
        {
            console.Error(e.Message + Environment.NewLine);
            return Failed;
        }

        using (session)
        {
            return Run(session, host, line);
        }
    }

    /// <summary>Where the machine names no language (LANG=C, as in containers), the engine would break the help's lines in the middle of words.</summary>
    private static void SpeakEnglish()
    {
        if (!CultureInfo.CurrentUICulture.Equals(CultureInfo.InvariantCulture)) return;
        try
        {
            CultureInfo.DefaultThreadCurrentUICulture = CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo("en-US");
        }
        catch (CultureNotFoundException)
        {
            // .NET without its languages (invariant globalization): then so it is.
        }
    }

    private static int Run(Session session, ShellHost host, CommandLine line)
    {
        if (line.File is not null) return session.RunFile(line.File, line.Arguments);
        if (line.Command is not null) return session.RunCommand(line.Command);
        if (line.ReadStandardInput || Console.IsInputRedirected) return session.RunCommand(Console.In.ReadToEnd());
        if (!line.NoLogo) host.UI.WriteLine($"{Versions()}. `Get-Command -Module K8sScaleTest` lists what there is, `exit` leaves.");
        return new PromptLoop(session, host).Run();
    }

    private static string Versions() =>
        $"K8sScaleTest shell {VersionOf(typeof(Program))}, PowerShell engine {VersionOf(typeof(Runspace))}, .NET {Environment.Version}";

    private static string VersionOf(Type type) =>
        type.Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split(' ', '+')[0];

    private static string Help()
    {
        using var text = new StreamReader(typeof(Program).Assembly.GetManifestResourceStream("Help.txt")!);
        return text.ReadToEnd();
    }
}
