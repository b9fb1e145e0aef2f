using System.Globalization;
using System.Management.Automation;

namespace K8sScaleTest;

/// <summary>Durations as <see cref="DurationAttribute"/> takes them, and negative ones: -5m, -90, a negative timespan.</summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Field)]
public sealed class SignedDurationAttribute : ArgumentTransformationAttribute
{
    private static readonly DurationAttribute Unsigned = new();

    /// <inheritdoc/>
    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData)
    {
        var value = inputData is PSObject wrapped ? wrapped.BaseObject : inputData;
        if (value is TimeSpan span) return span;
        var text = (value is decimal ? DurationAttribute.Typed(inputData) : Convert.ToString(value, CultureInfo.InvariantCulture))?.Trim() ?? "";
        if (!text.StartsWith('-')) return Unsigned.Transform(engineIntrinsics, inputData);
        return -(TimeSpan)Unsigned.Transform(engineIntrinsics, text[1..]);
    }
}
