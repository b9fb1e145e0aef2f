using System.Globalization;
using System.Management.Automation;
using K8sScaleTest.Engine.Records;
using K8sScaleTest.Engine.Results.Files;

namespace K8sScaleTest;

/// <summary>What a summary needs, of records that some other command read: Import-Csv's texts in any culture, or deserialized objects.</summary>
internal sealed class RecordConversion
{
    private readonly StringPool _pool = new();

    /// <summary>Takes an object for a record.</summary>
    /// <returns>What is wrong with it, or null.</returns>
    public string? TryConvert(PSObject record, out OperationSample sample)
    {
        sample = default;
        var missing = new List<string>();
        for (var column = 0; column < SampleColumns.Needed.Count; column++)
        {
            var name = SampleColumns.Needed[column];
            if (record.Properties[name] is not { } property)
            {
                missing.Add(name);
                continue;
            }

            var value = property.Value is PSObject wrapped ? wrapped.BaseObject : property.Value;
            var text = Convert.ToString(value, CultureInfo.InvariantCulture) ?? "";
            if (!SampleColumns.TrySet(ref sample, column, text, _pool)) return $"'{text}' is not a value of {name}";
        }

        return missing.Count switch
        {
            0 => null,
            _ when missing.Count == SampleColumns.Needed.Count => $"an object of type {record.BaseObject.GetType().FullName} is no operation record",
            _ => $"the object lacks {string.Join(", ", missing)}",
        };
    }
}
