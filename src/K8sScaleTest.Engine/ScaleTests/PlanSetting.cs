namespace K8sScaleTest.Engine.ScaleTests;

/// <summary>One setting of a plan file.</summary>
/// <param name="Section">The section that it stands in; empty at the top.</param>
/// <param name="Key">Its key.</param>
/// <param name="Values">Its value as text; of a list all of them.</param>
/// <param name="IsList">Whether it is written as a list.</param>
/// <param name="Line">The line of its value, from 1.</param>
public sealed record PlanSetting(string Section, string Key, IReadOnlyList<string> Values, bool IsList, long Line)
{
    /// <summary>Section and key with a dot between, as the documentation names settings.</summary>
    public string Path => Section.Length == 0 ? Key : $"{Section}.{Key}";
}
