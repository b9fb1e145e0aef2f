using System.Management.Automation;

namespace K8sScaleTest.Tests;

/// <summary>A script under way in a <see cref="ModuleSession"/>: its output grows while it runs, and it can be stopped as Ctrl+C does.</summary>
public sealed class RunningScript : IDisposable
{
    private readonly PowerShell _shell;

    internal RunningScript(PowerShell shell)
    {
        _shell = shell;
        Completion = shell.InvokeAsync<PSObject, PSObject>(null, Output);
    }

    /// <summary>What was written so far; safe to read while the script runs.</summary>
    public PSDataCollection<PSObject> Output { get; } = [];

    /// <summary>Ends with the script: with <see cref="PipelineStoppedException"/> when stopped, with the error that terminated it.</summary>
    public Task Completion { get; }

    /// <summary>The errors so far.</summary>
    public IReadOnlyList<ErrorRecord> Errors => [.. _shell.Streams.Error];

    /// <summary>The warnings so far.</summary>
    public IReadOnlyList<string> Warnings => [.. _shell.Streams.Warning.Select(w => w.Message)];

    /// <summary>The verbose messages so far.</summary>
    public IReadOnlyList<string> Verbose => [.. _shell.Streams.Verbose.Select(v => v.Message)];

    /// <summary>Waits until that many objects were written. Throws when the script ends, or the time is over, before.</summary>
    public async Task WaitForOutputAsync(int count, TimeSpan timeout, CancellationToken cancellationToken)
    {
        using var timer = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timer.CancelAfter(timeout);
        while (Output.Count < count)
        {
            if (Completion.IsCompleted && Output.Count < count)
            {
                await Completion;
                throw new InvalidOperationException($"The script ended after {Output.Count} objects; {count} were waited for.");
            }

            await Task.Delay(10, timer.Token);
        }
    }

    /// <summary>Stops the script as Ctrl+C does, and returns when it has ended (its cmdlets have drained).</summary>
    public async Task StopAsync()
    {
        await _shell.StopAsync(null, null);
        try
        {
            await Completion;
        }
        catch (PipelineStoppedException)
        {
            // What was asked for.
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _shell.Dispose();
        Output.Dispose();
    }
}
