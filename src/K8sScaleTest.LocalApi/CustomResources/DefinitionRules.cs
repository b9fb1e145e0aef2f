using System.Text;
using System.Text.Json.Nodes;
using K8sScaleTest.LocalApi.Http;
using K8sScaleTest.LocalApi.Json;
using K8sScaleTest.LocalApi.Resources;
using K8sScaleTest.LocalApi.Schema;
using K8sScaleTest.LocalApi.Storage;

namespace K8sScaleTest.LocalApi.CustomResources;

/// <summary>CustomResourceDefinitions: their defaults, their status that only the server writes, and what makes one valid.</summary>
internal sealed class DefinitionRules : IObjectRules
{
    public const string Cleanup = "customresourcecleanup.apiextensions.k8s.io";
    private const int Spec = 0;
    private const int Status = 1;

    public void Prepare(DecodedObject value, int version, DecodedObject? existing)
    {
        if (value.Subresource == "status")
        {
            FieldEditor.Write(value, Spec, FieldEditor.Read(existing!, Spec));
            return;
        }
        var spec = FieldEditor.Read(value, Spec);
        if (spec["names"] is JsonObject names && names["kind"]?.GetValue<string>() is { Length: > 0 } kind)
        {
            if (names["singular"]?.GetValue<string>() is not { Length: > 0 }) names["singular"] = kind.ToLowerInvariant();
            if (names["listKind"]?.GetValue<string>() is not { Length: > 0 }) names["listKind"] = kind + "List";
        }
        spec["conversion"] ??= new JsonObject { ["strategy"] = "None" };
        FieldEditor.Write(value, Spec, spec);

        var status = existing is null ? [] : FieldEditor.Read(existing, Status);
        var stored = status["storedVersions"] as JsonArray ?? [];
        foreach (var item in (spec["versions"] as JsonArray ?? []).OfType<JsonObject>())
        {
            if (item["storage"]?.GetValue<bool>() != true) continue;
            if (!stored.Any(v => v?.GetValue<string>() == item["name"]?.GetValue<string>())) stored.Add(item["name"]?.GetValue<string>());
            break;
        }
        status["storedVersions"] = stored.Parent is null ? stored : stored.DeepClone();
        FieldEditor.Write(value, Status, status);
        if (existing is null) value.Generation = 1;
        else if (!value.Overrides[Spec].AsSpan().SequenceEqual(existing.Values[Spec].Value.Of(existing.Text.Span))) value.Generation = existing.Generation + 1;
        foreach (var definition in Read(value).Versions) SchemaRules.Warn(definition.Schema, value.Warnings);
    }

    public void Validate(DecodedObject value, DecodedObject? existing, List<Cause> causes)
    {
        var definition = Read(value);
        MetaValidation.Validate(value, name => Name(name, definition), causes);
        if (value.Subresource == "status") return;
        DefinitionValidation.Validate(definition, existing is null ? null : Definition.Read(existing.Text), causes);
    }

    /// <summary>A definition that begins to be deleted: its objects go first, and it says so.</summary>
    public static void MarkDeleting(DecodedObject value)
    {
        value.Subresource = "status";
        var finalizers = new JsonArray();
        if (!value.Finalizers.Value.IsNone) finalizers = JsonNode.Parse(value.Finalizers.Value.Of(value.Text.Span))!.AsArray();
        if (!finalizers.Any(f => f?.GetValue<string>() == Cleanup)) finalizers.Add(Cleanup);
        value.FinalizersOverride = Encoding.UTF8.GetBytes(finalizers.ToJsonString());
        var status = FieldEditor.Read(value, Status);
        SetCondition(status, "Terminating", true, "InstanceDeletionPending", "CustomResourceDefinition marked for deletion; CustomResource deletion will begin soon");
        FieldEditor.Write(value, Status, status);
    }

    /// <summary>A stored definition with another status, and without the finalizer if that is done.</summary>
    public static StoredObject WithStatus(ResourceType definitions, StoredObject current, Action<JsonObject> change, bool removeFinalizer = false)
    {
        var text = new byte[current.Body.Length + 1];
        text[0] = (byte)'{';
        current.Body.CopyTo(text, 1);
        var value = DecodedObject.Read(text, definitions.Versions[0].Type);
        value.Subresource = "status";
        var status = FieldEditor.Read(value, Status);
        change(status);
        FieldEditor.Write(value, Status, status);
        if (removeFinalizer && !value.Finalizers.Value.IsNone)
        {
            var kept = JsonNode.Parse(value.Finalizers.Value.Of(text))!.AsArray().Where(f => f?.GetValue<string>() != Cleanup).Select(f => f!.DeepClone()).ToArray();
            value.FinalizersOverride = kept.Length == 0 ? [] : Encoding.UTF8.GetBytes(new JsonArray(kept).ToJsonString());
        }
        return Handlers.ObjectWriter.FinishUnchecked(definitions, value);
    }

    /// <summary>Sets a condition as the API server does: its time changes with its status alone.</summary>
    public static void SetCondition(JsonObject status, string type, bool isTrue, string reason, string message)
    {
        var conditions = status["conditions"] as JsonArray;
        if (conditions is null) status["conditions"] = conditions = [];
        var condition = conditions.OfType<JsonObject>().FirstOrDefault(c => c["type"]?.GetValue<string>() == type);
        var text = isTrue ? "True" : "False";
        if (condition is null) conditions.Add((JsonNode)(condition = new JsonObject { ["type"] = type }));
        if (condition["status"]?.GetValue<string>() != text) condition["lastTransitionTime"] = GoTime.Now;
        condition["status"] = text;
        condition["reason"] = reason;
        condition["message"] = message;
    }

    private static IEnumerable<string> Name(string name, Definition definition)
    {
        foreach (var problem in NameRule.Subdomain(name)) yield return problem;
        if (name != $"{definition.Names.Plural}.{definition.Group}") yield return "must be spec.names.plural+\".\"+spec.group";
    }

    /// <summary>The definition as it will be stored.</summary>
    private static Definition Read(DecodedObject value)
    {
        var to = JsonBuffer.Rent();
        try
        {
            to.Byte((byte)'{');
            to.Raw("\"metadata\":{"u8);
            to.Property("name"u8, value.Name);
            if (!value.Annotations.Value.IsNone)
            {
                to.Name("annotations"u8);
                to.Raw(value.Annotations.Value.Of(value.Text.Span));
            }
            to.Byte((byte)'}');
            foreach (var (name, index) in new[] { ("spec", Spec), ("status", Status) })
            {
                if (value.Overrides[index] is not { Length: > 0 } json) continue;
                to.NameString(name);
                to.Raw(json);
            }
            to.Byte((byte)'}');
            return Definition.Read(to.ToArray());
        }
        finally
        {
            to.Return();
        }
    }
}
