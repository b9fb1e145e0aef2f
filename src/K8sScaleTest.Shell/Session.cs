using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using System.Management.Automation.Runspaces;

namespace K8sScaleTest.Shell;

/// <summary>The engine with the module imported: runs what the command line or the prompt says, one pipeline at a time, and stops it on signals.</summary>
internal sealed class Session : IDisposable
{
    private const int Failed = 1;
    private readonly ShellHost _host;
    private readonly Runspace _runspace;
    private readonly Lock _gate = new();
    private readonly Signals _signals;
    private Pipeline? _running;
    private bool _failed;

    private Session(ShellHost host, Runspace runspace)
    {
        _host = host;
        _runspace = runspace;
        _signals = new(host.Console, StopRunning);
    }

    /// <summary>Opens the engine and imports the module. Throws <see cref="RuntimeException"/>.</summary>
    public static Session Open(ShellHost host, string manifest, CommandLine line)
    {
        var state = InitialSessionState.CreateDefault2();
        state.ThrowOnRunspaceOpenError = true;
        state.ImportPSModule([manifest]);
        if (line.Policy is { } policy && OperatingSystem.IsWindows()) state.ExecutionPolicy = policy;
        // A Microsoft.PowerShell.Utility of another PowerShell, found by PSModulePath, is not for this engine; loading it would fail in its own way.
        state.Variables.Add(new SessionStateVariableEntry("PSModuleAutoLoadingPreference", PSModuleAutoLoadingPreference.None, "Modules are imported by name alone."));
        var runspace = RunspaceFactory.CreateRunspace(host, state);
        runspace.ThreadOptions = PSThreadOptions.ReuseThread;
        runspace.Open();
        if (line.WorkingDirectory is not null) runspace.SessionStateProxy.Path.SetLocation(WildcardPattern.Escape(Path.GetFullPath(line.WorkingDirectory)));
        MissingCommands.Explain(runspace);
        return new(host, runspace);
    }

    /// <summary>The exit code of the signal that ends the shell (128 + n); null as long as none came.</summary>
    public int? SignalExitCode => _signals.ExitCode;

    /// <summary>At a prompt: what Ctrl+C does when nothing runs. When something does, it ends that, not the shell.</summary>
    public Action? InterruptAtPrompt
    {
        get => _signals.AtPrompt;
        set => _signals.AtPrompt = value;
    }

    /// <summary>Runs a script file to its end and returns the process's exit code.</summary>
    public int RunFile(string path, IReadOnlyList<CommandParameter> arguments)
    {
        // As in pwsh: a script without .ps1, started by its #! line, is run as text.
        var isFile = path.EndsWith(".ps1", StringComparison.OrdinalIgnoreCase);
        var command = new Command(isFile ? path : File.ReadAllText(path), isScript: !isFile, useLocalScope: false);
        foreach (var argument in arguments) command.Parameters.Add(argument);
        if (isFile) ExitOfScriptFile.EndsTheProcess(_runspace);
        using var pipeline = _runspace.CreatePipeline();
        pipeline.Commands.Add(command);
        Invoke(pipeline, Input(isFile ? Parser.ParseFile(path, out _, out _) : Parser.ParseInput(command.CommandText, out _, out _)));
        return ExitCode();
    }

    /// <summary>Runs a text to its end and returns the process's exit code.</summary>
    public int RunCommand(string text)
    {
        if (string.IsNullOrWhiteSpace(text)) return 0;
        using var pipeline = CreatePipeline(text);
        Invoke(pipeline, Input(Parser.ParseInput(text, out _, out _)));
        return ExitCode();
    }

    /// <summary>Runs one entry of the prompt, and shows its error. False when it is incomplete, and more may come.</summary>
    public bool RunEntry(string text, bool mayContinue)
    {
        _signals.Reset();
        try
        {
            using var pipeline = CreatePipeline(text);
            InvokeToHost(pipeline, null);
        }
        catch (IncompleteParseException) when (mayContinue)
        {
            return false;
        }
        catch (PipelineStoppedException)
        {
            // Ctrl+C.
        }
        catch (RuntimeException e)
        {
            Report(e);
        }

        return true;
    }

    /// <summary>What the session's prompt function returns.</summary>
    public string Prompt()
    {
        using var pipeline = _runspace.CreatePipeline("prompt");
        return pipeline.Invoke().FirstOrDefault()?.ToString() ?? "PS> ";
    }

    public void Dispose()
    {
        _signals.Dispose();
        _runspace.Dispose();
    }

    // Only a script that asks for $input gets standard input; the others leave it to the commands that they start.
    private static IEnumerable? Input(Ast script)
    {
        var asks = Console.IsInputRedirected
            && script.Find(ast => ast is VariableExpressionAst { VariablePath.UserPath: var name } && name.Equals("input", StringComparison.OrdinalIgnoreCase), true) is not null;
        return asks ? Lines() : null;

        static IEnumerable<string> Lines()
        {
            while (Console.In.ReadLine() is { } line) yield return line;
        }
    }

    // What is in the history sets $? when it ends, which the exit code of -Command is.
    private Pipeline CreatePipeline(string text) => _runspace.CreatePipeline(text, addToHistory: true);

    private void Invoke(Pipeline pipeline, IEnumerable? input)
    {
        try
        {
            InvokeToHost(pipeline, input);
        }
        catch (Exception e) when (e is PipelineStoppedException or InvalidPipelineStateException && _signals.ExitCode is not null)
        {
            // Stopped by a signal, perhaps before it began: the exit code tells.
        }
        catch (RuntimeException e)
        {
            _failed = true;
            Report(e);
        }
    }

    private void InvokeToHost(Pipeline pipeline, IEnumerable? input)
    {
        ShowResults(pipeline);
        lock (_gate)
        {
            // A signal that came before there was anything to stop.
            if (_signals.ExitCode is not null) return;
            _running = pipeline;
        }

        try
        {
            if (input is null) pipeline.Invoke();
            else pipeline.Invoke(input);
        }
        finally
        {
            lock (_gate) _running = null;
            _host.Console.ClearProgress();
        }
    }

    private bool StopRunning()
    {
        lock (_gate)
        {
            _running?.StopAsync();
            return _running is not null;
        }
    }

    private int ExitCode()
    {
        if (_signals.ExitCode is { } signal) return signal;
        if (_failed) return Failed;
        if (_host.RequestedExitCode is { } requested) return requested;
        using var status = _runspace.CreatePipeline("$global:?");
        return status.Invoke() is [{ BaseObject: true }] ? 0 : Failed;
    }

    // The engine shows as an error what came from an error stream, and an exception that ended the pipeline did not.
    private void Report(RuntimeException exception)
    {
        using var pipeline = _runspace.CreatePipeline();
        pipeline.Commands.Add("Out-Default");
        _host.Console.ReportsError = true;
        try
        {
            pipeline.Invoke(new[] { new ErrorRecord(exception.ErrorRecord, exception) });
        }
        finally
        {
            _host.Console.ReportsError = false;
        }
    }

    private static void ShowResults(Pipeline pipeline)
    {
        pipeline.Commands[0].MergeMyResults(PipelineResultTypes.Error, PipelineResultTypes.Output);
        pipeline.Commands.Add(new Command("Out-Default", isScript: false, useLocalScope: true));
    }
}
