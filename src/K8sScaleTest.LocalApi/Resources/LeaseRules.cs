using System.Text.Json.Nodes;
using K8sScaleTest.LocalApi.Http;
using K8sScaleTest.LocalApi.Schema;

namespace K8sScaleTest.LocalApi.Resources;

/// <summary>Leases: the numbers that leader election relies on.</summary>
internal sealed class LeaseRules : IObjectRules
{
    private const int Spec = 0;

    public void Prepare(DecodedObject value, int version, DecodedObject? existing)
    {
    }

    public void Validate(DecodedObject value, DecodedObject? existing, List<Cause> causes)
    {
        MetaValidation.Validate(value, NameRule.Subdomain, causes);
        var spec = FieldEditor.Read(value, Spec);
        if (spec["leaseDurationSeconds"] is JsonValue duration && duration.GetValue<long>() <= 0)
        {
            causes.Add(new Cause("FieldValueInvalid", $"Invalid value: {duration}: must be greater than 0", "spec.leaseDurationSeconds"));
        }
        if (spec["leaseTransitions"] is JsonValue transitions && transitions.GetValue<long>() < 0)
        {
            causes.Add(new Cause("FieldValueInvalid", $"Invalid value: {transitions}: must be greater than or equal to 0", "spec.leaseTransitions"));
        }
    }
}
