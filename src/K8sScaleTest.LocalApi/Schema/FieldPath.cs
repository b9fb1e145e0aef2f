using System.Globalization;

namespace K8sScaleTest.LocalApi.Schema;

/// <summary>Where a value stands, as Go's decoder names it: the innermost struct, and the path from the root.</summary>
internal readonly record struct FieldPath(string Struct, string Path)
{
    /// <summary>As it stands in an error message.</summary>
    public string Full => Struct + "." + Path;

    public FieldPath In(ObjectType type, string field) => new(type.ShortName, Path + "." + field);

    public FieldPath At(int index) => this with { Path = Path + "[" + index.ToString(CultureInfo.InvariantCulture) + "]" };
}
