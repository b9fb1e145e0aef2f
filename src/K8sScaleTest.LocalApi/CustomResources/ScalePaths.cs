using System.Text.Json;

namespace K8sScaleTest.LocalApi.CustomResources;

/// <summary>Where a custom resource keeps what its scale subresource shows.</summary>
/// <param name="SpecReplicasPath">Such as .spec.replicas.</param>
/// <param name="StatusReplicasPath">Such as .status.replicas.</param>
/// <param name="LabelSelectorPath">Empty where there is none.</param>
internal sealed record ScalePaths(string SpecReplicasPath, string StatusReplicasPath, string LabelSelectorPath)
{
    /// <summary>The number at a path; null, and no problem, where there is none.</summary>
    public static long? Number(JsonElement root, string path, out string? problem)
    {
        problem = null;
        if (Find(root, path, ref problem) is not { } found) return null;
        if (found.ValueKind == JsonValueKind.Number && found.TryGetInt64(out var number)) return number;
        problem = $"{path} accessor error: {SchemaValidator.Json(found).Trim('"')} is of the type {GoType(found)}, expected int64";
        return null;
    }

    /// <summary>The text at a path; "" where there is none.</summary>
    public static string Text(JsonElement root, string path)
    {
        string? problem = null;
        return path.Length > 0 && Find(root, path, ref problem) is { ValueKind: JsonValueKind.String } found ? found.GetString()! : "";
    }

    private static JsonElement? Find(JsonElement at, string path, ref string? problem)
    {
        foreach (var part in path.TrimStart('.').Split('.'))
        {
            if (at.ValueKind != JsonValueKind.Object)
            {
                problem = $"{path} accessor error: {SchemaValidator.Json(at).Trim('"')} is of the type {GoType(at)}, expected map[string]interface{{}}";
                return null;
            }
            if (!at.TryGetProperty(part, out at)) return null;
        }
        return at;
    }

    private static string GoType(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => "string",
        JsonValueKind.Number => value.TryGetInt64(out _) ? "int64" : "float64",
        JsonValueKind.True or JsonValueKind.False => "bool",
        JsonValueKind.Array => "[]interface {}",
        JsonValueKind.Object => "map[string]interface {}",
        _ => "<nil>",
    };
}
