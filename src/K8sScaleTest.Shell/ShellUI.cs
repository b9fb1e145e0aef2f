using System.Collections.ObjectModel;
using System.Management.Automation;
using System.Management.Automation.Host;
using System.Security;

namespace K8sScaleTest.Shell;

/// <summary>Shows what the engine writes, and asks what it asks.</summary>
internal sealed class ShellUI(ShellConsole console, bool nonInteractive) : PSHostUserInterface
{
    private readonly Questions _questions = new(console, nonInteractive);

    public override PSHostRawUserInterface RawUI { get; } = new ShellRawUI(console);

    public override bool SupportsVirtualTerminal => console.SupportsColour;

    public override void Write(string value) => console.Output(value);

    public override void Write(ConsoleColor foregroundColor, ConsoleColor backgroundColor, string value) => console.Output(value);

    public override void WriteLine(string value) => console.Output(value + Environment.NewLine);

    public override void WriteErrorLine(string value) => console.Error(value + Environment.NewLine);

    public override void WriteWarningLine(string message) => WriteStyled(PSStyle.Instance.Formatting.Warning, "WARNING: " + message);

    public override void WriteVerboseLine(string message) => WriteStyled(PSStyle.Instance.Formatting.Verbose, "VERBOSE: " + message);

    public override void WriteDebugLine(string message) => WriteStyled(PSStyle.Instance.Formatting.Debug, "DEBUG: " + message);

    public override void WriteProgress(long sourceId, ProgressRecord record) => console.Progress(record);

    public override int PromptForChoice(string caption, string message, Collection<ChoiceDescription> choices, int defaultChoice) =>
        _questions.Choose(caption, message, choices, defaultChoice);

    public override Dictionary<string, PSObject> Prompt(string caption, string message, Collection<FieldDescription> descriptions) =>
        _questions.Fill(caption, message, descriptions);

    public override string ReadLine() => _questions.ReadLine(string.Empty);

    public override SecureString ReadLineAsSecureString() => throw Questions.NoSecrets();

    public override PSCredential PromptForCredential(string caption, string message, string userName, string targetName) => throw Questions.NoSecrets();

    public override PSCredential PromptForCredential(
        string caption, string message, string userName, string targetName, PSCredentialTypes allowedCredentialTypes, PSCredentialUIOptions options) =>
        throw Questions.NoSecrets();

    private void WriteStyled(string style, string line) => WriteLine(style + line + PSStyle.Instance.Reset);
}
