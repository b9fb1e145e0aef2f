using System.Text.Json;
using K8sScaleTest.LocalApi.Json;

namespace K8sScaleTest.LocalApi.Schema;

/// <summary>A JSON value of a kind that the Go field cannot take; the message is encoding/json's.</summary>
internal sealed class GoTypeException : Exception
{
    public GoTypeException(JsonTokenType found, string field, string goType)
        : base($"json: cannot unmarshal {JsonText.GoKind(found)} into Go struct field {field} of type {goType}")
    {
        var given = found switch
        {
            JsonTokenType.Number => "int64",
            JsonTokenType.True or JsonTokenType.False => "bool",
            JsonTokenType.StartObject => "map[string]interface {}",
            JsonTokenType.StartArray => "[]interface {}",
            _ => "string",
        };
        ConverterMessage = goType.StartsWith("map[", StringComparison.Ordinal) ? "cannot restore map from " + given
            : goType.StartsWith("[]", StringComparison.Ordinal) ? "cannot restore slice from " + given
            : goType.StartsWith("v1.", StringComparison.Ordinal) ? "cannot restore struct from: " + given
            : $"cannot convert {given} to {goType}";
    }

    public GoTypeException(string message)
        : base(message) => ConverterMessage = message;

    /// <summary>What Go's converter from untyped maps, which strategic patches go through, says of the same.</summary>
    public string ConverterMessage { get; }
}
