using System.Diagnostics;
using System.Globalization;
using System.Management.Automation;
using System.Text;

namespace K8sScaleTest.Shell;

/// <summary>One or two lines of progress at the end of a terminal, rewritten in place, at most four times a second. Not thread-safe.</summary>
/// <param name="terminal">Where they are written; null shows nothing.</param>
internal sealed class ProgressLines(TextWriter? terminal)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);
    private long? _shownAt;
    private int _lines;

    /// <summary>Shows a record, unless the last one was shown less than a quarter of a second ago.</summary>
    public void Show(ProgressRecord record, int width)
    {
        if (terminal is null || (_shownAt is { } shown && Stopwatch.GetElapsedTime(shown) < Interval)) return;
        _shownAt = Stopwatch.GetTimestamp();
        var text = Erasure().Append(Cut(FirstLine(record, width - 1), width - 1));
        _lines = 1;
        if (!string.IsNullOrEmpty(record.CurrentOperation))
        {
            text.Append('\n').Append(Cut("  " + record.CurrentOperation, width - 1));
            _lines = 2;
        }

        terminal.Write(text);
        terminal.Flush();
    }

    /// <summary>Takes the lines away; the next record is shown in its time.</summary>
    public void Clear()
    {
        if (_lines == 0) return;
        terminal!.Write(Erasure());
        terminal.Flush();
        _lines = 0;
    }

    // In a narrow terminal the figures matter more than the command that is known to run.
    private static string FirstLine(ProgressRecord record, int width)
    {
        var line = new StringBuilder(record.StatusDescription);
        if (record.PercentComplete >= 0) line.Append(CultureInfo.InvariantCulture, $" ({record.PercentComplete} %)");
        if (record.SecondsRemaining > 0) line.Append(CultureInfo.InvariantCulture, $" {TimeSpan.FromSeconds(record.SecondsRemaining):g} left");
        var whole = $"{record.Activity}: {line}";
        return whole.Length <= width ? whole : line.ToString();
    }

    private static string Cut(string text, int width)
    {
        text = text.ReplaceLineEndings(" ");
        return text.Length <= width ? text : text[..Math.Max(width, 0)];
    }

    private StringBuilder Erasure()
    {
        var text = new StringBuilder();
        for (var i = 0; i < _lines; i++) text.Append(i == 0 ? "\r\e[K" : "\e[1A\r\e[K");
        return text;
    }
}
