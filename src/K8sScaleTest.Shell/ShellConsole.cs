using System.Management.Automation;
using System.Management.Automation.Internal;

namespace K8sScaleTest.Shell;

/// <summary>
/// Standard output and standard error: what goes where, and with or without colour. Safe to use from several threads.
/// </summary>
/// <remarks>
/// As pwsh does, errors go to standard error, and everything else, warnings and verbose messages too, to standard output. While a
/// cmdlet writes records to standard output (<c>-OutFile -</c>), it sets a switch of the AppContext, and everything goes to
/// standard error.
/// </remarks>
internal sealed class ShellConsole
{
    /// <summary>The AppContext's switch by which a cmdlet takes standard output for itself: true while it does.</summary>
    public const string StandardOutputTaken = "K8sScaleTest.StandardOutputTaken";

    private readonly Lock _gate = new();
    private readonly ProgressLines _progress;
    private bool _atLineStart = true;
    private bool _wasTaken;

    public ShellConsole()
    {
        var dumb = Environment.GetEnvironmentVariable("TERM") == "dumb";
        OutputIsTerminal = !Console.IsOutputRedirected;
        ErrorIsTerminal = !Console.IsErrorRedirected;
        SupportsColour = OutputIsTerminal && !dumb;
        if (dumb || !string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"))) PSStyle.Instance.OutputRendering = OutputRendering.PlainText;
        _progress = new(ErrorIsTerminal && !dumb ? Console.Error : null);
    }

    public bool OutputIsTerminal { get; }

    public bool ErrorIsTerminal { get; }

    public bool SupportsColour { get; }

    /// <summary>What is written while this is set belongs to an error: it goes to standard error.</summary>
    public bool ReportsError { get; set; }

    /// <summary>The terminal's width; 120 where there is none, so that a table in a log does not depend on the machine.</summary>
    public int Width => OutputIsTerminal && Console.WindowWidth > 0 ? Console.WindowWidth : 120;

    /// <summary>The terminal's height; 50 where there is none.</summary>
    public int Height => OutputIsTerminal && Console.WindowHeight > 0 ? Console.WindowHeight : 50;

    public void Output(string text)
    {
        var taken = AppContext.TryGetSwitch(StandardOutputTaken, out var on) && on;
        // The empty line that ends what was shown meanwhile comes when the cmdlet has given standard output back.
        _wasTaken = taken || (_wasTaken && string.IsNullOrWhiteSpace(text));
        if (ReportsError || _wasTaken)
            Write(Console.Error, ErrorIsTerminal, text);
        else
            Write(Console.Out, OutputIsTerminal, text);
    }

    public void Error(string text) => Write(Console.Error, ErrorIsTerminal, text);

    public void Progress(ProgressRecord record)
    {
        lock (_gate)
        {
            if (record.RecordType == ProgressRecordType.Completed)
                _progress.Clear();
            else if (_atLineStart)
                _progress.Show(record, Width);
        }
    }

    public void ClearProgress()
    {
        lock (_gate) _progress.Clear();
    }

    private static string Render(string text, bool terminal) =>
        PSStyle.Instance.OutputRendering switch
        {
            OutputRendering.Ansi => text,
            OutputRendering.Host when terminal => text,
            _ => new StringDecorated(text).ToString(OutputRendering.PlainText),
        };

    private void Write(TextWriter writer, bool terminal, string text)
    {
        if (text.Length == 0) return;
        lock (_gate)
        {
            if (terminal)
            {
                _progress.Clear();
                _atLineStart = text[^1] == '\n';
            }

            try
            {
                writer.Write(Render(text, terminal));
                writer.Flush();
            }
            catch (IOException)
            {
                // The reader is gone (a closed terminal, a full disk behind a redirection): the run and its clean-up matter more than the text.
            }
        }
    }
}
