namespace K8sScaleTest.LocalApi.Tests;

/// <summary>The aggregated group, as the sample-apiserver (v1.20.2) was seen to serve it.</summary>
public sealed class FlunderTests(ServerFixture fixture) : IDisposable
{
    private readonly ApiClient _api = new(fixture.Server);

    public void Dispose() => _api.Dispose();

    [Theory]
    [InlineData(ApiClient.Flunders, """{"reference":"x"}""", """{"reference":"x","referenceType":"Flunder"}""", """{"flunderReference":"x","referenceType":"Flunder"}""")]
    [InlineData(ApiClient.Flunders, """{"reference":"x","referenceType":"Fischer"}""", """{"reference":"x","referenceType":"Fischer"}""", """{"fischerReference":"x","referenceType":"Fischer"}""")]
    [InlineData(ApiClient.Flunders, """{"reference":"x","referenceType":"Foo"}""", "{}", "{}")]
    [InlineData(ApiClient.Flunders, "{}", "{}", "{}")]
    [InlineData(ApiClient.FlundersBeta, """{"fischerReference":"x","referenceType":"Fischer"}""", """{"reference":"x","referenceType":"Fischer"}""", """{"fischerReference":"x","referenceType":"Fischer"}""")]
    public async Task Both_versions_show_the_same_object(string path, string spec, string alpha, string beta)
    {
        var name = "f" + Guid.NewGuid().ToString("N")[..8];

        var created = await _api.SendAsync("POST", path, $$$"""{"metadata":{"name":"{{{name}}}"},"spec":{{{spec}}}}""");

        Assert.Equal(201, created.Code);
        Assert.Equal(alpha, (await _api.GetAsync(ApiClient.Flunders + "/" + name)).Json.GetProperty("spec").GetRawText());
        Assert.Equal(beta, (await _api.GetAsync(ApiClient.FlundersBeta + "/" + name)).Json.GetProperty("spec").GetRawText());
        Assert.Equal("{}", created.Json.GetProperty("status").GetRawText());
    }

    [Theory]
    [InlineData("""{"fischerReference":"x","flunderReference":"y"}""", "spec.fischerReference: Invalid value: \"x\": cannot be set with flunderReference at the same time")]
    [InlineData("""{"fischerReference":"x"}""", "spec.fischerReference: Invalid value: \"x\": cannot be set if referenceType is not Fischer")]
    [InlineData("""{"flunderReference":"x"}""", "spec.flunderReference: Invalid value: \"x\": cannot be set if referenceType is not Flunder")]
    [InlineData("""{"referenceType":"Flunder"}""", "spec.flunderReference: Invalid value: \"\": cannot be empty if referenceType is Flunder")]
    [InlineData("""{"referenceType":"Foo","flunderReference":"x"}""", "[spec.flunderReference: Invalid value: \"x\": cannot be set if referenceType is not Flunder, spec.referenceType: Invalid value: \"Foo\": must be Flunder or Fischer]")]
    public async Task References_are_validated(string spec, string expected)
    {
        var refused = await _api.SendAsync("POST", ApiClient.FlundersBeta, $$$"""{"metadata":{"name":"f-bad"},"spec":{{{spec}}}}""");

        Assert.Equal((422, "Flunder.wardle.example.com \"f-bad\" is invalid: " + expected), (refused.Code, refused.Message));
    }

    [Fact]
    public async Task A_patch_in_one_version_is_seen_in_the_other()
    {
        await _api.SendAsync("POST", ApiClient.Flunders, """{"metadata":{"name":"f-patch"},"spec":{"reference":"x"}}""");

        var patched = await _api.PatchAsync(ApiClient.FlundersBeta + "/f-patch", """{"spec":{"flunderReference":"y"}}""");

        Assert.Equal("""{"flunderReference":"y","referenceType":"Flunder"}""", patched.Json.GetProperty("spec").GetRawText());
        Assert.Equal("""{"reference":"y","referenceType":"Flunder"}""", (await _api.GetAsync(ApiClient.Flunders + "/f-patch")).Json.GetProperty("spec").GetRawText());
    }

    [Fact]
    public async Task The_version_of_the_body_is_that_of_the_path()
    {
        var refused = await _api.SendAsync("POST", ApiClient.Flunders, """{"apiVersion":"wardle.example.com/v1beta1","kind":"Flunder","metadata":{"name":"f-version"}}""");

        Assert.Equal((400, "the API version in the data (wardle.example.com/v1beta1) does not match the expected API version (wardle.example.com/v1alpha1)"), (refused.Code, refused.Message));
    }

    [Fact]
    public async Task A_Fischer_bans_names()
    {
        const string Fischers = "/apis/wardle.example.com/v1alpha1/fischers";
        await _api.SendAsync("POST", Fischers, """{"metadata":{"name":"warden"},"disallowedFlunders":["f-banned"]}""");

        var refused = await _api.SendAsync("POST", ApiClient.Flunders, """{"metadata":{"name":"f-banned"}}""");
        await _api.DeleteAsync(Fischers + "/warden");

        Assert.Equal((403, "flunders.wardle.example.com \"f-banned\" is forbidden: this name may not be used, please change the resource name"), (refused.Code, refused.Message));
    }

    [Fact]
    public async Task Discovery_prefers_the_beta_version()
    {
        var group = (await _api.GetAsync("/apis/wardle.example.com")).Json;
        var aggregated = (await _api.SendAsync("GET", "/apis", accept: "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json")).Json;

        Assert.Equal("v1beta1", group.GetProperty("preferredVersion").GetProperty("version").GetString());
        var wardle = aggregated.GetProperty("items").EnumerateArray().Single(i => i.GetProperty("metadata").GetProperty("name").GetString() == "wardle.example.com");
        Assert.Equal(["v1beta1", "v1alpha1"], wardle.GetProperty("versions").EnumerateArray().Select(v => v.GetProperty("version").GetString()!));
    }
}
