using System.Text.Json.Nodes;
using K8sScaleTest.LocalApi.Http;
using K8sScaleTest.LocalApi.Schema;

namespace K8sScaleTest.LocalApi.Resources;

/// <summary>Services: the defaults, and an address of their own.</summary>
internal sealed class ServiceRules : IObjectRules
{
    private const int Spec = 0;
    private const int Status = 1;
    private const string None = "None";

    private int _allocated = 1;

    public void Prepare(DecodedObject value, int version, DecodedObject? existing)
    {
        if (value.Subresource == "status")
        {
            FieldEditor.Write(value, Spec, FieldEditor.Read(existing!, Spec));
            return;
        }
        FieldEditor.Write(value, Status, existing is null ? [] : FieldEditor.Read(existing, Status));
        var spec = FieldEditor.Read(value, Spec);
        var before = existing is null ? null : FieldEditor.Read(existing, Spec);
        spec["type"] ??= "ClusterIP";
        spec["sessionAffinity"] ??= None;
        foreach (var port in (spec["ports"] as JsonArray ?? []).OfType<JsonObject>())
        {
            port["protocol"] ??= "TCP";
            port["targetPort"] ??= port["port"]?.DeepClone();
        }
        if (spec["type"]!.GetValue<string>() != "ExternalName")
        {
            var address = Text(spec, "clusterIP") ?? (before is null ? null : Text(before, "clusterIP")) ?? Allocate();
            spec["clusterIP"] = address;
            spec["clusterIPs"] ??= new JsonArray(address);
            spec["ipFamilies"] ??= new JsonArray("IPv4");
            spec["ipFamilyPolicy"] ??= "SingleStack";
            spec["internalTrafficPolicy"] ??= "Cluster";
        }
        FieldEditor.Write(value, Spec, spec);
    }

    public void Validate(DecodedObject value, DecodedObject? existing, List<Cause> causes)
    {
        MetaValidation.Validate(value, NameRule.Service, causes);
        var spec = FieldEditor.Read(value, Spec);
        var type = Text(spec, "type")!;
        if (type is not ("ClusterIP" or "ExternalName" or "LoadBalancer" or "NodePort"))
        {
            causes.Add(Cause.NotSupported("spec.type", Go.Quote(type), "ClusterIP", "ExternalName", "LoadBalancer", "NodePort"));
        }
        if (spec["ports"] is not JsonArray { Count: > 0 } && type != "ExternalName" && Text(spec, "clusterIP") != None) causes.Add(Cause.Required("spec.ports", ""));
        if (existing is not null && Text(FieldEditor.Read(existing, Spec), "clusterIP") is { } address && Text(spec, "clusterIP") is { } now && now != address)
        {
            causes.Add(Cause.Invalid("spec.clusterIPs[0]", now, "may not change once set"));
        }
    }

    private static string? Text(JsonObject spec, string name) => spec[name]?.GetValue<string>() is { Length: > 0 } text ? text : null;

    /// <summary>The next address of 10.96.0.0/12; the first is that of the service kubernetes.</summary>
    private string Allocate()
    {
        var next = Interlocked.Increment(ref _allocated) - 1;
        return $"10.{96 + ((next >> 16) & 15)}.{(next >> 8) & 255}.{next & 255}";
    }
}
