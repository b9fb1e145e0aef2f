using K8sScaleTest.LocalApi.Http;
using K8sScaleTest.LocalApi.Schema;

namespace K8sScaleTest.LocalApi.Resources;

/// <summary>The rules of a kind that has none but those of its metadata.</summary>
internal sealed class DefaultRules : IObjectRules
{
    public static readonly DefaultRules Instance = new();

    public void Prepare(DecodedObject value, int version, DecodedObject? existing)
    {
    }

    public void Validate(DecodedObject value, DecodedObject? existing, List<Cause> causes) =>
        MetaValidation.Validate(value, NameRule.Subdomain, causes);
}
