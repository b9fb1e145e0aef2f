namespace K8sScaleTest.LocalApi.Http;

/// <summary>One thing wrong with an object.</summary>
internal sealed record Cause(string Reason, string Message, string Field)
{
    /// <summary>As it stands in the message of the whole.</summary>
    public string Text => Field.Length == 0 ? Message : $"{Field}: {Message}";

    public static Cause Invalid(string field, string value, string what) => new("FieldValueInvalid", $"Invalid value: {Go.Quote(value)}: {what}", field);

    /// <summary>The same for a value that is no string: as JSON.</summary>
    public static Cause InvalidJson(string field, string json, string what) => new("FieldValueInvalid", $"Invalid value: {json}: {what}", field);

    public static Cause TypeInvalid(string field, string value, string what) => new("FieldValueTypeInvalid", $"Invalid value: {Go.Quote(value)}: {what}", field);

    public static Cause Duplicate(string field, string json) => new("FieldValueDuplicate", "Duplicate value: " + json, field);

    public static Cause TooMany(string field, long actual, long most) => new("FieldValueTooMany", $"Too many: {actual}: must have at most {most} {(most == 1 ? "item" : "items")}", field);

    public static Cause Required(string field, string what) => new("FieldValueRequired", what.Length == 0 ? "Required value" : "Required value: " + what, field);

    public static Cause Forbidden(string field, string what) => new("FieldValueForbidden", "Forbidden: " + what, field);

    public static Cause TooLong(string field, int bytes) => new("FieldValueTooLong", $"Too long: may not be more than {bytes} {(bytes == 1 ? "byte" : "bytes")}", field);

    public static Cause NotSupported(string field, string value, params string[] supported) =>
        new("FieldValueNotSupported", $"Unsupported value: {value}: supported values: {string.Join(", ", supported.Select(Go.Quote))}", field);
}
