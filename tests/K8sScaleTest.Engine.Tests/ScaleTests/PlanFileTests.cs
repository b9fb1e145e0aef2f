using K8sScaleTest.Engine.ScaleTests;

namespace K8sScaleTest.Engine.Tests.ScaleTests;

/// <summary>A plan's text, and what is said of one that is wrong.</summary>
public sealed class PlanFileTests
{
    private static readonly string[] Known = ["resource", "objectives", "driver.rate", "driver.count", "driver.maxPopulation", "watches.watchers"];

    [Fact]
    public void Settings_come_in_their_order_with_their_sections_and_lines()
    {
        var settings = PlanFile.Parse("resource: flunders\ndriver:\n  rate: 2.5\n  count: 100   # a comment\nobjectives:\n- failed == 0\n- 'rate >= 99%'\n", "plan.yaml", Known);

        Assert.Equal(["resource", "driver.rate", "driver.count", "objectives"], settings.Select(setting => setting.Path));
        Assert.Equal([1L, 3L, 4L, 6L], settings.Select(setting => setting.Line));
        Assert.Equal(["2.5"], settings[1].Values);
        Assert.Equal((true, "failed == 0|rate >= 99%"), (settings[3].IsList, string.Join('|', settings[3].Values)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("# nothing but a comment\n")]
    [InlineData("driver:\n")]
    public void A_plan_that_says_nothing_is_all_defaults(string text) => Assert.Empty(PlanFile.Parse(text, "plan.yaml", Known));

    [Theory]
    [InlineData("driver:\n  rat: 5\n", "plan.yaml, line 2: there is no setting 'driver.rat'; did you mean 'driver.rate'?")]
    [InlineData("driver:\n  MaxPopulation: 5\n", "plan.yaml, line 2: there is no setting 'driver.MaxPopulation'; did you mean 'driver.maxPopulation'?")]
    [InlineData("driver:\n  colour: 5\n", "plan.yaml, line 2: there is no setting 'driver.colour'; there are driver.count, driver.maxPopulation, driver.rate")]
    [InlineData("rate: 5\n", "plan.yaml, line 1: there is no setting 'rate'; did you mean 'driver.rate'?")]
    [InlineData("Driver:\n  rate: 5\n", "plan.yaml, line 1: there is no setting 'Driver'; did you mean 'driver'?")]
    [InlineData("watch:\n  watchers: 5\n", "plan.yaml, line 1: there is no setting 'watch'; there are driver, objectives, resource, watches.")]
    [InlineData("driver: 5\n", "plan.yaml, line 1: 'driver' is a section")]
    [InlineData("driver:\n  rate:\n", "plan.yaml, line 2: 'driver.rate' has no value")]
    [InlineData("driver:\n  rate: { a: 1 }\n", "plan.yaml, line 2: 'driver.rate' is one value")]
    [InlineData("objectives: [[1]]\n", "plan.yaml, line 1: 'objectives' is a list of texts")]
    [InlineData("- 1\n", "plan.yaml, line 1: a plan is a mapping")]
    [InlineData("a: 1\n---\nb: 2\n", "plan.yaml holds 2 YAML documents")]
    [InlineData("driver: [\n", "plan.yaml, line 2: this is not valid YAML")]
    [InlineData("resource: a\nresource: b\n", "plan.yaml, line 2: this is not valid YAML")]
    public void What_is_wrong_is_said_with_its_line(string text, string message) =>
        Assert.StartsWith(message, Assert.Throws<PlanFileException>(() => PlanFile.Parse(text, "plan.yaml", Known)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_folder_is_called_one() =>
        Assert.EndsWith(" is a folder: a plan is a file.", Assert.Throws<PlanFileException>(() => PlanFile.Read(Path.GetTempPath(), Known)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_file_that_is_not_there_is_named() =>
        Assert.Contains("/no/such/plan.yaml", Assert.Throws<PlanFileException>(() => PlanFile.Read("/no/such/plan.yaml", Known)).Message, StringComparison.Ordinal);
}
