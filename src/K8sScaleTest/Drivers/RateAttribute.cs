using System.Collections;
using System.Globalization;
using System.Management.Automation;

namespace K8sScaleTest;

/// <summary>Lets a rate be a number of creates per second, or <c>Max</c> for full speed (which becomes positive infinity).</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class RateAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData)
    {
        var value = inputData is PSObject wrapped ? wrapped.BaseObject : inputData;
        if (value is string text)
        {
            if (text.Equals("Max", StringComparison.OrdinalIgnoreCase)) return double.PositiveInfinity;
            if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)) return Checked(number, text);
            throw Bad(text);
        }

        if (value is IConvertible convertible and not bool and not DateTime and not char)
            return Checked(convertible.ToDouble(CultureInfo.InvariantCulture), value);
        throw Bad(value is IEnumerable ? "a list" : value);
    }

    private static double Checked(double rate, object given) => double.IsFinite(rate) ? rate : throw Bad(given);

    private static ArgumentTransformationMetadataException Bad(object? given) =>
        new($"'{given}' is no rate: give creates per second as a number, such as 20 or 0.5, or Max for full speed.");
}
