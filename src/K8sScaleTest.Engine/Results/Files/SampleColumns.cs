using K8sScaleTest.Engine.Records;

namespace K8sScaleTest.Engine.Results.Files;

/// <summary>The columns that a summary needs of a record, and how a text in each becomes part of a sample.</summary>
public static class SampleColumns
{
    /// <summary>Names, in the order of the numbers that <see cref="TrySet(ref OperationSample, int, ReadOnlySpan{byte}, StringPool)"/> takes.</summary>
    public static readonly IReadOnlyList<string> Needed =
    [
        nameof(OperationSample.RunId), nameof(OperationSample.Worker), nameof(OperationSample.Resource), nameof(OperationSample.Operation),
        nameof(OperationSample.Phase), nameof(OperationSample.Outcome), nameof(OperationSample.StatusCode), nameof(OperationSample.Reason),
        "ScheduledUnixMicroseconds", "FinishedUnixMicroseconds", nameof(OperationSample.PacerDelayMs), nameof(OperationSample.ConnectionWaitMs),
        nameof(OperationSample.ServiceMs), nameof(OperationSample.ResponseMs),
    ];

    /// <summary>Sets a part of a sample from its text, of a record that some other command read.</summary>
    /// <param name="sample">The sample.</param>
    /// <param name="column">The number of the column in <see cref="Needed"/>.</param>
    /// <param name="text">The text, as any culture writes it.</param>
    /// <param name="pool">Shares strings that recur.</param>
    /// <returns>False when the text is not a value of that column.</returns>
    public static bool TrySet(ref OperationSample sample, int column, string text, StringPool pool)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(pool);
        return TrySet(ref sample, column, System.Text.Encoding.UTF8.GetBytes(text), pool);
    }

    /// <summary>Sets a part of a sample from its text.</summary>
    /// <returns>False when the text is not a value of that column.</returns>
    internal static bool TrySet(ref OperationSample sample, int column, ReadOnlySpan<byte> text, StringPool pool)
    {
        long integer;
        double real;
        switch (column)
        {
            case 0:
                sample.RunId = pool.Get(text);
                return text.Length > 0;
            case 1:
                if (!FlexibleNumber.TryParse(text, out integer) || integer is < 0 or > int.MaxValue) return false;
                sample.Worker = (int)integer;
                return true;
            case 2:
                sample.Resource = pool.Get(text);
                return text.Length > 0;
            case 3:
                var known = TryName(text, out OperationKind operation);
                sample.Operation = operation;
                return known;
            case 4:
                known = TryName(text, out Phase phase);
                sample.Phase = phase;
                return known;
            case 5:
                known = TryName(text, out Outcome outcome);
                sample.Outcome = outcome;
                return known;
            case 6:
                integer = 0;
                if (text.Length > 0 && (!FlexibleNumber.TryParse(text, out integer) || integer is < 0 or > 999)) return false;
                sample.StatusCode = (int)integer;
                return true;
            case 7:
                sample.Reason = text.Length == 0 ? null : pool.Get(text);
                return true;
            case 8:
                if (!TryMoment(text, out integer)) return false;
                sample.ScheduledUnixNanoseconds = integer;
                return true;
            case 9:
                if (!TryMoment(text, out integer)) return false;
                sample.FinishedUnixNanoseconds = integer;
                return true;
            case 10:
                if (!TryInterval(text, required: true, out real)) return false;
                sample.PacerDelayMs = real;
                return true;
            case 11:
                if (!TryInterval(text, required: false, out real)) return false;
                sample.ConnectionWaitMs = real;
                return true;
            case 12:
                if (!TryInterval(text, required: false, out real)) return false;
                sample.ServiceMs = real;
                return true;
            case 13:
                if (!TryInterval(text, required: true, out real)) return false;
                sample.ResponseMs = real;
                return true;
            default:
                throw new ArgumentOutOfRangeException(nameof(column), column, "Not a column that is needed.");
        }
    }

    private static bool TryMoment(ReadOnlySpan<byte> text, out long nanoseconds)
    {
        nanoseconds = 0;
        if (!FlexibleNumber.TryParse(text, out long microseconds) || Math.Abs(microseconds) > long.MaxValue / 1000) return false;
        nanoseconds = microseconds * 1000;
        return true;
    }

    private static bool TryInterval(ReadOnlySpan<byte> text, bool required, out double ms)
    {
        ms = double.NaN;
        if (text.Length == 0) return !required;
        return FlexibleNumber.TryParse(text, out ms) && double.IsFinite(ms);
    }

    private static bool TryName<T>(ReadOnlySpan<byte> text, out T value)
        where T : struct, Enum
    {
        foreach (var (name, candidate) in Names<T>.All)
        {
            if (!text.SequenceEqual(name)) continue;
            value = candidate;
            return true;
        }

        value = default;
        return false;
    }

    private static class Names<T>
        where T : struct, Enum
    {
        public static readonly (byte[] Name, T Value)[] All =
            [.. Enum.GetValues<T>().Select(value => (System.Text.Encoding.UTF8.GetBytes(value.ToString()), value))];
    }
}
