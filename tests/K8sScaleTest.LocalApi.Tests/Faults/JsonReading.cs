using System.Text.Json;

namespace K8sScaleTest.LocalApi.Tests.Faults;

/// <summary>Short ways into the ledger's lines.</summary>
internal static class JsonReading
{
    public static string Text(this JsonElement line, string name) => line.GetProperty(name).GetString()!;

    public static long Number(this JsonElement line, string name) => line.GetProperty(name).GetInt64();

    public static IReadOnlyList<int> Faults(this JsonElement line) => [.. line.GetProperty("faults").EnumerateArray().Select(f => f.GetInt32())];
}
