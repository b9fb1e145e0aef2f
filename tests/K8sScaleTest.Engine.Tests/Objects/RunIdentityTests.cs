using K8sScaleTest.Engine.Objects;

namespace K8sScaleTest.Engine.Tests.Objects;

public sealed class RunIdentityTests
{
    [Fact]
    public void A_new_ID_shows_date_time_and_four_digits_and_is_valid()
    {
        var id = RunIdentity.NewRunId(new DateTimeOffset(2026, 3, 7, 4, 5, 59, TimeSpan.Zero), new Random(1));
        Assert.Matches(@"\A0307\.0405\.[0-9]{4}\z", id);
        Assert.Null(RunIdentity.Fault(id, 19));
    }

    [Fact]
    public void New_IDs_differ_within_a_minute()
    {
        var random = new Random(7);
        var ids = Enumerable.Range(0, 50).Select(_ => RunIdentity.NewRunId(DateTimeOffset.UnixEpoch, random)).Distinct().Count();
        Assert.InRange(ids, 40, 50);
    }

    [Theory]
    [InlineData("a")]
    [InlineData("7")]
    [InlineData("nightly-42.arm64")]
    [InlineData("1124.0930.0042")]
    [InlineData("012345678901234567890123456789012345678901234567890123456789abc")]
    public void IDs_that_make_names_and_labels_are_taken(string id) => Assert.Null(RunIdentity.Fault(id, 10));

    [Theory]
    [InlineData("", "empty")]
    [InlineData(null, "empty")]
    [InlineData("Nightly", "lower-case")]
    [InlineData("a_b", "lower-case")]
    [InlineData("-a", "begin and end")]
    [InlineData("a-", "begin and end")]
    [InlineData("a.", "begin and end")]
    [InlineData("a..b", "begin and end")]
    [InlineData("a.-b", "begin and end")]
    [InlineData("a b", "lower-case")]
    [InlineData("a\n", "lower-case")]
    [InlineData("é", "lower-case")]
    [InlineData("0123456789012345678901234567890123456789012345678901234567890abc", "63")]
    public void IDs_that_Kubernetes_would_reject_are_refused_with_the_rule(string? id, string rule) =>
        Assert.Contains(rule, RunIdentity.Fault(id, 3), StringComparison.Ordinal);

    [Fact]
    public void The_number_must_fit_into_the_name_too() =>
        Assert.Contains("260", RunIdentity.Fault(new string('a', 59), 200), StringComparison.Ordinal);
}
