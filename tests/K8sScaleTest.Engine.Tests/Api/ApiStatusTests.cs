using System.Text;
using K8sScaleTest.Engine.Api;

namespace K8sScaleTest.Engine.Tests.Api;

public sealed class ApiStatusTests
{
    [Fact]
    public void A_Status_gives_reason_message_and_what_it_is_about()
    {
        var status = Parse(403, """
            {"kind":"Status","apiVersion":"v1","metadata":{"reason":"no"},"status":"Failure",
             "details":{"causes":[{"reason":"x","message":"y","field":"name"}],"name":"cm-1","kind":"configmaps","retryAfterSeconds":1},
             "message":"configmaps \"cm-1\" is forbidden","reason":"Forbidden","code":403}
            """);
        Assert.Equal(new ApiStatus(403, "Forbidden", "configmaps \"cm-1\" is forbidden", "configmaps", "cm-1", true), status);
    }

    [Fact]
    public void A_429_in_plain_text_has_its_reason_from_the_code_and_its_message_from_the_body()
    {
        var status = Parse(429, "Too many requests, please try again later.\n", "text/plain");
        Assert.Equal(new ApiStatus(429, "TooManyRequests", "Too many requests, please try again later."), status);
        Assert.False(status.IsStatus);
    }

    [Theory]
    [InlineData(400, "BadRequest")]
    [InlineData(401, "Unauthorized")]
    [InlineData(403, "Forbidden")]
    [InlineData(404, "NotFound")]
    [InlineData(405, "MethodNotAllowed")]
    [InlineData(406, "NotAcceptable")]
    [InlineData(409, "Conflict")]
    [InlineData(410, "Gone")]
    [InlineData(413, "RequestEntityTooLarge")]
    [InlineData(415, "UnsupportedMediaType")]
    [InlineData(422, "Invalid")]
    [InlineData(429, "TooManyRequests")]
    [InlineData(500, "InternalError")]
    [InlineData(502, "InternalError")]
    [InlineData(503, "ServiceUnavailable")]
    [InlineData(504, "Timeout")]
    public void Without_a_body_the_reason_is_Kubernetes_name_for_the_code(int code, string reason) =>
        Assert.Equal(new ApiStatus(code, reason, null), ApiStatus.Parse(code, [], null));

    [Fact]
    public void A_Status_without_a_reason_gets_it_from_the_code() =>
        Assert.Equal("ServiceUnavailable", Parse(503, """{"kind":"Status","message":"down","reason":""}""").Reason);

    [Fact]
    public void JSON_that_is_no_Status_is_not_quoted()
    {
        var status = Parse(404, """{"paths":["/apis"]}""");
        Assert.Equal(new ApiStatus(404, "NotFound", null), status);
        Assert.False(Parse(404, """["kind","Status"]""").IsStatus);
    }

    [Fact]
    public void The_page_of_some_proxy_is_not_quoted() => Assert.Null(Parse(502, "<html>Bad gateway</html>", "text/html").Message);

    [Fact]
    public void A_body_that_is_cut_off_still_counts_as_far_as_it_goes()
    {
        var status = Parse(409, """{"kind":"Status","reason":"AlreadyExists","message":"configmaps \"a\" alre""");
        Assert.Equal("AlreadyExists", status.Reason);
        Assert.True(status.IsStatus);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("{\"kind\":")]
    [InlineData("{\"details\":[1,{\"kind\":{}}],\"kind\":7,\"message\":[]}")]
    [InlineData("\u0000\u0001")]
    public void No_body_whatever_makes_it_throw(string body) => Assert.Equal("InternalError", Parse(500, body).Reason);

    [Fact]
    public void A_long_message_is_cut_to_one_KiB_and_not_within_a_character()
    {
        var status = Parse(400, new string('é', 3000), "text/plain");
        Assert.InRange(Encoding.UTF8.GetByteCount(status.Message!), ApiStatus.MaxMessageBytes - 4, ApiStatus.MaxMessageBytes);
        Assert.EndsWith("é...", status.Message, StringComparison.Ordinal);
        Assert.Equal(new string('a', 1024), Parse(400, new string('a', 1024), "text/plain").Message);
    }

    private static ApiStatus Parse(int code, string body, string contentType = "application/json") => ApiStatus.Parse(code, Encoding.UTF8.GetBytes(body), contentType);
}
