using System.Globalization;

namespace K8sScaleTest.Engine.Results.Verdicts;

/// <summary>The window in which a rule of the verdict is broken most, and where that was in words.</summary>
internal sealed record Breach(MeasurementWindow Window, string Where)
{
    /// <summary>The worst of some windows, or null where the rule holds in all.</summary>
    /// <param name="windows">Steady's windows.</param>
    /// <param name="extent">How far a window breaks the rule; 0 where it does not.</param>
    public static Breach? Worst(IReadOnlyList<MeasurementWindow> windows, Func<MeasurementWindow, double> extent)
    {
        var broken = windows.Where(window => extent(window) > 0).ToList();
        if (broken.Count == 0) return null;
        var worst = broken.MaxBy(extent)!;
        var others = windows.Count == 1 ? "" : string.Create(CultureInfo.InvariantCulture, $" ({broken.Count:N0} of {windows.Count:N0} windows are beyond)");
        return new Breach(worst, $"in {Span(worst)}{others}");
    }

    /// <summary>A window's place in time, as a server's log has it.</summary>
    public static string Span(MeasurementWindow window)
    {
        var start = DateTime.UnixEpoch.AddTicks(window.StartUnixNanoseconds / 100);
        return string.Create(CultureInfo.InvariantCulture, $"the {window.LengthSeconds:0.#} s from {start:HH:mm:ss}Z");
    }
}
