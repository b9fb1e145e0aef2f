using System.Management.Automation;
using K8sScaleTest.Engine.Results.Objectives;

namespace K8sScaleTest;

/// <summary>Refuses what is no objective when parameters are bound, before any command of the pipeline has begun.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class ValidateObjectiveAttribute : ValidateEnumeratedArgumentsAttribute
{
    /// <inheritdoc/>
    protected override void ValidateElement(object element)
    {
        try
        {
            Objective.Parse(element as string ?? "");
        }
        catch (FormatException error)
        {
            throw new ValidationMetadataException(error.Message, error);
        }
    }
}
