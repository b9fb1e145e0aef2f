using System.Globalization;
using K8sScaleTest.Engine.Records;

namespace K8sScaleTest.Engine.Results.Objectives;

/// <summary>Reads the grammar of <see cref="Objective"/>.</summary>
internal sealed class ObjectiveParser(string text)
{
    private static readonly Dictionary<string, OperationKind?> Kinds = new(StringComparer.OrdinalIgnoreCase)
    {
        ["create"] = OperationKind.Create,
        ["update"] = OperationKind.Update,
        ["delete"] = OperationKind.Delete,
        ["all"] = null,
    };

    private static readonly Dictionary<string, ObjectiveMetric> Times = new(StringComparer.OrdinalIgnoreCase)
    {
        ["service"] = ObjectiveMetric.Service,
        ["response"] = ObjectiveMetric.Response,
        ["pacer"] = ObjectiveMetric.Pacer,
        ["connectionWait"] = ObjectiveMetric.ConnectionWait,
    };

    private static readonly Dictionary<string, ObjectiveMetric> Counts = new(StringComparer.OrdinalIgnoreCase)
    {
        ["succeeded"] = ObjectiveMetric.Succeeded,
        ["failed"] = ObjectiveMetric.Failed,
        ["rejected"] = ObjectiveMetric.Rejected,
        ["unknown"] = ObjectiveMetric.Unknown,
        ["notSent"] = ObjectiveMetric.NotSent,
        ["timeouts"] = ObjectiveMetric.Timeouts,
    };

    private static readonly Dictionary<string, ObjectiveMetric> Rates = new(StringComparer.OrdinalIgnoreCase)
    {
        ["rate"] = ObjectiveMetric.Rate,
        ["throughput"] = ObjectiveMetric.Throughput,
    };

    private static readonly Dictionary<string, ObjectiveStatistic> Figures = new(StringComparer.OrdinalIgnoreCase)
    {
        ["p50"] = ObjectiveStatistic.P50,
        ["p90"] = ObjectiveStatistic.P90,
        ["p99"] = ObjectiveStatistic.P99,
        ["p99.9"] = ObjectiveStatistic.P999,
        ["max"] = ObjectiveStatistic.Max,
        ["mean"] = ObjectiveStatistic.Mean,
    };

    // The longer first: "<" begins "<=".
    private static readonly (string Sign, ObjectiveComparison Comparison)[] Comparisons =
    [
        ("<=", ObjectiveComparison.AtMost), (">=", ObjectiveComparison.AtLeast), ("==", ObjectiveComparison.Equal), ("!=", ObjectiveComparison.NotEqual),
        ("<", ObjectiveComparison.Below), (">", ObjectiveComparison.Above),
    ];

    private static readonly (string Name, double Milliseconds)[] Units =
    [
        ("ns", 1e-6), ("us", 1e-3), ("µs", 1e-3), ("ms", 1), ("s", 1000), ("m", 60_000), ("h", 3_600_000),
    ];

    private int _at;

    public Objective Parse()
    {
        var (start, word) = Word();
        string? resource = null;
        if (!Kinds.ContainsKey(word) && !IsWhat(word) && Peek() == '.')
        {
            resource = word;
            _at++;
            (start, word) = Word();
        }

        var named = Kinds.TryGetValue(word, out var kind);
        if (named)
        {
            Expect('.', Things());
            (start, word) = Word();
        }

        if (!IsWhat(word))
        {
            throw Wrong(start, word, !named && resource is null ? [.. Kinds.Keys, .. Things()] : Things());
        }

        var figure = ObjectiveStatistic.None;
        if (Times.TryGetValue(word, out var metric))
        {
            Expect('.', Figures.Keys);
            figure = Figure();
        }
        else
        {
            metric = Counts.TryGetValue(word, out var counted) ? counted : Rates[word];
        }

        // As -Rate, which counts creates, unless all are asked for by name.
        if (metric == ObjectiveMetric.Rate && !named) kind = OperationKind.Create;

        var (comparisonAt, comparison) = Compare();
        if (figure != ObjectiveStatistic.None && comparison is ObjectiveComparison.Equal or ObjectiveComparison.NotEqual)
        {
            throw Wrong(comparisonAt, text.Substring(comparisonAt, 2), ["<=", "<", ">=", ">"]);
        }

        var (limit, unit) = Limit(figure, metric, kind);
        SkipSpaces();
        if (_at < text.Length) throw Wrong(_at, text[_at..], ["the end"]);
        return new Objective
        {
            Text = text.Trim(),
            Resource = resource,
            Operation = kind,
            Metric = metric,
            Statistic = figure,
            Comparison = comparison,
            Limit = limit,
            Unit = unit,
        };
    }

    private static bool IsWhat(string word) => Times.ContainsKey(word) || Counts.ContainsKey(word) || Rates.ContainsKey(word);

    private static IReadOnlyCollection<string> Things() => [.. Times.Keys, .. Counts.Keys, .. Rates.Keys];

    private (int Start, string Word) Word()
    {
        SkipSpaces();
        var start = _at;
        while (_at < text.Length && (char.IsAsciiLetterOrDigit(text[_at]) || text[_at] == '-')) _at++;
        return (start, text[start.._at]);
    }

    private ObjectiveStatistic Figure()
    {
        var (start, word) = Word();
        // p99.9 is the one word with a point in it.
        if (word.Equals("p99", StringComparison.OrdinalIgnoreCase) && Peek() == '.')
        {
            _at++;
            word += "." + Word().Word;
        }

        return Figures.TryGetValue(word, out var figure) ? figure : throw Wrong(start, word, Figures.Keys);
    }

    private (int Start, ObjectiveComparison Comparison) Compare()
    {
        SkipSpaces();
        foreach (var (sign, comparison) in Comparisons)
        {
            if (!text.AsSpan(_at).StartsWith(sign, StringComparison.Ordinal)) continue;
            _at += sign.Length;
            return (_at - sign.Length, comparison);
        }

        throw Wrong(_at, text[_at..], Comparisons.Select(entry => entry.Sign));
    }

    private (double Limit, ObjectiveUnit Unit) Limit(ObjectiveStatistic figure, ObjectiveMetric metric, OperationKind? kind)
    {
        SkipSpaces();
        var start = _at;
        if (figure != ObjectiveStatistic.None) return (Duration(start), ObjectiveUnit.Milliseconds);
        string[] possible = metric switch
        {
            ObjectiveMetric.Rate when kind is OperationKind.Create => ["95/s", "99%"],
            ObjectiveMetric.Rate or ObjectiveMetric.Throughput => ["95/s"],
            _ => ["0", "1%"],
        };
        if (Number() is not { } value) throw Wrong(start, text[start..], possible);
        SkipSpaces();
        var rest = text[_at..].TrimEnd();
        if (rest == "%" && possible.Any(form => form.EndsWith('%')))
        {
            _at = text.Length;
            return (value, ObjectiveUnit.Percent);
        }

        if (metric is ObjectiveMetric.Rate or ObjectiveMetric.Throughput)
        {
            if (rest != "/s") throw Wrong(start, text[start..], possible);
            _at = text.Length;
            return (value, ObjectiveUnit.PerSecond);
        }

        return rest.Length == 0 && double.IsInteger(value) ? (value, ObjectiveUnit.Count) : throw Wrong(start, text[start..], possible);
    }

    private double Duration(int start)
    {
        double total = 0;
        do
        {
            if (Number() is not { } value) throw Wrong(start, text[start..], ["1s", "250ms", "800us", "1m30s"]);
            var unitAt = _at;
            while (_at < text.Length && char.IsLetter(text[_at])) _at++;
            var name = text[unitAt.._at];
            var (known, milliseconds) = Units.FirstOrDefault(unit => unit.Name == name);
            if (known is null) throw Wrong(unitAt, name, Units.Select(unit => unit.Name));
            total += value * milliseconds;
        }
        while (_at < text.Length && char.IsAsciiDigit(text[_at]));
        return total;
    }

    private double? Number()
    {
        var start = _at;
        while (_at < text.Length && (char.IsAsciiDigit(text[_at]) || text[_at] == '.')) _at++;
        return double.TryParse(text.AsSpan(start, _at - start), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value) ? value : null;
    }

    private char? Peek() => _at < text.Length ? text[_at] : null;

    private void Expect(char separator, IEnumerable<string> after)
    {
        if (Peek() != separator) throw Wrong(_at, text[_at..], after.Select(word => separator + word));
        _at++;
    }

    private void SkipSpaces()
    {
        while (_at < text.Length && char.IsWhiteSpace(text[_at])) _at++;
    }

    private FormatException Wrong(int at, string found, IEnumerable<string> possible)
    {
        var what = string.IsNullOrWhiteSpace(found) ? "something is missing" : $"'{found.Trim()}' is not possible";
        return new FormatException($"Objective '{text}': {what} at position {at + 1}. Possible there: {string.Join(", ", possible)}.");
    }
}
