namespace K8sScaleTest.LocalApi.Faults;

/// <summary>A distribution of latencies, in milliseconds. Which properties count depends on the shape.</summary>
internal sealed record LatencyDefinition
{
    private const double Longest = 3_600_000;

    public required LatencyShape Shape { get; init; }

    /// <summary>Constant: the latency.</summary>
    public double? Milliseconds { get; init; }

    /// <summary>Uniform: the least.</summary>
    public double? From { get; init; }

    /// <summary>Uniform: the most.</summary>
    public double? To { get; init; }

    /// <summary>Exponential: the mean.</summary>
    public double? Mean { get; init; }

    /// <summary>Lognormal: the median.</summary>
    public double? Median { get; init; }

    /// <summary>Lognormal: the standard deviation of the logarithm.</summary>
    public double? Sigma { get; init; }

    /// <summary>In a mix: how often this one is drawn, relative to the others.</summary>
    public double? Weight { get; init; }

    /// <summary>Mix: what is mixed.</summary>
    public IReadOnlyList<LatencyDefinition>? Of { get; init; }

    /// <summary>Throws <see cref="ArgumentException"/> that says what is wrong.</summary>
    public void Check(bool inMix = false)
    {
        var needed = Shape switch
        {
            LatencyShape.Constant => "milliseconds",
            LatencyShape.Uniform => "from,to",
            LatencyShape.Exponential => "mean",
            LatencyShape.LogNormal => "median,sigma",
            _ => "of",
        };
        foreach (var (name, value) in new (string, double?)[] { ("milliseconds", Milliseconds), ("from", From), ("to", To), ("mean", Mean), ("median", Median), ("sigma", Sigma) })
        {
            var wanted = needed.Split(',').Contains(name);
            if (wanted && value is null) throw new ArgumentException($"A latency of shape {Shape} needs '{name}'.");
            if (!wanted && value is not null) throw new ArgumentException($"A latency of shape {Shape} has no '{name}', only {needed.Replace(",", " and ", StringComparison.Ordinal)}.");
            if (value is not null && value is not (>= 0 and <= Longest)) throw new ArgumentException($"'{name}' of a latency is {value}: not milliseconds from 0 to {Longest} (sigma: a number).");
        }
        if (Sigma > 10) throw new ArgumentException($"'sigma' is {Sigma}: at most 10, which is absurd already.");
        if (To < From) throw new ArgumentException($"'to' ({To} ms) is less than 'from' ({From} ms).");
        if (inMix ? Weight is not (> 0 and < 1e9) : Weight is not null) throw new ArgumentException(inMix ? "Each part of a mix needs a 'weight' above 0." : "'weight' belongs to the parts of a mix.");
        if (Shape != LatencyShape.Mix)
        {
            if (Of is not null) throw new ArgumentException("'of' belongs to the shape Mix.");
            return;
        }
        if (inMix) throw new ArgumentException("A mix does not contain mixes.");
        if (Of is not { Count: > 0 }) throw new ArgumentException("A mix needs 'of': a list of latencies with weights.");
        foreach (var part in Of) part.Check(inMix: true);
    }

    /// <summary>A latency in milliseconds, at most an hour: a pure function of its arguments.</summary>
    public double Draw(ulong seed, long ordinal)
    {
        var shape = this;
        if (Shape == LatencyShape.Mix)
        {
            var at = FaultDraw.Uniform(seed, ordinal, 3) * Of!.Sum(p => p.Weight!.Value);
            shape = Of![^1];
            foreach (var part in Of)
            {
                at -= part.Weight!.Value;
                if (at >= 0) continue;
                shape = part;
                break;
            }
        }
        return Math.Min(Longest, shape.One(seed, ordinal));
    }

    private double One(ulong seed, long ordinal) => Shape switch
    {
        LatencyShape.Uniform => From!.Value + (To!.Value - From.Value) * FaultDraw.Uniform(seed, ordinal, 1),
        LatencyShape.Exponential => -Mean!.Value * Math.Log(1 - FaultDraw.Uniform(seed, ordinal, 1)),
        // Box and Muller's transform.
        LatencyShape.LogNormal => Median!.Value * Math.Exp(Sigma!.Value * Math.Sqrt(-2 * Math.Log(1 - FaultDraw.Uniform(seed, ordinal, 1))) * Math.Cos(2 * Math.PI * FaultDraw.Uniform(seed, ordinal, 2))),
        _ => Milliseconds!.Value,
    };
}
