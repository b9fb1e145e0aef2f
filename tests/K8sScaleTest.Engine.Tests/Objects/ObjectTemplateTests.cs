using System.Text;
using System.Text.Json;
using K8sScaleTest.Engine.Api;
using K8sScaleTest.Engine.Objects;

namespace K8sScaleTest.Engine.Tests.Objects;

public sealed class ObjectTemplateTests
{
    private const long LaunchedAt = 1_795_487_965_123_456; // 2026-11-24 01:59:25.123456 UTC
    private static readonly ObjectIdentity Identity = new("1124.0159.4711", 3, "scaletest", 5);
    private static readonly ApiResource FlunderV1Alpha1 = new("wardle.example.com", "v1alpha1", "flunders", "Flunder", true);
    private static readonly ApiResource FlunderV1Beta1 = new("wardle.example.com", "v1beta1", "flunders", "Flunder", true);

    [Fact]
    public void A_name_is_the_run_ID_and_the_zero_padded_number()
    {
        Assert.Equal("1124.0159.4711-00042", Identity.Name(42));
        Assert.Equal("1124.0159.4711-99999", Identity.Name(99_999));
    }

    [Fact]
    public void A_ConfigMap_is_as_the_original_makes_it_with_our_labels_and_annotations_beside()
    {
        var body = Filled(ObjectTemplate.ConfigMap(Identity, 2000).Create, 42, 0);

        Assert.Equal("v1", body.GetProperty("apiVersion").GetString());
        Assert.Equal("ConfigMap", body.GetProperty("kind").GetString());
        var metadata = body.GetProperty("metadata");
        Assert.Equal("1124.0159.4711-00042", metadata.GetProperty("name").GetString());
        Assert.Equal("scaletest", metadata.GetProperty("namespace").GetString());
        Assert.Equal(
            new Dictionary<string, string> { ["purpose"] = "scaletest", ["scaletest/run"] = "1124.0159.4711", ["scaletest/worker"] = "3" },
            Strings(metadata.GetProperty("labels")));
        Assert.Equal(
            new Dictionary<string, string>
            {
                ["scaletest/createTimestamp"] = "2026-11-24 02:39:25.123 +0000",
                ["scaletest/launchedUnixMicros"] = "1795487965123456",
            },
            Strings(metadata.GetProperty("annotations")));
        Assert.Equal(new string('0', 2000), body.GetProperty("data").GetProperty("key1").GetString());
    }

    [Fact]
    public void An_update_of_a_ConfigMap_patches_baz_with_its_number_and_touches_the_update_annotations_alone()
    {
        var template = ObjectTemplate.ConfigMap(Identity, 10);
        var body = Filled(template.Update, 42, 7);

        Assert.Equal("application/strategic-merge-patch+json", template.UpdateMediaType);
        Assert.Equal("7".PadLeft(ObjectTemplate.ConfigMapUpdateLength, '0'), body.GetProperty("data").GetProperty("baz").GetString());
        Assert.Equal(
            new Dictionary<string, string>
            {
                ["scaletest/updateTimestamp"] = "2026-11-24 02:39:25.123 +0000",
                ["scaletest/updatedUnixMicros"] = "1795487965123456",
            },
            Strings(body.GetProperty("metadata").GetProperty("annotations")));
        Assert.Equal(["metadata", "data"], body.EnumerateObject().Select(p => p.Name));
    }

    [Fact]
    public void A_Flunder_has_an_empty_spec_and_is_updated_by_a_merge_patch()
    {
        var template = ObjectTemplate.Flunder(FlunderV1Alpha1, Identity, 0);
        var body = Filled(template.Create, 1, 0);

        Assert.Equal("wardle.example.com/v1alpha1", body.GetProperty("apiVersion").GetString());
        Assert.Equal("Flunder", body.GetProperty("kind").GetString());
        Assert.Empty(body.GetProperty("spec").EnumerateObject());
        Assert.Equal("application/merge-patch+json", template.UpdateMediaType);
        Assert.Equal("2026-11-24 02:39:25.123 +0000", body.GetProperty("metadata").GetProperty("annotations").GetProperty("scaletest/createTimestamp").GetString());
    }

    [Fact]
    public void Data_of_a_Flunder_is_its_reference_under_the_name_of_its_version()
    {
        Assert.Equal("00000", Filled(ObjectTemplate.Flunder(FlunderV1Alpha1, Identity, 5).Create, 1, 0).GetProperty("spec").GetProperty("reference").GetString());
        Assert.Equal("00000", Filled(ObjectTemplate.Flunder(FlunderV1Beta1, Identity, 5).Create, 1, 0).GetProperty("spec").GetProperty("flunderReference").GetString());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2000)]
    [InlineData(BodyTemplate.WholeCopyLimit)]
    [InlineData(1024 * 1024)]
    public void A_large_body_shares_all_that_follows_its_slots(int dataLength)
    {
        var template = ObjectTemplate.ConfigMap(Identity, dataLength).Create;
        var body = Filled(template, 99_999, 0);

        Assert.Equal(dataLength, body.GetProperty("data").GetProperty("key1").GetString()!.Length);
        Assert.True(template.HeadLength <= BodyTemplate.WholeCopyLimit);
        Assert.Equal(template.Length > BodyTemplate.WholeCopyLimit, !template.Tail.IsEmpty);
    }

    [Fact]
    public void Filling_a_head_again_leaves_nothing_of_the_object_before()
    {
        var template = ObjectTemplate.ConfigMap(Identity, 10).Create;
        var head = template.NewHead();
        template.Fill(head, Identity.Name(99_999), LaunchedAt + 987_654_321, 0);
        template.Fill(head, Identity.Name(1), LaunchedAt, 0);

        var fresh = template.NewHead();
        template.Fill(fresh, Identity.Name(1), LaunchedAt, 0);
        Assert.Equal(Encoding.UTF8.GetString(fresh), Encoding.UTF8.GetString(head));
    }

    private static JsonElement Filled(BodyTemplate template, long sequence, int number)
    {
        var head = template.NewHead();
        template.Fill(head, Identity.Name(sequence), LaunchedAt, number);
        byte[] body = [.. head, .. template.Tail.Span];
        Assert.Equal(template.Length, body.Length);
        return JsonSerializer.Deserialize<JsonElement>(body);
    }

    private static Dictionary<string, string> Strings(JsonElement element) =>
        element.EnumerateObject().ToDictionary(p => p.Name, p => p.Value.GetString()!);
}
