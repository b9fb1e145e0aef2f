using K8sScaleTest.LocalApi.Http;
using K8sScaleTest.LocalApi.Schema;

namespace K8sScaleTest.LocalApi.Resources;

/// <summary>Events: they are in the namespace of what they are about.</summary>
internal sealed class EventRules : IObjectRules
{
    private const int InvolvedObject = 0;

    public void Prepare(DecodedObject value, int version, DecodedObject? existing)
    {
    }

    public void Validate(DecodedObject value, DecodedObject? existing, List<Cause> causes)
    {
        var about = FieldEditor.Read(value, InvolvedObject)["namespace"]?.GetValue<string>() ?? "";
        // What has no namespace is reported in the default one.
        var fits = about.Length == 0 ? value.Namespace is "default" or "kube-system" : about == value.Namespace;
        if (!fits) causes.Add(Cause.Invalid("involvedObject.namespace", about, "does not match event.namespace"));
        if (!NameRule.IsSubdomain(value.Name)) MetaValidation.Validate(value, NameRule.Subdomain, causes);
    }
}
