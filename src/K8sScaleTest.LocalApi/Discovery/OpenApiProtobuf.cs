using System.Text.Json.Nodes;

namespace K8sScaleTest.LocalApi.Discovery;

/// <summary>
/// An OpenAPI 2 document in the protobuf form of gnostic (openapiv2/OpenAPIv2.proto), which kubectl asks for, and before 1.29 needs for every object that it creates. What the form has no
/// place for, such as oneOf, is left out.
/// </summary>
internal static class OpenApiProtobuf
{
    public const string MediaType = "application/com.github.proto-openapi.spec.v2.v1.0+protobuf";
    private const string Extension = "x-";

    /// <summary>How kubectl names the form when it asks.</summary>
    public const string RequestedMediaType = "application/com.github.proto-openapi.spec.v2@v1.0+protobuf";

    public static byte[] Document(JsonObject document)
    {
        var to = new ProtobufMessage();
        to.Text(1, Text(document["swagger"]));
        to.Message(2, info =>
        {
            info.Text(1, Text(document["info"]!["title"]));
            info.Text(2, Text(document["info"]!["version"]));
        });
        to.Message(8, paths =>
        {
            foreach (var (name, item) in document["paths"]!.AsObject()) Named(paths, 2, name, value => PathItem(value, item!.AsObject()));
        });
        to.Message(9, definitions => Schemas(definitions, document["definitions"]!.AsObject()));
        return to.ToArray();
    }

    private static void PathItem(ProtobufMessage to, JsonObject item)
    {
        foreach (var (verb, operation) in item)
        {
            var number = verb switch { "get" => 2, "put" => 3, "post" => 4, "delete" => 5, "patch" => 8, _ => throw new InvalidOperationException($"No operation is called {verb}.") };
            to.Message(number, value => Operation(value, operation!.AsObject()));
        }
    }

    private static void Operation(ProtobufMessage to, JsonObject operation)
    {
        foreach (var parameter in operation["parameters"]?.AsArray() ?? [])
        {
            // Each is a choice within a choice: a parameter, not of a body, but of the query.
            to.Message(8, item => item.Message(1, any => any.Message(2, other => other.Message(3, query =>
            {
                query.Text(2, Text(parameter!["in"]));
                query.Text(4, Text(parameter["name"]));
                query.Text(6, Text(parameter["type"]));
                query.Boolean(20, parameter["uniqueItems"]!.GetValue<bool>());
            }))));
        }
        to.Message(9, responses =>
        {
            foreach (var (code, response) in operation["responses"]!.AsObject())
            {
                Named(responses, 1, code, value => value.Message(1, inner => inner.Text(1, Text(response!["description"]))));
            }
        });
        Extensions(to, 13, operation);
    }

    private static void Schemas(ProtobufMessage to, JsonObject schemas)
    {
        foreach (var (name, schema) in schemas) Named(to, 1, name, value => Schema(value, schema!.AsObject()));
    }

    private static void Schema(ProtobufMessage to, JsonObject schema)
    {
        foreach (var (name, value) in schema)
        {
            if (value is null) continue;
            switch (name)
            {
                case "$ref": to.Text(1, Text(value)); break;
                case "format": to.Text(2, Text(value)); break;
                case "title": to.Text(3, Text(value)); break;
                case "description": to.Text(4, Text(value)); break;
                case "default": Any(to, 5, value); break;
                case "multipleOf": to.Double(6, value.GetValue<double>()); break;
                case "maximum": to.Double(7, value.GetValue<double>()); break;
                case "exclusiveMaximum": to.Boolean(8, value.GetValue<bool>()); break;
                case "minimum": to.Double(9, value.GetValue<double>()); break;
                case "exclusiveMinimum": to.Boolean(10, value.GetValue<bool>()); break;
                case "maxLength": to.Integer(11, value.GetValue<long>()); break;
                case "minLength": to.Integer(12, value.GetValue<long>()); break;
                case "pattern": to.Text(13, Text(value)); break;
                case "maxItems": to.Integer(14, value.GetValue<long>()); break;
                case "minItems": to.Integer(15, value.GetValue<long>()); break;
                case "uniqueItems": to.Boolean(16, value.GetValue<bool>()); break;
                case "maxProperties": to.Integer(17, value.GetValue<long>()); break;
                case "minProperties": to.Integer(18, value.GetValue<long>()); break;
                case "required":
                    foreach (var required in value.AsArray()) to.Text(19, Text(required));
                    break;
                case "enum":
                    foreach (var allowed in value.AsArray()) Any(to, 20, allowed);
                    break;
                case "additionalProperties" when value is JsonObject inner: to.Message(21, item => item.Message(1, s => Schema(s, inner))); break;
                case "additionalProperties": to.Message(21, item => item.Boolean(2, value.GetValue<bool>())); break;
                case "type": to.Message(22, type => type.Text(1, Text(value))); break;
                case "items": to.Message(23, items => items.Message(1, s => Schema(s, value.AsObject()))); break;
                case "allOf":
                    foreach (var part in value.AsArray()) to.Message(24, s => Schema(s, part!.AsObject()));
                    break;
                case "properties": to.Message(25, properties => Schemas(properties, value.AsObject())); break;
                default: break;
            }
        }
        Extensions(to, 31, schema);
    }

    private static void Extensions(ProtobufMessage to, int number, JsonObject of)
    {
        foreach (var (name, value) in of)
        {
            if (name.StartsWith(Extension, StringComparison.Ordinal)) Named(to, number, name, any => Yaml(any, value));
        }
    }

    private static void Named(ProtobufMessage to, int number, string name, Action<ProtobufMessage> value) => to.Message(number, named =>
    {
        named.Text(1, name);
        named.Message(2, value);
    });

    private static void Any(ProtobufMessage to, int number, JsonNode? value) => to.Message(number, any => Yaml(any, value));

    /// <summary>A value of any kind is a text in YAML, and JSON is YAML.</summary>
    private static void Yaml(ProtobufMessage to, JsonNode? value) => to.Text(2, value?.ToJsonString() ?? "null");

    private static string Text(JsonNode? value) => value!.GetValue<string>();
}
