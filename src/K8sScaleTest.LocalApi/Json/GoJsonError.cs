using System.Text.Json;

namespace K8sScaleTest.LocalApi.Json;

/// <summary>The texts of encoding/json for input that is no JSON, or not the object that is asked for.</summary>
internal static class GoJsonError
{
    private const string TypeOfObjects = "struct { APIVersion string \"json:\\\"apiVersion,omitempty\\\"\"; Kind string \"json:\\\"kind,omitempty\\\"\" }";

    public static string Describe(ReadOnlySpan<byte> json)
    {
        if (GoJsonScanner.ErrorOf(json) is { } error) return error;
        var reader = new Utf8JsonReader(json);
        try
        {
            reader.Read();
        }
        catch (JsonException)
        {
            // What Go reads and this server does not: an object nested deeper than any of Kubernetes.
            return "exceeded max depth";
        }
        return reader.TokenType == JsonTokenType.StartObject ? "exceeded max depth" : $"json: cannot unmarshal {JsonText.GoKind(reader.TokenType)} into Go value of type {TypeOfObjects}";
    }
}
