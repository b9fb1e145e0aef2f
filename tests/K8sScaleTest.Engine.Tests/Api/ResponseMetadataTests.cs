using System.Text;
using K8sScaleTest.Engine.Api;

namespace K8sScaleTest.Engine.Tests.Api;

public sealed class ResponseMetadataTests
{
    [Theory]
    [InlineData("""{"kind":"ConfigMap","metadata":{"name":"a","uid":"u-1","resourceVersion":"17"},"data":{"k":"v"}}""", "17", "u-1")]
    [InlineData("""{"apiVersion":"v1","data":{"resourceVersion":"999","uid":"x"},"kind":"ConfigMap","metadata":{"resourceVersion":"17","uid":"u-1"}}""", "17", "u-1")]
    [InlineData("""{"metadata":{"annotations":{"uid":"no","resourceVersion":"no"},"ownerReferences":[{"uid":"no"}],"uid":"u-1","resourceVersion":"17"}}""", "17", "u-1")]
    [InlineData("""{"kind":"Status","metadata":{},"status":"Success","details":{"name":"a","kind":"configmaps","uid":"u-2"}}""", null, "u-2")]
    [InlineData("""{"kind":"Status","metadata":{"resourceVersion":""},"status":"Success"}""", null, null)]
    [InlineData("""{"metadata":[1,{"uid":"no"}],"x":{"metadata":{"uid":"no"}}}""", null, null)]
    public void Version_and_uid_are_read_at_their_own_depth(string json, string? resourceVersion, string? uid) =>
        Assert.Equal(new ResponseMetadata(resourceVersion, uid), ResponseMetadata.Read(Encoding.UTF8.GetBytes(json)));

    [Theory]
    [InlineData("")]
    [InlineData("Too many requests, please try again later.")]
    [InlineData("[]")]
    [InlineData("""{"metadata":{"uid":5,"resourceVersion":{}}}""")]
    [InlineData("""{"metadata":{"uid":"u-1""")]
    public void What_is_no_object_gives_nothing(string text) =>
        Assert.Null(ResponseMetadata.Read(Encoding.UTF8.GetBytes(text)).ResourceVersion);
}
