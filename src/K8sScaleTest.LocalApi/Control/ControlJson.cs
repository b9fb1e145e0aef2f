using System.Text.Json;
using System.Text.Json.Serialization;
using K8sScaleTest.LocalApi.Faults;

namespace K8sScaleTest.LocalApi.Control;

/// <summary>The JSON of the control endpoint: camelCase, enums by name, nothing unknown accepted.</summary>
internal static class ControlJson
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        NumberHandling = JsonNumberHandling.Strict,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        PropertyNameCaseInsensitive = false,
        Converters = { new JsonStringEnumConverter(allowIntegerValues: false) },
    };

    /// <summary>Reads a fault; throws <see cref="ArgumentException"/> that says what is wrong.</summary>
    public static FaultDefinition Read(ReadOnlySpan<byte> json)
    {
        FaultDefinition fault;
        try
        {
            fault = JsonSerializer.Deserialize<FaultDefinition>(json, Options) ?? throw new ArgumentException("A fault is a JSON object, not null.");
        }
        catch (JsonException bad)
        {
            throw new ArgumentException("That is no fault: " + bad.Message, bad);
        }
        if (fault.Verbs is null || fault.Resources is null || fault.EventTypes is null) throw new ArgumentException("A list of a fault may be empty, but not null.");
        FaultCheck.Check(fault);
        return fault;
    }

    public static byte[] Write(FaultRule rule) => JsonSerializer.SerializeToUtf8Bytes(new FaultReport(rule), Options);

    public static byte[] Write(IEnumerable<FaultRule> rules) => JsonSerializer.SerializeToUtf8Bytes(rules.Select(r => new FaultReport(r)), Options);

    public static byte[] Error(string message) => JsonSerializer.SerializeToUtf8Bytes(new { error = message }, Options);

    public static byte[] Any(object value) => JsonSerializer.SerializeToUtf8Bytes(value, Options);
}
