using System.Management.Automation;
using System.Text.RegularExpressions;

namespace K8sScaleTest;

/// <summary>Refuses what cannot be a namespace's name, alone or in a list (a DNS-1123 label), with the rule.</summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Field)]
public sealed partial class NamespaceNameAttribute : ValidateArgumentsAttribute
{
    /// <summary>Lets an empty name pass: a record from the pipeline may have none. What it means is the cmdlet's to say.</summary>
    public bool AllowsEmpty { get; set; }

    /// <inheritdoc/>
    protected override void Validate(object arguments, EngineIntrinsics engineIntrinsics)
    {
        var value = arguments is PSObject wrapped ? wrapped.BaseObject : arguments;
        foreach (var name in value as IEnumerable<string> ?? [value as string ?? ""])
        {
            if (AllowsEmpty && string.IsNullOrEmpty(name)) continue;
            if (!Label().IsMatch(name ?? ""))
                throw new ValidationMetadataException($"'{name}' cannot be a namespace's name: it has 1 to 63 lower-case letters, digits and '-', and begins and ends with a letter or digit.");
        }
    }

    [GeneratedRegex(@"\A[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?\z", RegexOptions.CultureInvariant)]
    private static partial Regex Label();
}
