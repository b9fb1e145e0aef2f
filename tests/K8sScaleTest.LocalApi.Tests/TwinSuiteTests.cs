using K8sScaleTest.Twin;

namespace K8sScaleTest.LocalApi.Tests;

/// <summary>The suite as a whole.</summary>
public sealed class TwinSuiteTests
{
    [Fact]
    public void Every_row_has_a_name_of_its_own_a_part_and_a_witness()
    {
        Assert.Empty(TwinRows.All.GroupBy(row => Golden.PathOf(row, Row.Local), StringComparer.OrdinalIgnoreCase).Where(same => same.Count() > 1).Select(same => same.First().Name));
        Assert.All(TwinRows.All, row => Assert.Contains(row.Part, Parts.All));
        Assert.All(TwinRows.All.Where(row => !row.HoldsFor(Row.Real)), row => Assert.False(string.IsNullOrEmpty(row.Witness), $"{row}: it is not run against a real server, and names no other witness."));
    }

    [Fact]
    public void No_golden_answer_is_without_its_row() => Assert.Empty(Golden.Orphans());
}
