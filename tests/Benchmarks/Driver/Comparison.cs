using System.Globalization;

namespace K8sScaleTest.Benchmarks.Driver;

/// <summary>The table of figures: ours, the plain way's, their ratio, the goals.</summary>
internal sealed class Comparison(TextWriter output)
{
    private readonly List<Goal> _goals = [];

    public void Begin(string section)
    {
        output.WriteLine();
        output.WriteLine($"{section,-58}{"(a) ours",12}{"(b) plain",12}{"(a)/(b)",9}  goal");
    }

    public void Add(string figure, double ours, double? plain, params Goal[] goals)
    {
        _goals.AddRange(goals);
        var ratio = plain is { } other && other > 0 ? (ours / other).ToString("0.000", CultureInfo.InvariantCulture) : "";
        output.WriteLine($"  {figure,-56}{Text(ours),12}{(plain is { } value ? Text(value) : ""),12}{ratio,9}  {string.Join("; ", goals.AsEnumerable())}".TrimEnd());
    }

    /// <summary>A line that is no figure.</summary>
    public void Note(string text) => output.WriteLine(text);

    public void End()
    {
        output.WriteLine();
        output.WriteLine(_goals.All(goal => goal.Met) ? $"All {_goals.Count} goals are met." : $"{_goals.Count(goal => !goal.Met)} of {_goals.Count} goals are missed.");
    }

    private static string Text(double value) => value switch
    {
        >= 1000 => value.ToString("#,0", CultureInfo.InvariantCulture),
        >= 10 => value.ToString("0.0", CultureInfo.InvariantCulture),
        _ => value.ToString("0.000", CultureInfo.InvariantCulture),
    };
}
