namespace K8sScaleTest.LocalApi.Schema;

/// <summary>The type of a field; <see cref="Element"/> is that of a list's elements or a map's values.</summary>
internal sealed record FieldType(Shape Shape, FieldType? Element = null, ObjectType? Object = null)
{
    public static readonly FieldType String = new(Shape.String);
    public static readonly FieldType Int32 = new(Shape.Integer) { GoName = "int32" };
    public static readonly FieldType Int64 = new(Shape.Integer) { GoName = "int64" };
    public static readonly FieldType Number = new(Shape.Number);
    public static readonly FieldType Boolean = new(Shape.Boolean);
    public static readonly FieldType Time = new(Shape.Time);
    public static readonly FieldType MicroTime = new(Shape.MicroTime);
    public static readonly FieldType Bytes = new(Shape.Bytes);
    public static readonly FieldType IntOrString = new(Shape.IntOrString);
    public static readonly FieldType Any = new(Shape.Any);

    /// <summary>The same, and OpenAPI says of it that it need be no object.</summary>
    public static readonly FieldType Json = new(Shape.Any);
    public static readonly FieldType StringMap = new(Shape.Map, String);
    public static readonly FieldType BytesMap = new(Shape.Map, Bytes);
    public static readonly FieldType StringList = new(Shape.List, String);

    private readonly string? _goName;

    /// <summary>The Go type that an error message names.</summary>
    public string GoName
    {
        get => _goName ?? Shape switch
        {
            Shape.String => "string",
            Shape.Integer => "int64",
            Shape.Number => "float64",
            Shape.Boolean => "bool",
            Shape.Bytes => "[]uint8",
            Shape.Time => "v1.Time",
            Shape.MicroTime => "v1.MicroTime",
            Shape.Map => "map[string]" + Element!.GoName,
            Shape.List => "[]" + Element!.GoName,
            Shape.Object or Shape.ObjectOrBoolean => Object!.GoName,
            _ => "interface {}",
        };
        init => _goName = value;
    }

    public static FieldType Of(ObjectType type) => new(Shape.Object, Object: type);

    public static FieldType ListOf(ObjectType type) => new(Shape.List, Of(type));
}
