namespace K8sScaleTest.Shell;

/// <summary>The prompt on a terminal: a line, or several until they make a whole, then what they do; until `exit` or the end of the input.</summary>
internal sealed class PromptLoop(Session session, ShellHost host)
{
    private volatile bool _discard;

    /// <summary>Runs until the session is left and returns the process's exit code.</summary>
    public int Run()
    {
        session.InterruptAtPrompt = () =>
        {
            // The line editor belongs to .NET and cannot be emptied: what was typed comes with the next Enter.
            _discard = true;
            host.Console.Output(Environment.NewLine + "(This line is dropped; Enter gives a new one.)");
        };
        var pending = string.Empty;
        while (host.RequestedExitCode is null && session.SignalExitCode is null)
        {
            host.Console.Output(pending.Length == 0 ? session.Prompt() : ">> ");
            var line = Console.ReadLine();
            if (line is null) break;
            if (_discard)
            {
                _discard = false;
                pending = string.Empty;
                continue;
            }

            // As in pwsh: an empty line ends an entry that is still incomplete, and its error is shown.
            var ended = line.Length == 0;
            pending = pending.Length == 0 ? line : pending + Environment.NewLine + line;
            if (string.IsNullOrWhiteSpace(pending)) continue;
            if (session.RunEntry(pending, mayContinue: !ended)) pending = string.Empty;
        }

        return session.SignalExitCode ?? host.RequestedExitCode ?? 0;
    }
}
