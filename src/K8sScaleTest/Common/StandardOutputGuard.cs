namespace K8sScaleTest;

/// <summary>
/// Takes standard output for a run's records (-OutFile -): everything else that the process prints goes to standard error meanwhile.
/// </summary>
internal sealed class StandardOutputGuard : IDisposable
{
    private const string Taken = "K8sScaleTest.StandardOutputTaken"; // the project's own shell looks at it
    private readonly TextWriter _console = Console.Out;

    public StandardOutputGuard()
    {
        Stream = StandardOutputStream.Open();
        Console.SetOut(Console.Error);
        AppContext.SetSwitch(Taken, true);
    }

    /// <summary>The real standard output.</summary>
    public Stream Stream { get; }

    /// <inheritdoc/>
    public void Dispose()
    {
        Stream.Flush();
        AppContext.SetSwitch(Taken, false);
        Console.SetOut(_console);
    }
}
