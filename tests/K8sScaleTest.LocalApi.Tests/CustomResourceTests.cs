using System.Text.Json;

namespace K8sScaleTest.LocalApi.Tests;

/// <summary>CustomResourceDefinitions and their objects. The expected texts are those of apiextensions-apiserver and kube-openapi.</summary>
public sealed class CustomResourceTests(ServerFixture fixture) : IDisposable
{
    private const string Definitions = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
    private const string Schema = """
        {"type":"object","description":"A widget.","properties":{
          "spec":{"type":"object","required":["size"],"properties":{
            "size":{"type":"integer","minimum":1,"maximum":10,"description":"How big it is."},
            "replicas":{"type":"integer"},
            "ratio":{"type":"number","exclusiveMinimum":true,"minimum":0,"multipleOf":0.5},
            "color":{"type":"string","enum":["red","green"],"default":"red"},
            "name":{"type":"string","pattern":"^[a-z]+$","minLength":2,"maxLength":5},
            "when":{"type":"string","format":"date-time"},
            "tags":{"type":"array","items":{"type":"string"},"minItems":1,"maxItems":2,"x-kubernetes-list-type":"set"},
            "map":{"type":"object","additionalProperties":{"type":"integer"},"maxProperties":2},
            "any":{"type":"object","x-kubernetes-preserve-unknown-fields":true},
            "either":{"x-kubernetes-int-or-string":true},
            "maybe":{"type":"string","nullable":true},
            "ports":{"type":"array","x-kubernetes-list-type":"map","x-kubernetes-list-map-keys":["port","protocol"],"items":{"type":"object","required":["port"],"properties":{"port":{"type":"integer"},"protocol":{"type":"string","default":"TCP"}}}},
            "one":{"type":"object","properties":{"a":{"type":"string"},"b":{"type":"string"}},"oneOf":[{"required":["a"]},{"required":["b"]}]},
            "inner":{"type":"object","x-kubernetes-embedded-resource":true,"x-kubernetes-preserve-unknown-fields":true}}},
          "status":{"type":"object","properties":{"replicas":{"type":"integer"},"selector":{"type":"string"}}}}}
        """;

    private readonly ApiClient _api = new(fixture.Server);

    public void Dispose() => _api.Dispose();

    [Fact]
    public async Task A_definition_is_accepted_established_and_served_at_once()
    {
        var group = NewGroup();
        var created = await DefineAsync(group);

        Assert.Contains("""
            "status":{"conditions":null,"acceptedNames":{"plural":"","kind":""},"storedVersions":["v1"]}
            """.Trim(), created.Text, StringComparison.Ordinal);
        Assert.Equal(201, (await CreateAsync(group, "a", """{"size":1}""")).Code);
        var status = (await _api.GetAsync($"{Definitions}/widgets.{group}")).Json.GetProperty("status");
        Assert.Equal(
            ["NamesAccepted True NoConflicts no conflicts found", "Established True InitialNamesAccepted the initial names have been accepted"],
            status.GetProperty("conditions").EnumerateArray().Select(c => $"{Text(c, "type")} {Text(c, "status")} {Text(c, "reason")} {Text(c, "message")}"));
        Assert.Equal("""{"plural":"widgets","singular":"widget","shortNames":["wd"],"kind":"Widget","listKind":"WidgetList","categories":["all"]}""", status.GetProperty("acceptedNames").GetRawText());
        var resources = (await _api.GetAsync($"/apis/{group}/v1")).Json.GetProperty("resources").EnumerateArray().Select(r => Text(r, "name"));
        Assert.Equal(["widgets", "widgets/status", "widgets/scale"], resources);
        var aggregated = await _api.SendAsync("GET", "/apis", accept: "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList");
        Assert.Contains(group, aggregated.Text, StringComparison.Ordinal);
        var document = (await _api.GetAsync($"/openapi/v3/apis/{group}/v1")).Json.GetProperty("components").GetProperty("schemas");
        Assert.Contains(document.EnumerateObject(), s => s.Name.EndsWith(".v1.Widget", StringComparison.Ordinal) && s.Value.GetProperty("description").GetString() == "A widget.");
    }

    [Theory]
    [InlineData("""{}""", "spec.size", "Required value")]
    [InlineData("""{"size":"x"}""", "spec.size", "Invalid value: \"string\": spec.size in body must be of type integer: \"string\"")]
    [InlineData("""{"size":1.5}""", "spec.size", "Invalid value: \"number\": spec.size in body must be of type integer: \"number\"")]
    [InlineData("""{"size":0}""", "spec.size", "Invalid value: 0: spec.size in body should be greater than or equal to 1")]
    [InlineData("""{"size":11}""", "spec.size", "Invalid value: 11: spec.size in body should be less than or equal to 10")]
    [InlineData("""{"size":1,"ratio":0}""", "spec.ratio", "Invalid value: 0: spec.ratio in body should be greater than 0")]
    [InlineData("""{"size":1,"ratio":0.7}""", "spec.ratio", "Invalid value: 0.7: spec.ratio in body should be a multiple of 0.5")]
    [InlineData("""{"size":1,"color":"blue"}""", "spec.color", "Unsupported value: \"blue\": supported values: \"red\", \"green\"")]
    [InlineData("""{"size":1,"name":"AB"}""", "spec.name", "Invalid value: \"AB\": spec.name in body should match '^[a-z]+$'")]
    [InlineData("""{"size":1,"name":"a"}""", "spec.name", "Invalid value: \"a\": spec.name in body should be at least 2 chars long")]
    [InlineData("""{"size":1,"name":"abcdef"}""", "spec.name", "Too long: may not be more than 5 bytes")]
    [InlineData("""{"size":1,"when":"x"}""", "spec.when", "Invalid value: \"x\": spec.when in body must be of type date-time: \"x\"")]
    [InlineData("""{"size":1,"tags":[]}""", "spec.tags", "Invalid value: 0: spec.tags in body should have at least 1 items")]
    [InlineData("""{"size":1,"tags":["a","b","c"]}""", "spec.tags", "Too many: 3: must have at most 2 items")]
    [InlineData("""{"size":1,"tags":["a","a"]}""", "spec.tags[1]", "Duplicate value: \"a\"")]
    [InlineData("""{"size":1,"map":{"a":"x"}}""", "spec.map.a", "Invalid value: \"string\": spec.map.a in body must be of type integer: \"string\"")]
    [InlineData("""{"size":1,"map":{"a":1,"b":2,"c":3}}""", "spec.map", "Too many: 3: must have at most 2 items")]
    [InlineData("""{"size":1,"either":true}""", "spec.either", "Invalid value: \"boolean\": spec.either in body must be of type integer,string: \"boolean\"")]
    [InlineData("""{"size":1,"ports":[{"port":1},{"port":1}]}""", "spec.ports[1]", "Duplicate value: {\"port\":1,\"protocol\":\"TCP\"}")]
    [InlineData("""{"size":1,"one":{}}""", "<nil>", "Invalid value: \"\": \"spec.one\" must validate one and only one schema (oneOf). Found none valid")]
    [InlineData("""{"size":1,"inner":{"kind":"X"}}""", "spec.inner.apiVersion", "Required value")]
    public async Task An_object_that_breaks_the_schema_is_refused(string spec, string field, string message)
    {
        var group = await SharedAsync();

        var refused = await CreateAsync(group, "bad", spec);

        Assert.Equal((422, "Invalid"), (refused.Code, refused.Reason));
        var cause = refused.Json.GetProperty("details").GetProperty("causes")[0];
        Assert.Equal((field, message), (Text(cause, "field"), Text(cause, "message")));
    }

    [Fact]
    public async Task What_the_schema_does_not_know_is_pruned_and_defaults_are_put_in()
    {
        var group = await SharedAsync();

        var created = await CreateAsync(group, "pruned", """{"size":1,"unknown":{"a":1},"any":{"z":1.50,"y":1e3},"name":null,"maybe":null}""");

        Assert.Equal("""{"any":{"y":1000,"z":1.5},"color":"red","maybe":null,"size":1}""", created.Json.GetProperty("spec").GetRawText());
        Assert.Contains("unknown field \\\"spec.unknown\\\"", created.Headers["Warning"], StringComparison.Ordinal);
        var strict = await _api.SendAsync("POST", $"{Path(group)}?fieldValidation=Strict", Body(group, "strict", """{"size":1,"unknown":1}"""));
        Assert.Equal("Widget in version \"v1\" cannot be handled as a Widget: strict decoding error: unknown field \"spec.unknown\"", strict.Message);
    }

    [Fact]
    public async Task Status_and_the_rest_are_written_apart_and_only_the_rest_counts_as_a_generation()
    {
        var group = await SharedAsync();
        await CreateAsync(group, "parts", """{"size":1}""");

        var rest = await _api.PatchAsync(Path(group) + "/parts", """{"spec":{"size":2},"status":{"replicas":5}}""");
        var status = await _api.PatchAsync(Path(group) + "/parts/status", """{"spec":{"size":3},"status":{"replicas":5},"metadata":{"labels":{"a":"b"}}}""");

        Assert.False(rest.Json.TryGetProperty("status", out _));
        Assert.Equal("""{"color":"red","size":2} {"replicas":5} 2 False""", $"{status.Json.GetProperty("spec").GetRawText()} {status.Json.GetProperty("status").GetRawText()} {status.Json.GetProperty("metadata").GetProperty("generation")} {status.Json.GetProperty("metadata").TryGetProperty("labels", out _)}");
        var wrong = await _api.PatchAsync(Path(group) + "/parts/status", """{"status":{"replicas":"x"}}""");
        Assert.Contains("status.replicas: Invalid value: \"string\": replicas in body must be of type integer: \"string\"", wrong.Message, StringComparison.Ordinal);
        Assert.Equal(405, (await _api.DeleteAsync(Path(group) + "/parts/status")).Code);
    }

    [Fact]
    public async Task Its_scale_is_read_and_written()
    {
        var group = await SharedAsync();
        await CreateAsync(group, "scaled", """{"size":1,"replicas":2}""");
        await _api.PatchAsync(Path(group) + "/scaled/status", """{"status":{"replicas":1,"selector":"a=b"}}""");

        var read = await _api.GetAsync(Path(group) + "/scaled/scale");
        var patched = await _api.PatchAsync(Path(group) + "/scaled/scale", """{"spec":{"replicas":7}}""");

        Assert.Equal("Scale autoscaling/v1", $"{Text(read.Json, "kind")} {Text(read.Json, "apiVersion")}");
        Assert.Equal("""{"replicas":2} {"replicas":1,"selector":"a=b"}""", $"{read.Json.GetProperty("spec").GetRawText()} {read.Json.GetProperty("status").GetRawText()}");
        Assert.Equal("""{"replicas":7}""", patched.Json.GetProperty("spec").GetRawText());
        Assert.Equal(7, (await _api.GetAsync(Path(group) + "/scaled")).Json.GetProperty("spec").GetProperty("replicas").GetInt32());
        var negative = await _api.PatchAsync(Path(group) + "/scaled/scale", """{"spec":{"replicas":-1}}""");
        Assert.Contains(".spec.replicas: Invalid value: -1: should be a non-negative integer", negative.Message, StringComparison.Ordinal);
        var old = await _api.SendAsync("PUT", Path(group) + "/scaled/scale", """{"kind":"Scale","apiVersion":"autoscaling/v1","metadata":{"name":"scaled","resourceVersion":"1"},"spec":{"replicas":6}}""");
        Assert.Equal((409, "Conflict"), (old.Code, old.Reason));
    }

    [Fact]
    public async Task All_versions_show_the_same_object_under_their_own_name()
    {
        var group = await SharedAsync();
        await CreateAsync(group, "versions", """{"size":1}""");

        var beta = await _api.GetAsync(Path(group, "v1beta1") + "/versions");

        Assert.Equal((200, group + "/v1beta1", 1), (beta.Code, Text(beta.Json, "apiVersion"), beta.Json.GetProperty("spec").GetProperty("size").GetInt32()));
        Assert.Equal(404, (await _api.GetAsync(Path(group, "v1beta1") + "/versions/status")).Code);
        var wrong = await _api.SendAsync("POST", Path(group), Body(group, "x", """{"size":1}""").Replace("/v1\"", "/v1beta1\"", StringComparison.Ordinal));
        Assert.Equal($"the API version in the data ({group}/v1beta1) does not match the expected API version ({group}/v1)", wrong.Message);
        Assert.Equal(415, (await _api.PatchAsync(Path(group) + "/versions", "{}", ApiClient.StrategicPatch)).Code);
    }

    [Fact]
    public async Task A_changed_schema_holds_at_once_and_is_what_stored_objects_are_seen_through()
    {
        var group = NewGroup();
        await DefineAsync(group);
        await CreateAsync(group, "seen", """{"size":1,"any":{"a":1}}""");
        using var watch = await _api.WatchAsync(Path(group) + "?watch=true");
        Assert.Equal("ADDED seen", await watch.NextTextAsync());

        var patched = await _api.PatchAsync($"{Definitions}/widgets.{group}", """[{"op":"remove","path":"/spec/versions/0/schema/openAPIV3Schema/properties/spec/properties/any"},{"op":"add","path":"/spec/versions/0/schema/openAPIV3Schema/properties/spec/properties/fresh","value":{"type":"string","default":"new"}}]""", ApiClient.JsonPatch);

        Assert.Equal((200, 2), (patched.Code, patched.Json.GetProperty("metadata").GetProperty("generation").GetInt32()));
        Assert.Equal("END", await watch.NextTextAsync());
        Assert.Equal("""{"color":"red","fresh":"new","size":1}""", (await _api.GetAsync(Path(group) + "/seen")).Json.GetProperty("spec").GetRawText());
        var renamed = await _api.PatchAsync($"{Definitions}/widgets.{group}", """{"spec":{"names":{"kind":"Gadget"}}}""");
        Assert.Contains("spec.names.kind: Invalid value: \"Gadget\": field is immutable", renamed.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_deleted_definition_takes_its_objects_and_watches_with_it()
    {
        var group = NewGroup();
        await DefineAsync(group);
        await CreateAsync(group, "goes", """{"size":1}""");
        using var watch = await _api.WatchAsync(Path(group) + "?watch=true");
        using var definitions = await _api.WatchAsync($"{Definitions}?watch=true&fieldSelector=metadata.name=widgets.{group}");
        Assert.Equal("ADDED goes", await watch.NextTextAsync());
        Assert.Equal($"ADDED widgets.{group}", await definitions.NextTextAsync());

        var deleted = await _api.DeleteAsync($"{Definitions}/widgets.{group}");

        Assert.Contains("customresourcecleanup.apiextensions.k8s.io", deleted.Text, StringComparison.Ordinal);
        Assert.Equal("DELETED goes", await watch.NextTextAsync());
        Assert.Equal("END", await watch.NextTextAsync());
        JsonElement last;
        do
        {
            last = (await definitions.NextAsync())!.Value;
        }
        while (last.GetProperty("type").GetString() != "DELETED");
        Assert.Contains("removed all instances", last.GetRawText(), StringComparison.Ordinal);
        Assert.Equal(404, (await _api.GetAsync(Path(group))).Code);
    }

    [Fact]
    public async Task A_name_that_is_taken_is_not_accepted_until_it_is_free()
    {
        var group = NewGroup();
        await DefineAsync(group);
        var second = Definition(group).Replace("\"plural\":\"widgets\"", "\"plural\":\"others\",\"singular\":\"other\"", StringComparison.Ordinal).Replace($"\"name\":\"widgets.{group}\"", $"\"name\":\"others.{group}\"", StringComparison.Ordinal);
        await _api.SendAsync("POST", Definitions, second);

        var conditions = (await _api.GetAsync($"{Definitions}/others.{group}")).Text;
        Assert.Contains("\"reason\":\"ListKindConflict\",\"message\":\"\\\"WidgetList\\\" is already in use\"", conditions, StringComparison.Ordinal);
        Assert.Contains("\"reason\":\"NotAccepted\",\"message\":\"not all names are accepted\"", conditions, StringComparison.Ordinal);
        using var watch = await _api.WatchAsync($"{Definitions}?watch=true&fieldSelector=metadata.name=others.{group}");
        await _api.DeleteAsync($"{Definitions}/widgets.{group}");
        string text;
        do
        {
            text = (await watch.NextAsync())!.Value.GetRawText();
        }
        while (!text.Contains("InitialNamesAccepted", StringComparison.Ordinal));
        Assert.Equal(200, (await _api.GetAsync($"/apis/{group}/v1/others")).Code);
    }

    [Theory]
    [InlineData("\"scope\":\"Namespaced\"", "\"scope\":\"Foo\"", "spec.scope: Unsupported value: \"Foo\": supported values: \"Cluster\", \"Namespaced\"")]
    [InlineData("\"storage\":true", "\"storage\":false", "must have exactly one version marked as storage version")]
    [InlineData("\"maximum\":10,", "\"maximum\":10,\"default\":11,", "spec.validation.openAPIV3Schema.properties[spec].properties[size].default: Invalid value: 11:  in body should be less than or equal to 10")]
    [InlineData("\"size\":{\"type\":\"integer\",", "\"size\":{", "spec.validation.openAPIV3Schema.properties[spec].properties[size].type: Required value: must not be empty for specified object fields")]
    [InlineData("{\"required\":[\"a\"]}", "{\"required\":[\"a\"],\"type\":\"object\"}", "spec.validation.openAPIV3Schema.properties[spec].properties[one].oneOf[0].type: Forbidden: must be empty to be structural")]
    [InlineData("\"x-kubernetes-list-type\":\"set\"", "\"x-kubernetes-list-type\":\"bag\"", "x-kubernetes-list-type: Unsupported value: \"bag\": supported values: \"atomic\", \"set\", \"map\"")]
    [InlineData("\"name\":\"widgets.", "\"name\":\"wodgets.", "must be spec.names.plural+\".\"+spec.group")]
    [InlineData(".example.com", ".k8s.io", "protected groups must have approval annotation \"api-approved.kubernetes.io\", see https://github.com/kubernetes/enhancements/pull/1111")]
    public async Task An_invalid_definition_is_refused(string good, string bad, string message)
    {
        var refused = await _api.SendAsync("POST", Definitions, Definition(NewGroup()).Replace(good, bad, StringComparison.Ordinal));

        Assert.Equal((422, "Invalid"), (refused.Code, refused.Reason));
        Assert.Contains(message, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Its_columns_are_shown()
    {
        var group = await SharedAsync();
        await CreateAsync(group, "columns", """{"size":4,"tags":["a"]}""");

        var table = await _api.SendAsync("GET", Path(group) + "?fieldSelector=metadata.name=columns", accept: "application/json;as=Table;v=v1;g=meta.k8s.io");

        Assert.Equal("""["columns",4,"[\"a\"]"]""", table.Json.GetProperty("rows")[0].GetProperty("cells").GetRawText());
        Assert.Equal("Custom resource definition column (in JSONPath format): .spec.tags", Text(table.Json.GetProperty("columnDefinitions")[2], "description"));
    }

    [Fact]
    public async Task Custom_resources_share_the_revisions_of_the_core()
    {
        var group = await SharedAsync();

        var before = long.Parse((await _api.CreateConfigMapAsync("cr-revision")).ResourceVersion);
        var custom = long.Parse((await CreateAsync(group, "revision", """{"size":1}""")).ResourceVersion);

        Assert.True(custom > before);
    }

    private static string NewGroup() => $"g{Guid.NewGuid():N}.example.com";

    private static string Text(JsonElement of, string name) => of.GetProperty(name).GetString()!;

    private static string Path(string group, string version = "v1") => $"/apis/{group}/{version}/namespaces/scaletest/widgets";

    private static string Body(string group, string name, string spec) => $$$"""{"apiVersion":"{{{group}}}/v1","kind":"Widget","metadata":{"name":"{{{name}}}"},"spec":{{{spec}}}}""";

    private static string Definition(string group) => $$$"""
        {"apiVersion":"apiextensions.k8s.io/v1","kind":"CustomResourceDefinition","metadata":{"name":"widgets.{{{group}}}"},"spec":{"group":"{{{group}}}","scope":"Namespaced",
        "names":{"plural":"widgets","kind":"Widget","shortNames":["wd"],"categories":["all"]},"versions":[
        {"name":"v1","served":true,"storage":true,"schema":{"openAPIV3Schema":{{{Schema}}}},"subresources":{"status":{},"scale":{"specReplicasPath":".spec.replicas","statusReplicasPath":".status.replicas","labelSelectorPath":".status.selector"}},
        "additionalPrinterColumns":[{"name":"Size","type":"integer","jsonPath":".spec.size"},{"name":"Tags","type":"string","jsonPath":".spec.tags"}]},
        {"name":"v1beta1","served":true,"storage":false,"schema":{"openAPIV3Schema":{{{Schema}}}}}]}}
        """;

    private Task<Reply> DefineAsync(string group) => _api.SendAsync("POST", Definitions, Definition(group));

    /// <summary>A definition that the tests of this class share, each with names of its own.</summary>
    private async Task<string> SharedAsync()
    {
        const string Group = "shared.example.com";
        var reply = await DefineAsync(Group);
        Assert.True(reply.Code is 201 or 409, reply.Text);
        return Group;
    }

    private Task<Reply> CreateAsync(string group, string name, string spec) => _api.SendAsync("POST", Path(group), Body(group, name, spec));
}
