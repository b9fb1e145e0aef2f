using System.Text.Json;

namespace K8sScaleTest.LocalApi.Tests;

/// <summary>managedFields and server-side apply. What is expected was read off a real API server (v1.20.2), or is newer and stands in structured-merge-diff.</summary>
public sealed class ApplyTests(ServerFixture fixture) : IDisposable
{
    private const string ApplyPatch = "application/apply-patch+yaml";
    private readonly ApiClient _api = new(fixture.Server);

    public void Dispose() => _api.Dispose();

    [Fact]
    public async Task Who_creates_owns_everything_and_who_patches_what_he_changed()
    {
        var created = await _api.SendAsync("POST", ApiClient.ConfigMaps + "?fieldManager=me", """{"metadata":{"name":"o-owned","labels":{"a":"b"},"finalizers":["a.b/c"]},"data":{"k":"v","l":"w"}}""");
        Assert.Equal(["""me Update v1 {"f:data":{".":{},"f:k":{},"f:l":{}},"f:metadata":{"f:finalizers":{".":{},"v:\"a.b/c\"":{}},"f:labels":{".":{},"f:a":{}}}}"""], Owners(created));

        var patched = await _api.PatchAsync(ApiClient.ConfigMaps + "/o-owned?fieldManager=you", """{"data":{"k":"2","n":"1"},"metadata":{"finalizers":null}}""");
        Assert.Equal(
            ["""me Update v1 {"f:data":{".":{},"f:l":{}},"f:metadata":{"f:labels":{".":{},"f:a":{}}}}""", """you Update v1 {"f:data":{"f:k":{},"f:n":{}}}"""],
            Owners(patched).Order());
        var idle = await _api.PatchAsync(ApiClient.ConfigMaps + "/o-owned?fieldManager=third", """{"data":{"k":"2"}}""");
        Assert.Equal(patched.ResourceVersion, idle.ResourceVersion);
    }

    [Fact]
    public async Task Applying_what_others_own_conflicts_unless_it_is_forced()
    {
        await _api.SendAsync("POST", ApiClient.ConfigMaps + "?fieldManager=me", """{"metadata":{"name":"o-conflict"},"data":{"k":"v","l":"w"}}""");

        var one = await ApplyAsync("o-conflict", "ap", """{"k":"9"}""");
        var two = await ApplyAsync("o-conflict", "ap", """{"k":"9","l":"9"}""");
        var forced = await ApplyAsync("o-conflict", "ap", """{"k":"9"}""", force: true);

        Assert.Equal((409, "Conflict", "Apply failed with 1 conflict: conflict with \"me\" using v1: .data.k"), (one.Code, one.Reason, one.Message));
        Assert.Equal("""[{"reason":"FieldManagerConflict","message":"conflict with \"me\" using v1","field":".data.k"}]""", one.Json.GetProperty("details").GetProperty("causes").GetRawText());
        Assert.Equal("Apply failed with 2 conflicts: conflicts with \"me\" using v1:\n- .data.k\n- .data.l", two.Message);
        Assert.Equal(["""ap Apply v1 {"f:data":{"f:k":{}}}""", """me Update v1 {"f:data":{".":{},"f:l":{}}}"""], Owners(forced));
    }

    [Fact]
    public async Task What_is_applied_no_more_goes_unless_somebody_else_applies_it()
    {
        var created = await ApplyAsync("o-drop", "ap", """{"a":"1","b":"2"}""");
        await ApplyAsync("o-drop", "bp", """{"b":"2"}""");

        var dropped = await ApplyAsync("o-drop", "ap", """{}""");
        var again = await ApplyAsync("o-drop", "bp", """{"b":"2"}""");

        Assert.Equal(201, created.Code);
        Assert.Equal("""{"b":"2"}""", dropped.Json.GetProperty("data").GetRawText());
        Assert.Equal(dropped.ResourceVersion, again.ResourceVersion);
    }

    [Fact]
    public async Task The_elements_of_a_list_are_owned_by_their_keys()
    {
        const string Services = "/api/v1/namespaces/scaletest/services";
        await _api.SendAsync("POST", Services + "?fieldManager=me", """{"metadata":{"name":"o-ports"},"spec":{"ports":[{"port":80,"name":"a"}]}}""");
        const string Head = """{"apiVersion":"v1","kind":"Service","metadata":{"name":"o-ports"},"spec":{"ports":""";

        var added = await _api.PatchAsync(Services + "/o-ports?fieldManager=ap", Head + """[{"port":81,"name":"b","protocol":"TCP"}]}}""", ApplyPatch);
        var conflict = await _api.PatchAsync(Services + "/o-ports?fieldManager=ap", Head + """[{"port":80,"name":"c","protocol":"TCP"}]}}""", ApplyPatch);

        Assert.Equal([80, 81], added.Json.GetProperty("spec").GetProperty("ports").EnumerateArray().Select(p => p.GetProperty("port").GetInt32()));
        Assert.Equal("Apply failed with 1 conflict: conflict with \"me\" using v1: .spec.ports[port=80,protocol=\"TCP\"].name", conflict.Message);
    }

    [Fact]
    public async Task A_configuration_may_be_YAML()
    {
        var applied = await _api.PatchAsync(ApiClient.ConfigMaps + "/o-yaml?fieldManager=ap", "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: o-yaml\ndata:\n  a: \"1\"\n  b: |\n    two\n    lines\n", ApplyPatch);
        var posted = await _api.SendAsync("POST", ApiClient.ConfigMaps, "metadata: {name: o-yaml-2}\ndata: {k: 'yes'}\n", "application/yaml");

        Assert.Equal((201, """{"a":"1","b":"two\nlines\n"}"""), (applied.Code, applied.Json.GetProperty("data").GetRawText()));
        Assert.Equal((201, """{"k":"yes"}"""), (posted.Code, posted.Json.GetProperty("data").GetRawText()));
    }

    [Theory]
    [InlineData("", """{"apiVersion":"v1","kind":"ConfigMap"}""", 422, "PatchOptions.meta.k8s.io \"\" is invalid: fieldManager: Required value: is required for apply patch")]
    [InlineData("?fieldManager=ap", """{"metadata":{}}""", 400, "Incorrect version specified in apply patch. Specified patch version: , expected: v1")]
    [InlineData("?fieldManager=ap", """{"apiVersion":"v1","kind":"Secret"}""", 400, "invalid object type: /v1, Kind=Secret")]
    [InlineData("?fieldManager=ap", """{"apiVersion":"v1","kind":"ConfigMap","metadata":{"managedFields":[{"manager":"x"}]}}""", 400, "metadata.managedFields must be nil")]
    [InlineData("?fieldManager=ap", "a: b: c", 400, "error decoding YAML: error converting YAML to JSON: yaml: mapping values are not allowed in this context")]
    [InlineData("?fieldManager=ap", """{"apiVersion":"v1","kind":"ConfigMap","bogus":1}""", 500, "failed to create typed patch object (scaletest/o-bad; /v1, Kind=ConfigMap): .bogus: field not declared in schema")]
    [InlineData("?fieldManager=ap", """{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"other"}}""", 400, "the name of the object (other) does not match the name on the URL (o-bad)")]
    public async Task A_bad_configuration_is_refused(string query, string config, int code, string message)
    {
        var refused = await _api.PatchAsync(ApiClient.ConfigMaps + "/o-bad" + query, config, ApplyPatch);

        Assert.Equal((code, message), (refused.Code, refused.Message));
    }

    [Fact]
    public async Task Managed_fields_can_be_cleared_and_force_is_for_apply_alone()
    {
        await _api.SendAsync("POST", ApiClient.ConfigMaps + "?fieldManager=me", """{"metadata":{"name":"o-clear"},"data":{"k":"v"}}""");

        var cleared = await _api.PatchAsync(ApiClient.ConfigMaps + "/o-clear", """{"metadata":{"managedFields":[{}]}}""");
        var forced = await _api.PatchAsync(ApiClient.ConfigMaps + "/o-clear?force=true", "{}");

        Assert.Empty(Owners(cleared));
        Assert.Equal("PatchOptions.meta.k8s.io \"\" is invalid: force: Forbidden: may not be specified for non-apply patch", forced.Message);
    }

    private static string[] Owners(Reply reply) => !reply.Json.GetProperty("metadata").TryGetProperty("managedFields", out var entries) ? []
        : [.. entries.EnumerateArray().Select(e => $"{Text(e, "manager")} {Text(e, "operation")} {Text(e, "apiVersion")} {e.GetProperty("fieldsV1").GetRawText()}")];

    private static string Text(JsonElement of, string name) => of.GetProperty(name).GetString()!;

    private Task<Reply> ApplyAsync(string name, string manager, string data, bool force = false) => _api.PatchAsync(
        $"{ApiClient.ConfigMaps}/{name}?fieldManager={manager}{(force ? "&force=true" : "")}",
        $$$"""{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"{{{name}}}"},"data":{{{data}}}}""",
        ApplyPatch);
}
