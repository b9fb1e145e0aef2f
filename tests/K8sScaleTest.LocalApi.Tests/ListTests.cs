namespace K8sScaleTest.LocalApi.Tests;

/// <summary>Lists: pages, snapshots, resourceVersions, selectors, forms.</summary>
public sealed class ListTests(ServerFixture fixture) : IDisposable
{
    private const string Table = "application/json;as=Table;v=v1;g=meta.k8s.io,application/json";
    private readonly ApiClient _api = new(fixture.Server);

    public void Dispose() => _api.Dispose();

    [Fact]
    public async Task Pages_show_one_snapshot_whatever_is_written_between_them()
    {
        var (ns, path) = await FillAsync("b", "d", "f", "h", "j");

        var first = await _api.GetAsync(path + "?limit=2");
        await _api.CreateConfigMapAsync("c", ns: ns);
        await _api.CreateConfigMapAsync("i", ns: ns);
        await _api.DeleteAsync(path + "/f");
        await _api.PatchAsync(path + "/h", """{"data":{"k":"changed"}}""");
        var second = await _api.GetAsync(path + "?limit=2&continue=" + Continue(first));
        var third = await _api.GetAsync(path + "?limit=2&continue=" + Continue(second));

        Assert.Equal(["b", "d"], first.Names);
        Assert.Equal(3, first.Json.GetProperty("metadata").GetProperty("remainingItemCount").GetInt64());
        Assert.Equal(["f", "h"], second.Names);
        Assert.Equal("v", second.Json.GetProperty("items")[1].GetProperty("data").GetProperty("k").GetString());
        Assert.Equal(["j"], third.Names);
        Assert.False(third.Json.GetProperty("metadata").TryGetProperty("continue", out _));
        Assert.Equal(first.ResourceVersion, third.ResourceVersion);
        Assert.Equal(["b", "c", "d", "h", "i", "j"], (await _api.GetAsync(path)).Names);
    }

    [Fact]
    public async Task A_thousand_objects_come_once_each_and_in_order_whatever_the_order_of_their_creation()
    {
        var ns = await _api.CreateNamespaceAsync();
        var path = $"/api/v1/namespaces/{ns}/configmaps";
        var names = Enumerable.Range(0, 1000).Select(i => $"x{(i * 7919) % 1000:d4}").ToArray();
        await Parallel.ForEachAsync(names, new ParallelOptions { MaxDegreeOfParallelism = 16, CancellationToken = TestContext.Current.CancellationToken }, async (name, _) => await _api.CreateConfigMapAsync(name, ns: ns));
        var gone = names.Where((_, i) => i % 3 == 0).ToArray();
        await Parallel.ForEachAsync(gone, new ParallelOptions { MaxDegreeOfParallelism = 16, CancellationToken = TestContext.Current.CancellationToken }, async (name, _) => await _api.DeleteAsync(path + "/" + name));

        var all = await _api.GetAsync(path);
        var paged = new List<string>();
        for (var token = ""; ;)
        {
            var page = await _api.GetAsync(path + "?limit=37" + (token.Length > 0 ? "&continue=" + token : ""));
            paged.AddRange(page.Names);
            if (!page.Json.GetProperty("metadata").TryGetProperty("continue", out var next)) break;
            Assert.Equal(all.Names.Count - paged.Count, page.Json.GetProperty("metadata").GetProperty("remainingItemCount").GetInt64());
            token = next.GetString()!;
        }

        var expected = names.Except(gone).Order(StringComparer.Ordinal).ToArray();
        Assert.Equal(expected, all.Names);
        Assert.Equal(expected, paged);
    }

    [Fact]
    public async Task A_list_at_an_exact_resourceVersion_shows_the_past()
    {
        var (ns, path) = await FillAsync("a", "b");
        var then = (await _api.GetAsync(path)).ResourceVersion;
        await _api.DeleteAsync(path + "/a");
        await _api.CreateConfigMapAsync("c", ns: ns);

        var past = await _api.GetAsync($"{path}?resourceVersion={then}&resourceVersionMatch=Exact");
        var notOlder = await _api.GetAsync($"{path}?resourceVersion={then}&resourceVersionMatch=NotOlderThan");

        Assert.Equal(["a", "b"], past.Names);
        Assert.Equal(then, past.ResourceVersion);
        Assert.Equal(["b", "c"], notOlder.Names);
        Assert.Equal(["b", "c"], (await _api.GetAsync(path + "?resourceVersion=0")).Names);
    }

    [Fact]
    public async Task History_that_is_gone_is_expired()
    {
        await using var server = await LocalApiProcess.StartAsync("--history", "4");
        using var api = new ApiClient(server);
        foreach (var name in new[] { "a", "b", "c" }) await api.CreateConfigMapAsync(name);
        var first = await api.GetAsync(ApiClient.ConfigMaps + "?limit=1");
        for (var i = 0; i < 6; i++) await api.PatchAsync(ApiClient.ConfigMaps + "/c", $$$"""{"data":{"i":"{{{i}}}"}}""");

        var exact = await api.GetAsync($"{ApiClient.ConfigMaps}?resourceVersion={first.ResourceVersion}&resourceVersionMatch=Exact");
        var page = await api.GetAsync($"{ApiClient.ConfigMaps}?limit=1&continue={Continue(first)}");
        var rest = await api.GetAsync($"{ApiClient.ConfigMaps}?continue={page.Json.GetProperty("metadata").GetProperty("continue").GetString()}");

        Assert.Equal((410, "Expired"), (exact.Code, exact.Reason));
        Assert.Equal((410, "Expired"), (page.Code, page.Reason));
        Assert.StartsWith("The provided continue parameter is too old to display a consistent list result.", page.Message, StringComparison.Ordinal);
        Assert.Equal(["b", "c"], rest.Names);
    }

    [Fact]
    public async Task A_resourceVersion_that_is_still_to_come_times_out_and_says_so()
    {
        var reply = await _api.GetAsync(ApiClient.ConfigMaps + "?resourceVersion=99999999");

        Assert.Equal((504, "Timeout"), (reply.Code, reply.Reason));
        Assert.StartsWith("Timeout: Too large resource version: 99999999, current: ", reply.Message, StringComparison.Ordinal);
        var details = reply.Json.GetProperty("details");
        Assert.Equal("ResourceVersionTooLarge", details.GetProperty("causes")[0].GetProperty("reason").GetString());
        Assert.Equal("1", reply.Headers["Retry-After"]);
    }

    [Theory]
    [InlineData("app=x", "a,b")]
    [InlineData("app==x,tier!=front", "b")]
    [InlineData("app!=x", "c,d")]
    [InlineData("app in (x, y)", "a,b,c")]
    [InlineData("app notin (x)", "c,d")]
    [InlineData("tier", "a,b")]
    [InlineData("!tier", "c,d")]
    [InlineData("n>4", "b")]
    [InlineData("n<5", "a")]
    [InlineData("app=,!n", "")]
    [InlineData("", "a,b,c,d")]
    public async Task A_label_selector_chooses(string selector, string expected)
    {
        var ns = await _api.CreateNamespaceAsync();
        await _api.CreateConfigMapAsync("a", labels: """{"app":"x","tier":"front","n":"4"}""", ns: ns);
        await _api.CreateConfigMapAsync("b", labels: """{"app":"x","tier":"back","n":"5"}""", ns: ns);
        await _api.CreateConfigMapAsync("c", labels: """{"app":"y"}""", ns: ns);
        await _api.CreateConfigMapAsync("d", ns: ns);

        var list = await _api.GetAsync($"/api/v1/namespaces/{ns}/configmaps?labelSelector={Uri.EscapeDataString(selector)}");

        Assert.Equal(expected, string.Join(',', list.Names));
    }

    [Theory]
    [InlineData("labelSelector=x%3D%3D%3Dy", "unable to parse requirement: found '=', expected: identifier")]
    [InlineData("labelSelector=x%20in%20(a", "unable to parse requirement: found '', expected: ',' or ')'")]
    [InlineData("fieldSelector=data.x%3Da", "\"data.x\" is not a known field selector: only \"metadata.name\", \"metadata.namespace\"")]
    [InlineData("fieldSelector=data", "invalid selector: 'data'; can't understand 'data'")]
    [InlineData("limit=abc", "strconv.ParseInt: parsing \"abc\": invalid syntax")]
    [InlineData("limit=1&continue=abc", "invalid continue token: continue key is not valid: invalid character 'i' looking for beginning of value")]
    public async Task Bad_options_are_bad_requests(string query, string expected)
    {
        var reply = await _api.GetAsync(ApiClient.ConfigMaps + "?" + query);

        Assert.Equal((400, expected), (reply.Code, reply.Message));
    }

    [Theory]
    [InlineData("resourceVersionMatch=Exact", "resourceVersionMatch: Forbidden: resourceVersionMatch is forbidden unless resourceVersion is provided")]
    [InlineData("resourceVersionMatch=Foo&resourceVersion=1", "resourceVersionMatch: Unsupported value: \"Foo\": supported values: \"Exact\", \"NotOlderThan\", \"\"")]
    [InlineData("resourceVersionMatch=Exact&resourceVersion=0", "resourceVersionMatch: Forbidden: resourceVersionMatch \"exact\" is forbidden for resourceVersion \"0\"")]
    [InlineData("sendInitialEvents=true", "sendInitialEvents: Forbidden: sendInitialEvents is forbidden for list")]
    public async Task Options_that_do_not_go_together_are_invalid(string query, string expected)
    {
        var reply = await _api.GetAsync(ApiClient.ConfigMaps + "?" + query);

        Assert.Equal((422, "ListOptions.meta.k8s.io \"\" is invalid: " + expected), (reply.Code, reply.Message));
    }

    [Fact]
    public async Task A_field_selector_finds_one_object_by_name()
    {
        var (_, path) = await FillAsync("a", "b");

        Assert.Equal(["b"], (await _api.GetAsync(path + "?fieldSelector=metadata.name%3Db")).Names);
        Assert.Equal(["a"], (await _api.GetAsync(path + "?fieldSelector=metadata.name!%3Db")).Names);
    }

    [Fact]
    public async Task A_list_of_all_namespaces_is_in_the_order_of_their_keys()
    {
        var (one, _) = await FillAsync("z");
        var (two, _) = await FillAsync("a");

        var all = await _api.GetAsync("/api/v1/configmaps");

        var keys = all.Json.GetProperty("items").EnumerateArray().Select(i => i.GetProperty("metadata")).Select(m => $"{m.GetProperty("namespace")}/{m.GetProperty("name")}").ToArray();
        Assert.Contains(one + "/z", keys);
        Assert.Contains(two + "/a", keys);
        Assert.Equal(keys.Order(StringComparer.Ordinal), keys);
    }

    [Fact]
    public async Task A_table_has_the_cells_that_kubectl_shows()
    {
        var (_, path) = await FillAsync("a");

        var table = await _api.SendAsync("GET", path, accept: Table);

        Assert.Equal("Table", table.Json.GetProperty("kind").GetString());
        Assert.Equal(["Name", "Data", "Age"], table.Json.GetProperty("columnDefinitions").EnumerateArray().Select(c => c.GetProperty("name").GetString()!));
        var row = table.Json.GetProperty("rows")[0];
        Assert.Equal("a", row.GetProperty("cells")[0].GetString());
        Assert.Equal(1, row.GetProperty("cells")[1].GetInt64());
        Assert.Matches("^[0-9]+s$", row.GetProperty("cells")[2].GetString());
        Assert.Equal("PartialObjectMetadata", row.GetProperty("object").GetProperty("kind").GetString());
    }

    [Fact]
    public async Task Metadata_alone_leaves_the_data_out()
    {
        var (_, path) = await FillAsync("a");

        var list = await _api.SendAsync("GET", path, accept: "application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io");

        Assert.Equal("PartialObjectMetadataList", list.Json.GetProperty("kind").GetString());
        Assert.Equal(["a"], list.Names);
        Assert.DoesNotContain("\"data\"", list.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_client_does_not_take_is_not_acceptable()
    {
        var reply = await _api.SendAsync("GET", ApiClient.ConfigMaps, accept: "text/html");

        Assert.Equal((406, "NotAcceptable"), (reply.Code, reply.Reason));
    }

    private static string Continue(Reply page) => page.Json.GetProperty("metadata").GetProperty("continue").GetString()!;

    private async Task<(string Namespace, string Path)> FillAsync(params string[] names)
    {
        var ns = await _api.CreateNamespaceAsync();
        foreach (var name in names) Assert.Equal(201, (await _api.CreateConfigMapAsync(name, ns: ns)).Code);
        return (ns, $"/api/v1/namespaces/{ns}/configmaps");
    }
}
