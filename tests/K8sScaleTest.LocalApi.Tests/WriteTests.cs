namespace K8sScaleTest.LocalApi.Tests;

/// <summary>Creates, replaces, patches and deletes. The expected texts were read off a real API server (v1.20.2), but for those that are newer.</summary>
public sealed class WriteTests(ServerFixture fixture) : IDisposable
{
    private readonly ApiClient _api = new(fixture.Server);

    public void Dispose() => _api.Dispose();

    [Fact]
    public async Task A_created_object_has_what_the_server_gives_and_is_found_again()
    {
        var created = await _api.CreateConfigMapAsync("w-created", """{"b":"2","a":"<&>"}""", """{"z":"1","a":"2"}""");
        var found = await _api.GetAsync(ApiClient.ConfigMaps + "/w-created");

        Assert.Equal((201, 200), (created.Code, found.Code));
        Assert.Equal(created.Text, found.Text);
        var metadata = created.Json.GetProperty("metadata");
        Assert.True(Guid.TryParse(created.Uid, out _));
        Assert.True(long.Parse(created.ResourceVersion) > 0);
        Assert.Matches("^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}Z$", metadata.GetProperty("creationTimestamp").GetString());
        // Go's order: fields of the struct, keys of a map sorted, and its escapes.
        Assert.Contains("\"labels\":{\"a\":\"2\",\"z\":\"1\"}", created.Text, StringComparison.Ordinal);
        Assert.Contains("\"data\":{\"a\":\"\\u003c\\u0026\\u003e\",\"b\":\"2\"}", created.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_name_that_exists_is_refused()
    {
        await _api.CreateConfigMapAsync("w-twice");

        var again = await _api.CreateConfigMapAsync("w-twice");

        Assert.Equal("""{"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure","message":"configmaps \"w-twice\" already exists","reason":"AlreadyExists","details":{"name":"w-twice","kind":"configmaps"},"code":409}""", again.Text.Trim());
        Assert.Equal(409, again.Code);
    }

    [Fact]
    public async Task A_dry_run_answers_as_the_write_would_and_stores_nothing()
    {
        var dry = await _api.SendAsync("POST", ApiClient.ConfigMaps + "?dryRun=All", """{"metadata":{"name":"w-dry"},"data":{"a":"b"}}""");

        Assert.Equal(201, dry.Code);
        Assert.False(dry.Json.GetProperty("metadata").TryGetProperty("resourceVersion", out _));
        Assert.Equal(404, (await _api.GetAsync(ApiClient.ConfigMaps + "/w-dry")).Code);
        var bad = await _api.SendAsync("POST", ApiClient.ConfigMaps + "?dryRun=Some", """{"metadata":{"name":"w-dry"}}""");
        Assert.Equal("CreateOptions.meta.k8s.io \"\" is invalid: dryRun: Unsupported value: []string{\"Some\"}: supported values: \"All\"", bad.Message);
    }

    [Fact]
    public async Task A_name_is_generated_from_its_prefix()
    {
        var created = await _api.SendAsync("POST", ApiClient.ConfigMaps, """{"metadata":{"generateName":"w-gen-"}}""");

        Assert.Matches("^w-gen-[bcdfghjklmnpqrstvwxz2456789]{5}$", created.Json.GetProperty("metadata").GetProperty("name").GetString());
    }

    [Theory]
    [InlineData("""{"metadata":{"name":"A_b"}}""", "metadata.name: Invalid value: \"A_b\": a lowercase RFC 1123 subdomain must consist of")]
    [InlineData("""{"metadata":{}}""", "metadata.name: Required value: name or generateName is required")]
    [InlineData("""{"metadata":{"name":"w-bad","labels":{"x y":"z"}}}""", "metadata.labels: Invalid value: \"x y\": name part must consist of alphanumeric characters")]
    [InlineData("""{"metadata":{"name":"w-bad","labels":{"x":"-"}}}""", "metadata.labels: Invalid value: \"-\": a valid label must be an empty string or consist of")]
    [InlineData("""{"metadata":{"name":"w-bad","annotations":{"x y":"z"}}}""", "metadata.annotations: Invalid value: \"x y\": name part must consist of")]
    [InlineData("""{"metadata":{"name":"w-bad","finalizers":["x"]}}""", "metadata.finalizers[0]: Invalid value: \"x\": name is neither a standard finalizer name nor is it fully qualified")]
    [InlineData("""{"metadata":{"name":"w-bad"},"data":{"a b":"c"}}""", "data[a b]: Invalid value: \"a b\": a valid config key must consist of")]
    [InlineData("""{"metadata":{"name":"w-bad"},"data":{"a":"c"},"binaryData":{"a":"AAEC"}}""", "data[a]: Invalid value: \"a\": duplicate of key present in binaryData")]
    public async Task An_invalid_object_is_refused_with_its_causes(string json, string expected)
    {
        var refused = await _api.SendAsync("POST", ApiClient.ConfigMaps, json);

        Assert.Equal((422, "Invalid"), (refused.Code, refused.Reason));
        Assert.Contains(expected, refused.Message, StringComparison.Ordinal);
        var cause = refused.Json.GetProperty("details").GetProperty("causes")[0];
        Assert.Equal(expected.Split(':')[0], cause.GetProperty("field").GetString());
    }

    [Fact]
    public async Task Data_beyond_a_mebibyte_is_invalid_and_a_body_beyond_three_is_too_large()
    {
        var big = await _api.CreateConfigMapAsync("w-big", $$"""{"a":"{{new string('x', (1024 * 1024) + 1)}}"}""");
        var fits = await _api.CreateConfigMapAsync("w-fits", $$"""{"a":"{{new string('x', 1024 * 1024)}}"}""");
        var huge = await _api.CreateConfigMapAsync("w-huge", $$"""{"a":"{{new string('x', 3200000)}}"}""");

        Assert.Equal((422, "ConfigMap \"w-big\" is invalid: []: Too long: may not be more than 1048576 bytes"), (big.Code, big.Message));
        Assert.Equal(201, fits.Code);
        Assert.Equal((413, "RequestEntityTooLarge", "Request entity too large: limit is 3145728"), (huge.Code, huge.Reason, huge.Message));
    }

    [Theory]
    [InlineData("", "couldn't get version/kind; json parse error: unexpected end of JSON input (<empty>)")]
    [InlineData("hello", "json parse error: invalid character 'h' looking for beginning of value (68656c6c6f)")]
    [InlineData("{\"a\"", "json parse error: unexpected end of JSON input ({\"a\")")]
    [InlineData("""{"apiVersion":"v1","kind":"Foo"}""", "Foo in version \"v1\" cannot be handled as a ConfigMap: no kind \"Foo\" is registered for version \"v1\"")]
    [InlineData("""{"metadata":{"name":"w-t"},"data":{"a":1}}""", "ConfigMap in version \"v1\" cannot be handled as a ConfigMap: json: cannot unmarshal number into Go struct field ConfigMap.data of type string")]
    [InlineData("""{"metadata":{"name":"w-t","labels":"x"}}""", "json: cannot unmarshal string into Go struct field ObjectMeta.metadata.labels of type map[string]string")]
    [InlineData("""{"metadata":{"name":"w-t","namespace":"default"}}""", "the namespace of the provided object does not match the namespace sent on the request")]
    public async Task What_is_no_object_of_the_resource_is_a_bad_request(string body, string expected)
    {
        var refused = await _api.SendAsync("POST", ApiClient.ConfigMaps, body);

        Assert.Equal((400, "BadRequest"), (refused.Code, refused.Reason));
        Assert.Contains(expected, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_namespace_that_does_not_exist_takes_nothing_and_lists_empty()
    {
        var refused = await _api.CreateConfigMapAsync("a", ns: "nowhere");
        var flunder = await _api.SendAsync("POST", "/apis/wardle.example.com/v1alpha1/namespaces/nowhere/flunders", """{"metadata":{"name":"a"}}""");
        var list = await _api.GetAsync("/api/v1/namespaces/nowhere/configmaps");

        Assert.Equal((404, "namespaces \"nowhere\" not found"), (refused.Code, refused.Message));
        Assert.Equal((404, "namespaces \"nowhere\" not found"), (flunder.Code, flunder.Message));
        Assert.Empty(list.Names);
    }

    [Fact]
    public async Task Unknown_fields_are_dropped_with_a_warning_or_refused_when_strict()
    {
        var warned = await _api.SendAsync("POST", ApiClient.ConfigMaps, """{"metadata":{"name":"w-unknown"},"foo":1}""");
        var strict = await _api.SendAsync("POST", ApiClient.ConfigMaps + "?fieldValidation=Strict", """{"metadata":{"name":"w-strict"},"foo":1}""");
        var ignored = await _api.SendAsync("POST", ApiClient.ConfigMaps + "?fieldValidation=Ignore", """{"metadata":{"name":"w-ignored"},"foo":1}""");

        Assert.Equal("299 - \"unknown field \\\"foo\\\"\"", warned.Headers["Warning"]);
        Assert.DoesNotContain("foo", warned.Text, StringComparison.Ordinal);
        Assert.Equal((400, "ConfigMap in version \"v1\" cannot be handled as a ConfigMap: strict decoding error: unknown field \"foo\""), (strict.Code, strict.Message));
        Assert.Equal(201, ignored.Code);
        Assert.False(ignored.Headers.ContainsKey("Warning"));
    }

    [Fact]
    public async Task A_replace_needs_the_current_resourceVersion_or_none()
    {
        var created = await _api.CreateConfigMapAsync("w-put");
        string Body(string version, string value) => $$$"""{"metadata":{"name":"w-put"{{{version}}}},"data":{"k":"{{{value}}}"}}""";
        var path = ApiClient.ConfigMaps + "/w-put";

        var replaced = await _api.SendAsync("PUT", path, Body($",\"resourceVersion\":\"{created.ResourceVersion}\"", "2"));
        var stale = await _api.SendAsync("PUT", path, Body($",\"resourceVersion\":\"{created.ResourceVersion}\"", "3"));
        var unconditional = await _api.SendAsync("PUT", path, Body("", "4"));

        Assert.Equal(200, replaced.Code);
        Assert.Equal(created.Uid, replaced.Uid);
        Assert.True(long.Parse(replaced.ResourceVersion) > long.Parse(created.ResourceVersion));
        Assert.Equal((409, "Conflict", "Operation cannot be fulfilled on configmaps \"w-put\": the object has been modified; please apply your changes to the latest version and try again"), (stale.Code, stale.Reason, stale.Message));
        Assert.Equal("4", unconditional.Json.GetProperty("data").GetProperty("k").GetString());
        Assert.Equal(404, (await _api.SendAsync("PUT", ApiClient.ConfigMaps + "/w-none", """{"metadata":{"name":"w-none"}}""")).Code);
        Assert.Equal("the name of the object (other) does not match the name on the URL (w-put)", (await _api.SendAsync("PUT", path, """{"metadata":{"name":"other"}}""")).Message);
    }

    [Theory]
    [InlineData(ApiClient.MergePatch, """{"data":{"k":null,"n":"1"},"metadata":{"annotations":{"x":"y"}}}""")]
    [InlineData(ApiClient.StrategicPatch, """{"data":{"k":null,"n":"1"},"metadata":{"annotations":{"x":"y"}}}""")]
    [InlineData(ApiClient.StrategicPatch, """{"data":{"$patch":"replace","n":"1"},"metadata":{"annotations":{"x":"y"},"finalizers":[]}}""")]
    [InlineData(ApiClient.JsonPatch, """[{"op":"remove","path":"/data/k"},{"op":"add","path":"/data/n","value":"1"},{"op":"add","path":"/metadata/annotations","value":{"x":"y"}}]""")]
    public async Task A_patch_changes_what_it_names(string type, string patch)
    {
        var name = "w-patch-" + Guid.NewGuid().ToString("N")[..8];
        var created = await _api.CreateConfigMapAsync(name);

        var patched = await _api.PatchAsync(ApiClient.ConfigMaps + "/" + name, patch, type);

        Assert.Equal(200, patched.Code);
        Assert.Equal("""{"n":"1"}""", patched.Json.GetProperty("data").GetRawText());
        Assert.Equal("""{"x":"y"}""", patched.Json.GetProperty("metadata").GetProperty("annotations").GetRawText());
        Assert.True(long.Parse(patched.ResourceVersion) > long.Parse(created.ResourceVersion));
    }

    [Fact]
    public async Task A_patch_that_changes_nothing_makes_no_new_version_and_no_event()
    {
        var created = await _api.CreateConfigMapAsync("w-noop");
        using var watch = await _api.WatchAsync($"{ApiClient.ConfigMaps}?watch=1&fieldSelector=metadata.name%3Dw-noop&resourceVersion={created.ResourceVersion}");

        var same = await _api.PatchAsync(ApiClient.ConfigMaps + "/w-noop", """{"data":{"k":"v"}}""");
        var changed = await _api.PatchAsync(ApiClient.ConfigMaps + "/w-noop", """{"data":{"k":"w"}}""");

        Assert.Equal(created.ResourceVersion, same.ResourceVersion);
        var first = await watch.NextAsync();
        Assert.Equal(changed.ResourceVersion, first!.Value.GetProperty("object").GetProperty("metadata").GetProperty("resourceVersion").GetString());
    }

    [Theory]
    [InlineData("w-none", "{}", ApiClient.MergePatch, 404, "configmaps \"w-none\" not found")]
    [InlineData("w-pf", "[]", ApiClient.StrategicPatch, 400, "json: cannot unmarshal array into Go value of type map[string]interface {}")]
    [InlineData("w-pf", """{"metadata":{"resourceVersion":"1"}}""", ApiClient.MergePatch, 409, "Operation cannot be fulfilled on configmaps \"w-pf\": the object has been modified; please apply your changes to the latest version and try again")]
    [InlineData("w-pf", """{"metadata":{"name":"q"}}""", ApiClient.MergePatch, 400, "the name of the object (q) does not match the name on the URL (w-pf)")]
    [InlineData("w-pf", """{"metadata":{"uid":"1"}}""", ApiClient.MergePatch, 422, "ConfigMap \"w-pf\" is invalid: metadata.uid: Invalid value: \"1\": field is immutable")]
    [InlineData("w-pf", """{"data":{"z":1}}""", ApiClient.StrategicPatch, 422, " \"\" is invalid: patch: Invalid value: \"map[data:map[z:1]]\": cannot convert int64 to string")]
    [InlineData("w-pf", "{}", "application/json", 415, "415: Unsupported Media Type")]
    [InlineData("w-pf", """[{"op":"remove","path":"/data/none"}]""", ApiClient.JsonPatch, 422, "the server rejected our request due to an error in our request")]
    public async Task A_patch_that_cannot_be_applied_says_why(string name, string patch, string type, int code, string message)
    {
        await _api.CreateConfigMapAsync("w-pf");

        var refused = await _api.PatchAsync(ApiClient.ConfigMaps + "/" + name, patch, type);

        Assert.Equal((code, message), (refused.Code, refused.Message));
    }

    [Fact]
    public async Task Patches_at_the_same_time_all_take_effect()
    {
        await _api.CreateConfigMapAsync("w-many", "{}");

        var replies = await Task.WhenAll(Enumerable.Range(0, 4).Select(i => _api.PatchAsync(ApiClient.ConfigMaps + "/w-many", $$$"""{"data":{"k{{{i}}}":"v"}}""")));

        Assert.All(replies, r => Assert.Equal(200, r.Code));
        Assert.Equal(4, (await _api.GetAsync(ApiClient.ConfigMaps + "/w-many")).Json.GetProperty("data").EnumerateObject().Count());
    }

    [Fact]
    public async Task A_delete_answers_with_the_uid_and_keeps_to_its_preconditions()
    {
        var created = await _api.CreateConfigMapAsync("w-delete");
        var path = ApiClient.ConfigMaps + "/w-delete";

        var otherUid = await _api.DeleteAsync(path, """{"kind":"DeleteOptions","apiVersion":"v1","preconditions":{"uid":"x"}}""");
        var otherVersion = await _api.DeleteAsync(path, """{"preconditions":{"resourceVersion":"1"}}""");
        var dry = await _api.DeleteAsync(path + "?dryRun=All");
        var deleted = await _api.DeleteAsync(path, $$$"""{"preconditions":{"uid":"{{{created.Uid}}}"}}""");
        var gone = await _api.DeleteAsync(path);

        Assert.Equal((409, $"Operation cannot be fulfilled on ConfigMap \"w-delete\": the UID in the precondition (x) does not match the UID in record ({created.Uid}). The object might have been deleted and then recreated"), (otherUid.Code, otherUid.Message));
        Assert.Equal((409, $"Operation cannot be fulfilled on ConfigMap \"w-delete\": the ResourceVersion in the precondition (1) does not match the ResourceVersion in record ({created.ResourceVersion}). The object might have been modified"), (otherVersion.Code, otherVersion.Message));
        Assert.Equal(200, dry.Code);
        Assert.Equal($$$"""{"kind":"Status","apiVersion":"v1","metadata":{},"status":"Success","details":{"name":"w-delete","kind":"configmaps","uid":"{{{created.Uid}}}"}}""", deleted.Text.Trim());
        Assert.Equal((404, "configmaps \"w-delete\" not found"), (gone.Code, gone.Message));
    }

    [Fact]
    public async Task A_finalizer_keeps_a_deleted_object_until_it_is_removed()
    {
        await _api.SendAsync("POST", ApiClient.ConfigMaps, """{"metadata":{"name":"w-final","finalizers":["example.com/x"]}}""");
        var path = ApiClient.ConfigMaps + "/w-final";

        var marked = await _api.DeleteAsync(path);
        var stays = await _api.GetAsync(path);
        var released = await _api.PatchAsync(path, """{"metadata":{"finalizers":null}}""");

        Assert.Equal("ConfigMap", marked.Json.GetProperty("kind").GetString());
        Assert.True(stays.Json.GetProperty("metadata").TryGetProperty("deletionTimestamp", out _));
        Assert.Equal(200, released.Code);
        Assert.Equal(404, (await _api.GetAsync(path)).Code);
    }

    [Fact]
    public async Task A_collection_is_deleted_as_far_as_its_selector_goes()
    {
        var ns = await _api.CreateNamespaceAsync();
        await _api.CreateConfigMapAsync("a", labels: """{"x":"y"}""", ns: ns);
        await _api.CreateConfigMapAsync("b", labels: """{"x":"y"}""", ns: ns);
        await _api.CreateConfigMapAsync("c", ns: ns);

        var deleted = await _api.DeleteAsync($"/api/v1/namespaces/{ns}/configmaps?labelSelector=x%3Dy");

        Assert.Equal(["a", "b"], deleted.Names);
        Assert.Equal(["c"], (await _api.GetAsync($"/api/v1/namespaces/{ns}/configmaps")).Names);
    }

    [Fact]
    public async Task A_deleted_namespace_takes_its_objects_along_and_no_new_ones()
    {
        var ns = await _api.CreateNamespaceAsync();
        await _api.CreateConfigMapAsync("a", ns: ns);

        var marked = await _api.DeleteAsync("/api/v1/namespaces/" + ns);
        var refused = await _api.CreateConfigMapAsync("b", ns: ns);

        Assert.Equal("Terminating", marked.Json.GetProperty("status").GetProperty("phase").GetString());
        Assert.Equal((403, $"configmaps \"b\" is forbidden: unable to create new content in namespace {ns} because it is being terminated"), (refused.Code, refused.Message));
        for (var i = 0; i < 100 && (await _api.GetAsync("/api/v1/namespaces/" + ns)).Code != 404; i++) await Task.Delay(50, TestContext.Current.CancellationToken);
        Assert.Equal(404, (await _api.GetAsync("/api/v1/namespaces/" + ns)).Code);
        Assert.Empty((await _api.GetAsync($"/api/v1/namespaces/{ns}/configmaps")).Names);
        Assert.Equal("namespaces \"default\" is forbidden: this namespace may not be deleted", (await _api.DeleteAsync("/api/v1/namespaces/default")).Message);
    }

    [Fact]
    public async Task An_immutable_ConfigMap_keeps_its_data()
    {
        await _api.SendAsync("POST", ApiClient.ConfigMaps, """{"metadata":{"name":"w-immutable"},"data":{"a":"1"},"immutable":true}""");

        var refused = await _api.PatchAsync(ApiClient.ConfigMaps + "/w-immutable", """{"data":{"a":"2"}}""");
        var labelled = await _api.PatchAsync(ApiClient.ConfigMaps + "/w-immutable", """{"metadata":{"labels":{"a":"b"}}}""");

        Assert.Equal("ConfigMap \"w-immutable\" is invalid: data: Forbidden: field is immutable when `immutable` is set", refused.Message);
        Assert.Equal(200, labelled.Code);
    }

    [Fact]
    public async Task The_core_and_the_aggregated_group_count_their_own_versions()
    {
        var before = (await _api.GetAsync(ApiClient.Flunders)).ResourceVersion;
        var core = (await _api.CreateConfigMapAsync("w-counter")).ResourceVersion;
        var after = (await _api.GetAsync(ApiClient.Flunders)).ResourceVersion;

        Assert.Equal(before, after);
        Assert.NotEqual(core, after);
    }

    [Fact]
    public async Task Answers_carry_the_headers_of_a_real_server()
    {
        var reply = await _api.GetAsync(ApiClient.ConfigMaps);

        Assert.Equal("no-cache, private", reply.Headers["Cache-Control"].Replace("private, no-cache", "no-cache, private", StringComparison.Ordinal));
        Assert.Equal("application/json", reply.Headers["Content-Type"]);
        Assert.True(Guid.TryParse(reply.Headers["Audit-Id"], out _));
        Assert.True(Guid.TryParse(reply.Headers["X-Kubernetes-Pf-Flowschema-Uid"], out _));
        Assert.True(Guid.TryParse(reply.Headers["X-Kubernetes-Pf-Prioritylevel-Uid"], out _));
    }

    [Fact]
    public async Task A_secret_takes_stringData_and_becomes_opaque()
    {
        var created = await _api.SendAsync("POST", "/api/v1/namespaces/scaletest/secrets", """{"metadata":{"name":"w-secret"},"stringData":{"a":"x"},"data":{"b":"eQ=="}}""");

        Assert.Equal("""{"a":"eA==","b":"eQ=="}""", created.Json.GetProperty("data").GetRawText());
        Assert.Equal("Opaque", created.Json.GetProperty("type").GetString());
        Assert.False(created.Json.TryGetProperty("stringData", out _));
    }

    [Theory]
    [InlineData("text/plain", 415)]
    [InlineData("application/json; charset=utf-8", 201)]
    [InlineData("", 201)]
    public async Task A_body_is_taken_in_the_forms_that_the_server_knows(string contentType, int code)
    {
        var name = "w-form-" + Guid.NewGuid().ToString("N")[..8];

        var reply = await _api.SendAsync("POST", ApiClient.ConfigMaps, $$$"""{"metadata":{"name":"{{{name}}}"}}""", contentType);

        Assert.Equal(code, reply.Code);
    }

    [Theory]
    [InlineData("POST", "/api/v1/namespaces/scaletest/configmaps/a", 405)]
    [InlineData("PUT", "/api/v1/namespaces/scaletest/configmaps", 405)]
    [InlineData("POST", "/api/v1/configmaps", 405)]
    [InlineData("DELETE", "/api/v1/namespaces", 405)]
    [InlineData("GET", "/api/v1/namespaces/scaletest/foos", 404)]
    [InlineData("GET", "/api/v1/namespaces/scaletest/configmaps/a/status", 404)]
    public async Task What_is_not_served_is_said(string method, string path, int code)
    {
        var reply = await _api.SendAsync(method, path, method == "GET" ? null : "{}");

        Assert.Equal((code, code == 405 ? "MethodNotAllowed" : "NotFound"), (reply.Code, reply.Reason));
    }
}
