using K8sScaleTest.Engine.Api;

namespace K8sScaleTest.Engine.Tests.Api;

public sealed class ApiResourceTests
{
    private static readonly ApiResource Flunders = new("wardle.example.com", "v1beta1", "flunders", "Flunder", true);

    [Fact]
    public void The_core_group_lies_under_api_and_has_no_name()
    {
        Assert.Equal("v1", ApiResource.ConfigMaps.ApiVersion);
        Assert.Equal("configmaps", ApiResource.ConfigMaps.QualifiedName);
        Assert.Equal("/api/v1/namespaces/scaletest/configmaps", ApiResource.ConfigMaps.CollectionPath("scaletest"));
        Assert.Equal("/api/v1/configmaps", ApiResource.ConfigMaps.CollectionPath(null));
    }

    [Fact]
    public void Other_groups_lie_under_apis()
    {
        Assert.Equal("wardle.example.com/v1beta1", Flunders.ApiVersion);
        Assert.Equal("flunders.wardle.example.com", Flunders.QualifiedName);
        Assert.Equal("/apis/wardle.example.com/v1beta1/namespaces/a/flunders", Flunders.CollectionPath("a"));
        Assert.Equal("/apis/wardle.example.com/v1beta1/flunders", (Flunders with { Namespaced = false }).CollectionPath("a"));
    }
}
