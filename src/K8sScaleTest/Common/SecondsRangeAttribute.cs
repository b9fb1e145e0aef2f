using System.Collections;
using System.Globalization;
using System.Management.Automation;

namespace K8sScaleTest;

/// <summary>
/// Lets a pair of numbers be given as one number of seconds, or as a range: <c>300..599</c>, in parentheses or not. It becomes the lowest and the highest.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class SecondsRangeAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData)
    {
        var value = inputData is PSObject wrapped ? wrapped.BaseObject : inputData;
        return value switch
        {
            string text when text.Split("..") is { Length: 2 } ends => new[] { Number(ends[0], value), Number(ends[1], value) },
            string text => One(Number(text, value)),
            IEnumerable list => Ends([.. list.Cast<object>().Select(each => Number(each, value))], value),
            _ => One(Number(value, value)),
        };
    }

    private static int[] One(int number) => [number, number];

    private static int[] Ends(int[] numbers, object? given) => numbers.Length > 0 ? [numbers.Min(), numbers.Max()] : throw Bad(given);

    private static int Number(object? value, object? given)
    {
        var text = Convert.ToString(value is PSObject wrapped ? wrapped.BaseObject : value, CultureInfo.InvariantCulture);
        return int.TryParse(text, NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out var number) ? number : throw Bad(given);
    }

    private static ArgumentTransformationMetadataException Bad(object? given) =>
        new($"'{given}' is neither a number of seconds nor a range of them: give 300, or 300..599.");
}
