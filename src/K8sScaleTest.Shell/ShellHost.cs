using System.Globalization;
using System.Management.Automation.Host;

namespace K8sScaleTest.Shell;

/// <summary>The host that the PowerShell engine sees.</summary>
internal sealed class ShellHost(ShellConsole console, bool nonInteractive) : PSHost
{
    private readonly ShellUI _ui = new(console, nonInteractive);

    /// <summary>The code that `exit` asked the process to end with; null as long as it did not.</summary>
    public int? RequestedExitCode { get; private set; }

    public ShellConsole Console => console;

    public override string Name => "K8sScaleTest.Shell";

    public override Version Version { get; } = typeof(ShellHost).Assembly.GetName().Version!;

    public override Guid InstanceId { get; } = Guid.NewGuid();

    public override CultureInfo CurrentCulture { get; } = CultureInfo.CurrentCulture;

    public override CultureInfo CurrentUICulture { get; } = CultureInfo.CurrentUICulture;

    public override PSHostUserInterface UI => _ui;

    public override void SetShouldExit(int exitCode) => RequestedExitCode = exitCode;

    public override void EnterNestedPrompt() => throw new NotSupportedException("This shell has no nested prompts.");

    public override void ExitNestedPrompt() => throw new NotSupportedException("This shell has no nested prompts.");

    public override void NotifyBeginApplication() => console.ClearProgress();

    public override void NotifyEndApplication()
    {
    }
}
