using System.Text;

namespace K8sScaleTest.LocalApi.Tests;

/// <summary>Requests that no client should send: each gets a clear answer, and the server goes on.</summary>
public sealed class MalformedTests(ServerFixture fixture) : IDisposable
{
    private readonly ApiClient _api = new(fixture.Server);

    public void Dispose() => _api.Dispose();

    [Theory]
    [InlineData(ApiClient.MergePatch)]
    [InlineData(ApiClient.StrategicPatch)]
    [InlineData(ApiClient.JsonPatch)]
    [InlineData("application/json")]
    [InlineData("application/vnd.kubernetes.protobuf")]
    public async Task A_mangled_body_is_the_clients_fault(string contentType)
    {
        var seed = Environment.TickCount;
        var random = new Random(seed);
        await _api.CreateConfigMapAsync("mangled");
        const string Whole = """{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"mangled","labels":{"a":"b"},"finalizers":["example.com/a"],"ownerReferences":[{"uid":"x","name":"y","kind":"K","apiVersion":"v1"}]},"data":{"k":"\u00e9\ud83d\ude00"},"binaryData":{"b":"AAEC"},"immutable":false}""";
        for (var i = 0; i < 200; i++)
        {
            var bytes = Encoding.UTF8.GetBytes(Whole);
            for (var change = 0; change < 3; change++) bytes[random.Next(bytes.Length)] = (byte)random.Next(32, 127);
            var text = Encoding.UTF8.GetString(bytes)[..random.Next(bytes.Length / 2, bytes.Length - 5)];
            if (random.Next(2) == 0) text = Encoding.UTF8.GetString(bytes);

            var reply = contentType is "application/json" or "application/vnd.kubernetes.protobuf"
                ? await _api.SendAsync("PUT", ApiClient.ConfigMaps + "/mangled", text, contentType)
                : await _api.PatchAsync(ApiClient.ConfigMaps + "/mangled", text, contentType);

            Assert.True(reply.Code is < 500 or 500 && !reply.Text.Contains("panic", StringComparison.Ordinal), $"Seed {seed}: {text} gives {reply.Code} {reply.Text}");
        }
    }

    [Theory]
    [InlineData("application/json")]
    [InlineData("application/vnd.kubernetes.protobuf")]
    [InlineData("text/plain")]
    public async Task Half_a_surrogate_pair_in_the_options_of_a_delete_is_the_replacement_character(string contentType)
    {
        var refused = await _api.SendAsync("DELETE", ApiClient.ConfigMaps, """{"apiVe\ud800rsion":"v1","kind":"Half\ud800"}""", contentType);

        Assert.Equal(500, refused.Code);
        Assert.Contains("no kind \\\"Half\ufffd\\\" is registered", refused.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{\"data\":", 3000)]
    [InlineData("[", 3000)]
    [InlineData("{\"metadata\":{\"managedFields\":[{\"fieldsV1\":", 1)]
    public async Task Deep_nesting_is_refused(string opening, int depth)
    {
        var refused = await _api.SendAsync("POST", ApiClient.ConfigMaps, string.Concat(Enumerable.Repeat(opening, depth)) + string.Concat(Enumerable.Repeat("{\"f:a\":", 200)));

        Assert.Equal((400, "BadRequest"), (refused.Code, refused.Reason));
    }

    [Theory]
    [InlineData("""{"f:data":5}""")]
    [InlineData("""{"zz":{}}""")]
    [InlineData("""{"k:{":{}}""")]
    [InlineData("""{"k:[]":{}}""")]
    [InlineData("""{"v:x":{}}""")]
    [InlineData("""{"i:x":{}}""")]
    [InlineData("""{"":{}}""")]
    [InlineData("[]")]
    [InlineData("7")]
    public async Task Managed_fields_that_are_none_count_as_none_given(string fields)
    {
        var name = "managed-" + Guid.NewGuid().ToString("N");
        var body = $$$"""{"metadata":{"name":"{{{name}}}","managedFields":[{"manager":"somebody","operation":"Update","apiVersion":"v1","fieldsType":"FieldsV1","fieldsV1":{{{fields}}}}]},"data":{"k":"v"}}""";

        var made = await _api.SendAsync("POST", ApiClient.ConfigMaps, body);
        var replaced = await _api.SendAsync("PUT", $"{ApiClient.ConfigMaps}/{name}", body);

        Assert.Equal((201, 200), (made.Code, replaced.Code));
        Assert.DoesNotContain("somebody", made.Text + replaced.Text, StringComparison.Ordinal);
    }

    /// <summary>Each makes the YAML library throw what is no error of its own.</summary>
    [Theory]
    [InlineData("...\0", "application/yaml")]
    [InlineData("- [\u0085`", "application/yaml")]
    [InlineData("!<>", "application/yaml")]
    [InlineData("!<+>", "application/yaml")]
    [InlineData("- [\u0085`", "application/apply-patch+yaml")]
    [InlineData("!<>", "application/apply-patch+yaml")]
    public async Task What_the_YAML_library_gives_up_on_is_the_clients_fault(string yaml, string contentType)
    {
        var refused = contentType == "application/yaml"
            ? await _api.SendAsync("POST", ApiClient.ConfigMaps, yaml, contentType)
            : await _api.PatchAsync(ApiClient.ConfigMaps + "/yaml?fieldManager=m", yaml, contentType);

        Assert.Equal((400, "BadRequest"), (refused.Code, refused.Reason));
        Assert.Contains("error converting YAML to JSON: yaml: ", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/api/v1/namespaces//configmaps")]
    [InlineData("/api/v1/namespaces/scaletest/configmaps/a/b/c/d/e/f/g/h")]
    [InlineData("/apis/wardle.example.com/v1alpha1/namespaces/scaletest/flunders/a/status/x")]
    [InlineData("/api/v1/namespaces/scaletest/configmaps?continue=%FF%FE&limit=1")]
    [InlineData("/api/v1/namespaces/scaletest/configmaps?continue=eyJ2IjoibWV0YS5rOHMuaW8vdjEiLCJydiI6IngifQ&limit=1")]
    [InlineData("/api/v1/namespaces/scaletest/configmaps?watch=1&timeoutSeconds=9223372036854775807&resourceVersion=0")]
    [InlineData("/api/v1/namespaces/scaletest/configmaps/%zz")]
    [InlineData("/api/v1/namespaces/scaletest/configmaps/%ff?%ff=%&;")]
    [InlineData("/api/v1/namespaces/scaletest/configmaps?resourceVersion=-1")]
    [InlineData("/api/v1/namespaces/scaletest/configmaps?resourceVersion=99999999999999999999999")]
    [InlineData("/api/v1/namespaces/scaletest/configmaps?labelSelector=((((")]
    [InlineData("/api/v1/namespaces/scaletest/configmaps?limit=9223372036854775807&watch=1&timeoutSeconds=-5&resourceVersion=x")]
    public async Task An_odd_path_or_query_gets_an_answer(string path)
    {
        var reply = await _api.GetAsync(path);

        Assert.DoesNotContain("panic", reply.Text, StringComparison.Ordinal);
        Assert.Equal(200, (await _api.GetAsync("/readyz")).Code);
    }

    [Fact]
    public async Task Thousands_of_keys_in_any_order_are_sorted_in_time()
    {
        var random = new Random(1);
        var keys = Enumerable.Range(0, 60_000).Select(i => $"k{i}").ToArray();
        random.Shuffle(keys);

        var created = await _api.CreateConfigMapAsync("keys", "{" + string.Join(',', keys.Select(k => $"\"{k}\":\"\"")) + "}");
        var patched = await _api.PatchAsync(ApiClient.ConfigMaps + "/keys", "{\"data\":{" + string.Join(',', keys.Select(k => $"\"{k}\":\"1\"")) + "}}");
        await _api.DeleteAsync(ApiClient.ConfigMaps + "/keys");

        Assert.Equal((201, 200), (created.Code, patched.Code));
        Assert.Equal(keys.Order(StringComparer.Ordinal), created.Json.GetProperty("data").EnumerateObject().Select(p => p.Name));
    }
}
