using System.Collections.ObjectModel;
using System.Management.Automation;
using System.Management.Automation.Runspaces;
using System.Reflection;

namespace K8sScaleTest.Tests;

/// <summary>A PowerShell session with the built module imported from its manifest, as a user has it, and a host that records.</summary>
/// <remarks>
/// Several sessions may live at once. Errors, warnings and so on are those of the last <see cref="Run"/> alone; what the host was
/// shown is kept until the session ends.
/// </remarks>
public sealed class ModuleSession : IDisposable
{
    private readonly RecordingHost _host = new();
    private readonly Runspace _runspace;
    private List<ErrorRecord> _errors = [];
    private List<string> _warnings = [];
    private List<string> _verbose = [];

    /// <summary>Opens a session.</summary>
    /// <param name="import">Whether the module is imported at once; an import that errs or warns fails the test.</param>
    public ModuleSession(bool import = true)
    {
        _runspace = RunspaceFactory.CreateRunspace(_host, InitialSessionState.CreateDefault2());
        _runspace.Open();
        if (!import) return;
        Run("Import-Module -Name $ModuleManifest -ErrorAction Stop", ("ModuleManifest", ManifestPath));
        if (_warnings.Count > 0) throw new InvalidOperationException($"Importing the module warns: {string.Join("; ", _warnings)}");
    }

    /// <summary>The built module's manifest.</summary>
    public static string ManifestPath { get; } = Metadata("ModuleManifest");

    /// <summary>The root of the source tree.</summary>
    public static string RepositoryRoot { get; } = Metadata("RepositoryRoot");

    /// <summary>The errors of the last run, the terminating errors of its cmdlets among them (they end their statement); what ended the script is thrown by <see cref="Run"/>.</summary>
    public IReadOnlyList<ErrorRecord> Errors => _errors;

    /// <summary>The warnings of the last run.</summary>
    public IReadOnlyList<string> Warnings => _warnings;

    /// <summary>The verbose messages of the last run (with <c>-Verbose</c>).</summary>
    public IReadOnlyList<string> Verbose => _verbose;

    /// <summary>All that the host was asked to show, line by line, warnings and errors with their prefix.</summary>
    public IReadOnlyList<string> HostLines => _host.Recording.Lines;

    /// <summary>All progress that the host was shown.</summary>
    public IReadOnlyList<ProgressRecord> Progress => _host.Recording.Progress;

    /// <summary>Answers the host's questions: caption, message and choices to the index of the choice. Without it a question throws.</summary>
    public Func<string, string, IReadOnlyList<string>, int>? Answer
    {
        get => _host.Recording.Answer;
        set => _host.Recording.Answer = value;
    }

    /// <summary>Runs a script to its end and returns what it wrote. Throws the <see cref="RuntimeException"/> that ended it (throw, or ErrorActionPreference Stop).</summary>
    public Collection<PSObject> Run(string script, params (string Name, object? Value)[] variables)
    {
        Set(variables);
        using var shell = Create(script);
        try
        {
            return shell.Invoke();
        }
        finally
        {
            _errors = [.. shell.Streams.Error];
            _warnings = [.. shell.Streams.Warning.Select(w => w.Message)];
            _verbose = [.. shell.Streams.Verbose.Select(v => v.Message)];
        }
    }

    /// <summary>Runs a script whose error is the point of the test, and returns it: what ended the script, or else the first error that it wrote.</summary>
    public ErrorRecord RunToError(string script, params (string Name, object? Value)[] variables)
    {
        try
        {
            Run(script, variables);
        }
        catch (RuntimeException e)
        {
            return e.ErrorRecord;
        }

        Assert.NotEmpty(_errors);
        return _errors[0];
    }

    /// <summary>Starts a script that the test will stop, or read from while it runs. One at a time per session.</summary>
    public RunningScript Start(string script, params (string Name, object? Value)[] variables)
    {
        Set(variables);
        return new(Create(script));
    }

    /// <inheritdoc/>
    public void Dispose() => _runspace.Dispose();

    private PowerShell Create(string script)
    {
        var shell = PowerShell.Create(_runspace);
        shell.AddScript(script);
        return shell;
    }

    private void Set((string Name, object? Value)[] variables)
    {
        foreach (var (name, value) in variables) _runspace.SessionStateProxy.SetVariable(name, value);
    }

    private static string Metadata(string key) =>
        typeof(ModuleSession).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == key).Value!;
}
