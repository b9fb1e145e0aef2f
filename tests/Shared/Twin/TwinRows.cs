using System.Reflection;

namespace K8sScaleTest.Twin;

/// <summary>All rows of the suite.</summary>
internal static class TwinRows
{
    public static IReadOnlyList<Row> All { get; } = [.. Found().OrderBy(row => Parts.All.ToList().IndexOf(row.Part))];

    /// <summary>The rows that hold for a version, each a test case under its own name.</summary>
    public static IEnumerable<TheoryDataRow<string>> TestsOf(int minor) =>
        All.Where(row => row.HoldsFor(minor)).Select(row => new TheoryDataRow<string>(row.ToString()));

    public static Row Named(string name) => All.Single(row => row.ToString() == name);

    private static IEnumerable<Row> Found() =>
        from type in typeof(TwinRows).Assembly.GetTypes()
        where type.Namespace == typeof(TwinRows).Namespace && type != typeof(TwinRows)
        from property in type.GetProperties(BindingFlags.Static | BindingFlags.Public)
        where property.PropertyType == typeof(IEnumerable<Row>)
        orderby type.Name, property.MetadataToken
        from row in (IEnumerable<Row>)property.GetValue(null)!
        select row;
}
