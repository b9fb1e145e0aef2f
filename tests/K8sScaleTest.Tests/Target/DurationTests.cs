using System.Globalization;

namespace K8sScaleTest.Tests.Target;

public sealed class DurationTests : IDisposable
{
    private readonly ModuleSession _session = new();

    public void Dispose() => _session.Dispose();

    [Theory]
    [InlineData("90", "00:01:30")]
    [InlineData("'90'", "00:01:30")]
    [InlineData("0", "00:00:00")]
    [InlineData("1.5", "00:00:01.5000000")]
    [InlineData("'1.5'", "00:00:01.5000000")]
    [InlineData("[decimal] 0.25", "00:00:00.2500000")]
    [InlineData("'90s'", "00:01:30")]
    [InlineData("'500ms'", "00:00:00.5000000")]
    [InlineData("'250us'", "00:00:00.0002500")]
    [InlineData("'5m'", "00:05:00")]
    [InlineData("'1h30m'", "01:30:00")]
    [InlineData("'1h0m5s'", "01:00:05")]
    [InlineData("'1.5s'", "00:00:01.5000000")]
    [InlineData("' 2d '", "2.00:00:00")]
    [InlineData("'00:01:30'", "00:01:30")]
    [InlineData("[timespan] '00:00:07'", "00:00:07")]
    [InlineData("[System.Management.Automation.PSObject]::AsPSObject(3)", "00:00:03")]
    public void Durations_are_read_as_people_and_Go_write_them(string given, string expected) =>
        Assert.Equal(TimeSpan.Parse(expected, CultureInfo.InvariantCulture), Assert.Single(_session.Run(Transform(given))).BaseObject);

    /// <summary>Without quotation marks it is a number of PowerShell's, with a suffix of its type, before any cmdlet sees it.</summary>
    [Theory]
    [InlineData("2d", "172800")]
    [InlineData("0.5d", "43200")]
    [InlineData("90s", "90")]
    [InlineData("500us", "0.0005")]
    [InlineData("1.5", "1.5")]
    public void Units_need_no_quotation_marks_as_an_argument(string given, string seconds)
    {
        var caught = _session.Run($"function Get-Taken {{ param([K8sScaleTest.Duration()] [timespan] $Time) $Time.TotalSeconds }}; Get-Taken -Time {given}");
        Assert.Equal(seconds, Convert.ToString(Assert.Single(caught).BaseObject, CultureInfo.InvariantCulture));
        Assert.Equal("-" + seconds, Convert.ToString(Assert.Single(_session.Run($"function Get-Skew {{ param([K8sScaleTest.SignedDuration()] [timespan] $Time) $Time.TotalSeconds }}; Get-Skew -Time -{given}")).BaseObject, CultureInfo.InvariantCulture));
    }

    [Theory]
    [InlineData("''")]
    [InlineData("'soon'")]
    [InlineData("'5 minutes'")]
    [InlineData("'30m1h'")]
    [InlineData("'1h1h'")]
    [InlineData("'-5s'")]
    [InlineData("'1,5s'")]
    [InlineData("'1.5.2s'")]
    [InlineData("-1")]
    [InlineData("[double]::NaN")]
    [InlineData("[double]::PositiveInfinity")]
    [InlineData("1e18")]
    [InlineData("'99999999999d'")]
    [InlineData("'9999999d9999999d'")]
    [InlineData("[timespan] '-00:00:01'")]
    [InlineData("'-00:00:01'")]
    [InlineData("'25:99:99:99:99'")]
    [InlineData("$true")]
    [InlineData("@(1, 2)")]
    [InlineData("$null")]
    public void What_is_no_duration_is_refused_with_examples(string given) =>
        Assert.Contains("is no duration: give seconds (90)", _session.RunToError("$ErrorActionPreference = 'Stop'; " + Transform(given)).Exception.ToString(), StringComparison.Ordinal);

    [Fact]
    public void The_comma_of_a_culture_changes_nothing()
    {
        var before = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo("de-DE");
            Assert.Equal(TimeSpan.FromSeconds(1.5), Assert.Single(_session.Run(Transform("'1.5s'"))).BaseObject);
            Assert.Equal(TimeSpan.FromSeconds(1.5), Assert.Single(_session.Run(Transform("1.5"))).BaseObject);
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    private static string Transform(string given) => $"[K8sScaleTest.DurationAttribute]::new().Transform($ExecutionContext, ({given}))";
}
