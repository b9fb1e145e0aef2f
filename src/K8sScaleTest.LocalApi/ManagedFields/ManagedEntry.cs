using System.Text.Json;
using K8sScaleTest.LocalApi.Json;

namespace K8sScaleTest.LocalApi.ManagedFields;

/// <summary>One entry of metadata.managedFields.</summary>
internal sealed record ManagedEntry(string Manager, string Operation, string ApiVersion, string Subresource, string Time, FieldSet Fields)
{
    public const string Apply = "Apply";
    public const string Update = "Update";

    /// <summary>Whether a write by somebody belongs to this entry: who applies is the same in all versions.</summary>
    public bool IsOf(string manager, string operation, string apiVersion, string subresource) =>
        Manager == manager && Operation == operation && Subresource == subresource && (operation == Apply || ApiVersion == apiVersion);

    /// <summary>Reads the entries; null when one of them is not what the server writes.</summary>
    public static List<ManagedEntry>? Read(JsonElement list)
    {
        var result = new List<ManagedEntry>();
        if (list.ValueKind != JsonValueKind.Array) return result;
        foreach (var entry in list.EnumerateArray())
        {
            string Text(string name) => entry.TryGetProperty(name, out var found) && found.ValueKind == JsonValueKind.String ? found.GetString()! : "";
            if (entry.ValueKind != JsonValueKind.Object) return null;
            if (Text("operation") is not (Apply or Update) || Text("fieldsType") != "FieldsV1") return null;
            var fields = entry.TryGetProperty("fieldsV1", out var json) && json.ValueKind != JsonValueKind.Null ? FieldSet.Read(json) : new FieldSet();
            if (fields is null) return null;
            result.Add(new ManagedEntry(Text("manager"), Text("operation"), Text("apiVersion"), Text("subresource"), Text("time"), fields));
        }
        return result;
    }

    /// <summary>The order in which the server writes them: who applies first, then by time and by name.</summary>
    public static int Compare(ManagedEntry a, ManagedEntry b)
    {
        var order = string.CompareOrdinal(a.Operation, b.Operation);
        if (order == 0) order = string.CompareOrdinal(a.Time, b.Time);
        if (order == 0) order = string.CompareOrdinal(a.Manager, b.Manager);
        if (order == 0) order = string.CompareOrdinal(a.ApiVersion, b.ApiVersion);
        return order == 0 ? string.CompareOrdinal(a.Subresource, b.Subresource) : order;
    }

    /// <param name="to">Where to.</param>
    /// <param name="sorted">Of a custom resource, whose names stand in their order.</param>
    public void WriteTo(JsonBuffer to, bool sorted)
    {
        to.Separate();
        to.Byte((byte)'{');
        if (sorted)
        {
            to.Property("apiVersion"u8, ApiVersion);
            WriteFields(to);
            to.Property("manager"u8, Manager);
            to.Property("operation"u8, Operation);
            if (Subresource.Length > 0) to.Property("subresource"u8, Subresource);
            to.Property("time"u8, Time);
        }
        else
        {
            to.Property("manager"u8, Manager);
            to.Property("operation"u8, Operation);
            to.Property("apiVersion"u8, ApiVersion);
            to.Property("time"u8, Time);
            WriteFields(to);
            if (Subresource.Length > 0) to.Property("subresource"u8, Subresource);
        }
        to.Byte((byte)'}');
    }

    /// <summary>An entry of who updates, its fields ready.</summary>
    public static void WriteUpdate(JsonBuffer to, bool sorted, string manager, string apiVersion, ReadOnlySpan<byte> fields)
    {
        to.Byte((byte)'{');
        if (sorted)
        {
            to.Property("apiVersion"u8, apiVersion);
            to.Raw(",\"fieldsType\":\"FieldsV1\",\"fieldsV1\":"u8);
            to.Raw(fields);
            to.Property("manager"u8, manager);
            to.Raw(",\"operation\":\"Update\""u8);
            to.Property("time"u8, Schema.GoTime.Now);
        }
        else
        {
            to.Property("manager"u8, manager);
            to.Raw(",\"operation\":\"Update\""u8);
            to.Property("apiVersion"u8, apiVersion);
            to.Property("time"u8, Schema.GoTime.Now);
            to.Raw(",\"fieldsType\":\"FieldsV1\",\"fieldsV1\":"u8);
            to.Raw(fields);
        }
        to.Byte((byte)'}');
    }

    private void WriteFields(JsonBuffer to)
    {
        to.Property("fieldsType"u8, "FieldsV1");
        to.Name("fieldsV1"u8);
        Fields.WriteTo(to);
    }
}
