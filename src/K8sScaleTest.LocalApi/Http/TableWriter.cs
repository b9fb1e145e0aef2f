using System.Text.Json;
using K8sScaleTest.LocalApi.Json;
using K8sScaleTest.LocalApi.Resources;
using K8sScaleTest.LocalApi.Storage;

namespace K8sScaleTest.LocalApi.Http;

/// <summary>The Table form, whose cells <c>kubectl get</c> shows.</summary>
internal static class TableWriter
{
    /// <summary>A Table of one row; the columns only where they are new to the client.</summary>
    public static void Single(JsonBuffer to, ApiRequest request, StoredObject item, bool columns = true)
    {
        Head(to, request);
        to.Raw("{\"resourceVersion\":\""u8);
        to.Number(item.ResourceVersion);
        to.Raw("\"}"u8);
        if (columns) Columns(to, request.Columns);
        else to.Raw(",\"columnDefinitions\":null,\"rows\":["u8);
        Row(to, request, item);
        to.Raw("]}"u8);
    }

    /// <summary>Up to the metadata's opening brace.</summary>
    public static void Head(JsonBuffer to, ApiRequest request)
    {
        to.Raw("{\"kind\":\"Table\",\"apiVersion\":\"meta.k8s.io/"u8);
        to.Raw(request.Accept.FormVersion == "v1" ? "v1\",\"metadata\":"u8 : "v1beta1\",\"metadata\":"u8);
    }

    /// <summary>The column definitions, and the rows' opening bracket.</summary>
    public static void Columns(JsonBuffer to, TableColumn[] columns)
    {
        to.Raw(",\"columnDefinitions\":["u8);
        foreach (var column in columns)
        {
            to.Separate();
            to.Byte((byte)'{');
            to.Property("name"u8, column.Name);
            to.Property("type"u8, column.Type);
            to.Property("format"u8, column.Format);
            to.Property("description"u8, column.Description);
            to.Name("priority"u8);
            to.Number(column.Priority);
            to.Byte((byte)'}');
        }
        to.Raw("],\"rows\":["u8);
    }

    public static void Row(JsonBuffer to, ApiRequest request, StoredObject item)
    {
        to.Separate();
        to.Raw("{\"cells\":["u8);
        var body = request.Resource.BodyOf(item, request.VersionIndex);
        var text = new byte[body.Length + 1];
        text[0] = (byte)'{';
        body.CopyTo(text.AsSpan(1));
        using (var document = JsonDocument.Parse(text)) Cells(to, request.Columns, document.RootElement);
        to.Byte((byte)']');
        switch (request.Query["includeObject"])
        {
            case "None":
                to.Raw(",\"object\":null"u8);
                break;
            case "Object":
                to.Raw(",\"object\":"u8);
                to.Raw(request.Version.ObjectPrefix);
                to.Raw(body);
                break;
            default:
                to.Raw(",\"object\":"u8);
                MetadataWriter.Write(to, request.Accept.FormVersion, item);
                break;
        }
        to.Byte((byte)'}');
    }

    /// <summary>The cells of a row, without their brackets.</summary>
    public static void Cells(JsonBuffer to, TableColumn[] columns, JsonElement item)
    {
        var now = DateTimeOffset.UtcNow;
        foreach (var column in columns)
        {
            to.Separate();
            switch (column.Cell(item, now))
            {
                case string value: to.String(value); break;
                case long number: to.Number(number); break;
                case double number: to.Raw(System.Text.Encoding.ASCII.GetBytes(GoNumber.Text(number))); break;
                case bool flag: to.Boolean(flag); break;
                default: to.Raw("null"u8); break;
            }
        }
    }
}
