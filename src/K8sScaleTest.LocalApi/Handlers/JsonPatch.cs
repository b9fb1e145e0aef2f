using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using K8sScaleTest.LocalApi.Http;
using K8sScaleTest.LocalApi.Json;

namespace K8sScaleTest.LocalApi.Handlers;

/// <summary>A JSON patch (RFC 6902), with the limits and texts of the API server's library.</summary>
internal sealed class JsonPatch : IPatch
{
    private const int MaximumOperations = 10000;
    private readonly JsonElement[] _operations;

    public JsonPatch(ReadOnlyMemory<byte> text)
    {
        var root = PatchKinds.Root(text.Span, why => ApiStatus.BadRequest(why));
        if (root.Token != JsonTokenType.StartArray) throw new ApiException(ApiStatus.BadRequest($"json: cannot unmarshal {JsonText.GoKind(root.Token)} into Go value of type jsonpatch.Patch"));
        using var document = JsonDocument.Parse(AnyValue.Canonical(text.Span, root));
        _operations = [.. document.RootElement.EnumerateArray().Select(e => e.Clone())];
        if (_operations.Length > MaximumOperations)
        {
            throw new ApiException(new ApiStatus(413, "RequestEntityTooLarge", $"The allowed maximum operations in a JSON patch is {MaximumOperations}, got {_operations.Length}"));
        }
    }

    public void Apply(JsonBuffer to, ReadOnlyMemory<byte> current, ApiRequest request)
    {
        JsonNode? root = JsonNode.Parse(current.Span);
        foreach (var operation in _operations)
        {
            try
            {
                root = Apply(root, operation);
            }
            catch (Exception wrong) when (wrong is KeyNotFoundException or InvalidOperationException or ArgumentOutOfRangeException or FormatException or ArgumentException)
            {
                throw new ApiException(new ApiStatus(422, "Invalid", "the server rejected our request due to an error in our request") { Details = new() });
            }
        }
        to.Raw(Encoding.UTF8.GetBytes(root?.ToJsonString() ?? "null"));
    }

    public string Describe(ReadOnlySpan<byte> patched) => Encoding.UTF8.GetString(patched);

    private static JsonNode? Apply(JsonNode? root, JsonElement operation)
    {
        var path = Path(operation, "path");
        switch (operation.GetProperty("op").GetString())
        {
            case "add": return Add(root, path, Value(operation));
            case "remove": return Remove(root, path);
            case "replace":
                _ = Get(root, path);
                return path.Length == 0 ? Value(operation) : Add(Remove(root, path), path, Value(operation));
            case "move":
                var from = Path(operation, "from");
                var moved = Get(root, from)?.DeepClone();
                return Add(Remove(root, from), path, moved);
            case "copy": return Add(root, path, Get(root, Path(operation, "from"))?.DeepClone());
            case "test":
                return JsonNode.DeepEquals(GetOrNull(root, path), Value(operation)) ? root : throw new InvalidOperationException("test failed");
            default: throw new ArgumentException("unknown operation");
        }
    }

    private static JsonNode? Value(JsonElement operation) => operation.TryGetProperty("value", out var value) ? JsonNode.Parse(value.GetRawText()) : throw new KeyNotFoundException("no value");

    private static string[] Path(JsonElement operation, string name)
    {
        var text = operation.GetProperty(name).GetString()!;
        if (text.Length == 0) return [];
        if (text[0] != '/') throw new ArgumentException("a path begins with /");
        return [.. text[1..].Split('/').Select(p => p.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal))];
    }

    private static JsonNode? Get(JsonNode? node, ReadOnlySpan<string> path)
    {
        foreach (var part in path)
        {
            node = node switch
            {
                JsonObject o => o.TryGetPropertyValue(part, out var found) ? found : throw new KeyNotFoundException(part),
                JsonArray a => a[Index(part, a.Count - 1)],
                _ => throw new KeyNotFoundException(part),
            };
        }
        return node;
    }

    private static JsonNode? GetOrNull(JsonNode? node, string[] path) =>
        path.Length > 0 && Get(node, path.AsSpan(0, path.Length - 1)) is JsonObject parent && !parent.ContainsKey(path[^1]) ? null : Get(node, path);

    private static JsonNode? Add(JsonNode? root, string[] path, JsonNode? value)
    {
        if (path.Length == 0) return value;
        switch (Get(root, path.AsSpan(0, path.Length - 1)))
        {
            case JsonObject parent: parent[path[^1]] = value; break;
            case JsonArray list when path[^1] == "-": list.Add(value); break;
            case JsonArray list: list.Insert(Index(path[^1], list.Count), value); break;
            default: throw new KeyNotFoundException(path[^1]);
        }
        return root;
    }

    private static JsonNode? Remove(JsonNode? root, string[] path)
    {
        if (path.Length == 0) return null;
        switch (Get(root, path.AsSpan(0, path.Length - 1)))
        {
            case JsonObject parent when parent.Remove(path[^1]): break;
            case JsonArray list: list.RemoveAt(Index(path[^1], list.Count - 1)); break;
            default: throw new KeyNotFoundException(path[^1]);
        }
        return root;
    }

    private static int Index(string text, int last)
    {
        var index = int.Parse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        if (index < 0) index += last + 1;
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(index, last);
        return index;
    }
}
