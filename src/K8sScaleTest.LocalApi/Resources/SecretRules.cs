using System.Text;
using System.Text.Json;
using K8sScaleTest.LocalApi.Http;
using K8sScaleTest.LocalApi.Schema;

namespace K8sScaleTest.LocalApi.Resources;

/// <summary>Secrets: stringData goes into data, Opaque is the default type, and a type stays what it is.</summary>
internal sealed class SecretRules : IObjectRules
{
    private const int Data = 1;
    private const int StringData = 2;
    private const int Type = 3;
    private const int MaximumBytes = 1024 * 1024;

    public void Prepare(DecodedObject value, int version, DecodedObject? existing)
    {
        if (FieldEditor.Text(value, Type).Length == 0 && value.Values[Type].Token is JsonTokenType.None or JsonTokenType.Null or JsonTokenType.String)
        {
            FieldEditor.Write(value, Type, existing is null || FieldEditor.Text(existing, Type).Length == 0 ? "Opaque" : FieldEditor.Text(existing, Type));
        }
        if (value.Values[StringData].Token is not JsonTokenType.StartObject) return;
        var data = FieldEditor.Read(value, Data);
        foreach (var (key, text) in FieldEditor.Read(value, StringData)) data[key] = Convert.ToBase64String(Encoding.UTF8.GetBytes(text!.GetValue<string>()));
        FieldEditor.Write(value, Data, data);
        value.Overrides[StringData] = [];
    }

    public void Validate(DecodedObject value, DecodedObject? existing, List<Cause> causes)
    {
        MetaValidation.Validate(value, NameRule.Subdomain, causes);
        long total = 0;
        var data = FieldEditor.Read(value, Data);
        foreach (var (key, text) in data)
        {
            ConfigMapRules.Key("data", key, causes);
            total += Convert.FromBase64String(text!.GetValue<string>()).Length;
        }
        if (total > MaximumBytes) causes.Add(new Cause("FieldValueTooLong", $"Too long: may not be more than {MaximumBytes} bytes", "data"));
        var type = value.Overrides[Type] is { } set ? JsonSerializer.Deserialize<string>(set)! : FieldEditor.Text(value, Type);
        SecretTypes.Validate(type, data, HasServiceAccount(value), causes);
        if (existing is null) return;
        if (type != FieldEditor.Text(existing, Type)) causes.Add(Cause.Invalid("type", type, "field is immutable"));
        ConfigMapRules.ImmutableFields(value, existing, causes, ("data", Data));
    }

    private static bool HasServiceAccount(DecodedObject value)
    {
        if (value.Annotations.Value.IsNone) return false;
        using var annotations = JsonDocument.Parse(value.Text.Slice(value.Annotations.Value.Start, value.Annotations.Value.Length));
        return annotations.RootElement.TryGetProperty(SecretTypes.ServiceAccountName, out var name) && name.ValueKind == JsonValueKind.String && name.GetString()!.Length > 0;
    }
}
