using System.Globalization;
using System.Text.Json.Nodes;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace K8sScaleTest.Engine.Api;

/// <summary>
/// Reads a kubeconfig's mappings field by field. A fault names the file and the field, never a value: values may be secrets.
/// </summary>
/// <remarks>
/// The nodes of YamlDotNet, not KubernetesClient's model: that one takes <c>as-user-extra</c> for strings (they are lists), knows neither <c>tokenFile</c>
/// nor <c>proxy-url</c>, and its first load costs 0.6 s of CPU.
/// </remarks>
internal sealed class YamlMap(YamlMappingNode node, string file)
{
    /// <summary>Parses a file's text.</summary>
    /// <exception cref="ApiException">It is no YAML, or no mapping.</exception>
    public static YamlMap? Parse(string text, string file)
    {
        var stream = new YamlStream();
        try
        {
            stream.Load(new StringReader(text));
        }
        catch (YamlException e)
        {
            throw new ApiException(
                ApiReasons.KubeconfigInvalid, string.Create(CultureInfo.InvariantCulture, $"The kubeconfig {file} is not valid YAML: see line {e.Start.Line}, column {e.Start.Column}."));
        }

        if (stream.Documents.Count == 0 || IsNull(stream.Documents[0].RootNode)) return null;
        return stream.Documents[0].RootNode is YamlMappingNode root
            ? new YamlMap(root, file)
            : throw new ApiException(ApiReasons.KubeconfigInvalid, $"{file} is not a kubeconfig: it holds no 'clusters', 'users' and 'contexts'.");
    }

    /// <summary>A text field; null when it is absent, null or empty.</summary>
    public string? Text(string key) => Node(key) switch
    {
        null => null,
        YamlScalarNode scalar => string.IsNullOrEmpty(scalar.Value) ? null : scalar.Value,
        _ => throw Wrong(key, "a text"),
    };

    /// <summary>A yes-or-no field; false when it is absent.</summary>
    public bool Flag(string key) => Text(key)?.ToUpperInvariant() switch
    {
        null or "FALSE" or "NO" or "OFF" => false,
        "TRUE" or "YES" or "ON" => true,
        _ => throw Wrong(key, "true or false"),
    };

    /// <summary>A field that is a mapping itself.</summary>
    public YamlMap? Map(string key) => Node(key) switch
    {
        null => null,
        YamlMappingNode map => new YamlMap(map, file),
        _ => throw Wrong(key, "a mapping"),
    };

    /// <summary>A list of mappings.</summary>
    public IEnumerable<YamlMap> Maps(string key) =>
        Items(key).Select(item => item is YamlMappingNode map ? new YamlMap(map, file) : throw Wrong(key, "a list of mappings"));

    /// <summary>A list of texts.</summary>
    public IReadOnlyList<string> Texts(string key) =>
        [.. Items(key).Select(item => item is YamlScalarNode scalar ? scalar.Value ?? "" : throw Wrong(key, "a list of texts"))];

    /// <summary>The names of all fields.</summary>
    public IEnumerable<string> Keys => node.Children.Keys.OfType<YamlScalarNode>().Select(key => key.Value ?? "");

    /// <summary>A field of any shape as JSON.</summary>
    public string? Json(string key) => Node(key) is { } value ? ToJson(value)?.ToJsonString() : null;

    private static JsonNode? ToJson(YamlNode value) => value switch
    {
        YamlMappingNode map => new JsonObject(map.Children.Select(child => KeyValuePair.Create(((YamlScalarNode)child.Key).Value ?? "", ToJson(child.Value)))),
        YamlSequenceNode list => new JsonArray([.. list.Children.Select(ToJson)]),
        YamlScalarNode scalar when IsNull(scalar) => null,
        YamlScalarNode { Style: ScalarStyle.Plain, Value: "true" or "false" } scalar => JsonValue.Create(scalar.Value == "true"),
        YamlScalarNode { Style: ScalarStyle.Plain } scalar when long.TryParse(scalar.Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) =>
            JsonValue.Create(number),
        YamlScalarNode scalar => JsonValue.Create(scalar.Value),
        _ => null,
    };

    private static bool IsNull(YamlNode value) => value is YamlScalarNode { Style: ScalarStyle.Plain, Value: null or "" or "~" or "null" or "Null" or "NULL" };

    private IEnumerable<YamlNode> Items(string key) => Node(key) switch
    {
        null => [],
        YamlSequenceNode list => list.Children,
        _ => throw Wrong(key, "a list"),
    };

    private YamlNode? Node(string key) => node.Children.TryGetValue(new YamlScalarNode(key), out var value) && !IsNull(value) ? value : null;

    private ApiException Wrong(string key, string expected) => new(ApiReasons.KubeconfigInvalid, $"The kubeconfig {file} is wrong: '{key}' should be {expected}.");
}
