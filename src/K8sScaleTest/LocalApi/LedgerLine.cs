using System.Text.Json;

namespace K8sScaleTest;

/// <summary>Short ways into a line of the ledger.</summary>
internal static class LedgerLine
{
    /// <summary>Empty where there is none.</summary>
    public static string Text(this JsonElement line, string name) => line.TryGetProperty(name, out var value) ? value.GetString()! : "";

    public static long Number(this JsonElement line, string name) => line.GetProperty(name).GetInt64();

    /// <summary>Null where there is none.</summary>
    public static long? Optional(this JsonElement line, string name) => line.TryGetProperty(name, out var value) ? value.GetInt64() : null;

    public static string List(this JsonElement line, string name) => string.Join(",", line.GetProperty(name).EnumerateArray().Select(item => item.GetRawText()));
}
