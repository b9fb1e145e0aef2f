using System.Management.Automation;

namespace K8sScaleTest.Shell;

/// <summary>Stands for a command that this shell lacks: whatever its arguments, the call is an error that says what to use instead.</summary>
/// <remarks>Public, because the engine makes cmdlets of public types alone. It has no name of its own and is exported nowhere.</remarks>
public sealed class MissingCommand : PSCmdlet
{
    /// <summary>All that the call was given.</summary>
    [Parameter(ValueFromRemainingArguments = true)]
    public object[]? Arguments { get; set; }

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        var name = MyInvocation.MyCommand.Name;
        ThrowTerminatingError(new(
            new CommandNotFoundException(MissingCommands.Message(name)) { CommandName = name }, nameof(CommandNotFoundException), ErrorCategory.ObjectNotFound, name));
    }
}
