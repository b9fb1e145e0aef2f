using System.Text.Json;
using K8sScaleTest.LocalApi.Http;
using K8sScaleTest.LocalApi.Json;
using K8sScaleTest.LocalApi.Schema;

namespace K8sScaleTest.LocalApi.CustomResources;

/// <summary>
/// Checks a value against a schema, with the texts of kube-openapi/pkg/validation. What was wrong before and did not change is let pass, as
/// since 1.33 (ratcheting).
/// </summary>
internal static class SchemaValidator
{
    private const string NoPath = "<nil>";

    /// <param name="value">The new value.</param>
    /// <param name="old">The value that it replaces; undefined for none.</param>
    /// <param name="schema">Of both.</param>
    /// <param name="path">Where the value stands; empty at the root.</param>
    /// <param name="causes">Gets what is wrong.</param>
    /// <returns>How many checks were made: of alternatives that all fail, the one that got furthest is reported.</returns>
    public static int Validate(JsonElement value, JsonElement old, StructuralSchema schema, string path, List<Cause> causes)
    {
        var before = causes.Count;
        var checks = 1;
        if (!TypeFits(value, schema, out var found))
        {
            var wanted = schema.IntOrString ? "integer,string" : schema.Type;
            causes.Add(Cause.TypeInvalid(Field(path), found, $"{Shown(path)} must be of type {wanted}: {Go.Quote(found)}"));
        }
        checks += Combinations(value, old, schema, path, causes);
        switch (value.ValueKind)
        {
            case JsonValueKind.String: Text(value, schema, path, causes); break;
            case JsonValueKind.Number: Number(value, schema, path, causes); break;
            case JsonValueKind.Array: checks += List(value, old, schema, path, causes); break;
            case JsonValueKind.Object: checks += Object(value, old, schema, path, causes); break;
            default: break;
        }
        if (schema.Enum is { } allowed && !allowed.Any(a => JsonElement.DeepEquals(a, value)) && !(value.ValueKind == JsonValueKind.Null && schema.Nullable))
        {
            causes.Add(Cause.NotSupported(Field(path), Json(value), [.. allowed.Select(a => a.ValueKind == JsonValueKind.String ? a.GetString()! : Json(a))]));
        }
        if (causes.Count > before && old.ValueKind != JsonValueKind.Undefined && JsonElement.DeepEquals(old, value)) causes.RemoveRange(before, causes.Count - before);
        return checks;
    }

    /// <summary>A value as it stands in a message.</summary>
    public static string Json(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => Go.Quote(value.GetString()!),
        JsonValueKind.Number => value.TryGetInt64(out var whole) ? whole.ToString(System.Globalization.CultureInfo.InvariantCulture) : GoNumber.Text(value.GetDouble()),
        _ => System.Text.Encoding.UTF8.GetString(AnyValue.Canonical(value)),
    };

    private static bool TypeFits(JsonElement value, StructuralSchema schema, out string found)
    {
        found = value.ValueKind switch
        {
            JsonValueKind.String => "string",
            JsonValueKind.True or JsonValueKind.False => "boolean",
            JsonValueKind.Object => "object",
            JsonValueKind.Array => "array",
            JsonValueKind.Null => "null",
            _ => value.TryGetInt64(out _) ? "integer" : "number",
        };
        if (found == "null") return schema.Nullable || (schema.Type.Length == 0 && !schema.IntOrString);
        if (schema.IntOrString) return found is "string" or "integer" || IsWhole(value, found);
        // A string with a format is judged by the format alone.
        if (schema.Format.Length > 0 && found is "string" or "array" && schema.Type is not ("number" or "integer") && schema.Format.Length > 0) return true;
        return schema.Type.Length == 0 || schema.Type == found || (found == "integer" && schema.Type == "number") || (schema.Type == "integer" && IsWhole(value, found));
    }

    private static bool IsWhole(JsonElement value, string found) => found == "number" && value.GetDouble() is var number && Math.Floor(number) == number && Math.Abs(number) < (1L << 53);

    private static void Text(JsonElement value, StructuralSchema schema, string path, List<Cause> causes)
    {
        var text = value.GetString()!;
        if (schema.MaxLength is not null || schema.MinLength is not null)
        {
            var length = text.EnumerateRunes().Count();
            if (length > schema.MaxLength) causes.Add(Cause.TooLong(Field(path), (int)schema.MaxLength));
            if (length < schema.MinLength) causes.Add(Cause.Invalid(Field(path), text, $"{Shown(path)} should be at least {schema.MinLength} chars long"));
        }
        if (schema.PatternExpression?.IsMatch(text) == false) causes.Add(Cause.Invalid(Field(path), text, $"{Shown(path)} should match '{schema.Pattern}'"));
        if (schema.Type is "" or "string" && !Formats.IsValid(schema.Format, text))
        {
            causes.Add(Cause.TypeInvalid(Field(path), text, $"{Shown(path)} must be of type {schema.Format}: {Go.Quote(text)}"));
        }
    }

    private static void Number(JsonElement value, StructuralSchema schema, string path, List<Cause> causes)
    {
        var number = value.GetDouble();
        void Wrong(string what) => causes.Add(Cause.InvalidJson(Field(path), Json(value), $"{Shown(path)} {what}"));
        if (schema.Type == "integer" && schema.Format == "int32" && number is > int.MaxValue or < int.MinValue && schema.Format == "int32")
        {
            causes.Add(Cause.Invalid(NoPath, "", $"Checked value must be of type integer with format int32 in {path}"));
        }
        if (schema.MultipleOf is { } factor && !IsMultiple(number, factor)) Wrong($"should be a multiple of {GoNumber.Text(factor)}");
        if (schema.Maximum is { } most && (schema.ExclusiveMaximum ? number >= most : number > most)) Wrong($"should be less than {(schema.ExclusiveMaximum ? "" : "or equal to ")}{GoNumber.Text(most)}");
        if (schema.Minimum is { } least && (schema.ExclusiveMinimum ? number <= least : number < least)) Wrong($"should be greater than {(schema.ExclusiveMinimum ? "" : "or equal to ")}{GoNumber.Text(least)}");
    }

    private static bool IsMultiple(double number, double factor)
    {
        // kube-openapi multiplies by the inverse of factors below 1.
        var times = factor < 1 ? 1 / factor * number : number / factor;
        return Math.Floor(times) == times;
    }

    private static int List(JsonElement value, JsonElement old, StructuralSchema schema, string path, List<Cause> causes)
    {
        var count = value.GetArrayLength();
        var checks = 0;
        if (schema.Items is { } items)
        {
            var index = 0;
            foreach (var element in value.EnumerateArray()) checks += Validate(element, Correlated(element, old, schema), items, $"{path}[{index++}]", causes);
        }
        if (count < schema.MinItems) causes.Add(Cause.InvalidJson(Field(path), count.ToString(System.Globalization.CultureInfo.InvariantCulture), $"{Shown(path)} should have at least {schema.MinItems} items"));
        if (count > schema.MaxItems) causes.Add(Cause.TooMany(Field(path), count, schema.MaxItems.Value));
        return checks;
    }

    /// <summary>Elements of a list can be told apart only by their keys.</summary>
    private static JsonElement Correlated(JsonElement element, JsonElement old, StructuralSchema schema)
    {
        if (schema.ListType != "map" || old.ValueKind != JsonValueKind.Array || element.ValueKind != JsonValueKind.Object) return default;
        foreach (var candidate in old.EnumerateArray())
        {
            if (candidate.ValueKind == JsonValueKind.Object && Array.TrueForAll(schema.ListMapKeys, key => Same(candidate, element, key))) return candidate;
        }
        return default;
    }

    private static bool Same(JsonElement a, JsonElement b, string key)
    {
        var has = a.TryGetProperty(key, out var left);
        return has == b.TryGetProperty(key, out var right) && (!has || JsonElement.DeepEquals(left, right));
    }

    private static int Object(JsonElement value, JsonElement old, StructuralSchema schema, string path, List<Cause> causes)
    {
        var checks = 0;
        if (schema.MinProperties is not null || schema.MaxProperties is not null)
        {
            var count = value.EnumerateObject().Count();
            if (count < schema.MinProperties) causes.Add(Cause.InvalidJson(Field(path), count.ToString(System.Globalization.CultureInfo.InvariantCulture), $"{Shown(path)} should have at least {schema.MinProperties} properties"));
            if (count > schema.MaxProperties) causes.Add(Cause.TooMany(Field(path), count, schema.MaxProperties.Value));
        }
        foreach (var member in value.EnumerateObject())
        {
            if (schema.Child(member.Name) is not { } child) continue;
            var before = old.ValueKind == JsonValueKind.Object && old.TryGetProperty(member.Name, out var was) ? was : default;
            checks += Validate(member.Value, before, child, path.Length == 0 ? member.Name : path + "." + member.Name, causes);
        }
        foreach (var name in schema.Required)
        {
            if (!value.TryGetProperty(name, out _)) causes.Add(Cause.Required(Field(path.Length == 0 ? name : path + "." + name), ""));
        }
        return checks;
    }

    private static int Combinations(JsonElement value, JsonElement old, StructuralSchema schema, string path, List<Cause> causes)
    {
        var checks = 0;
        if (schema.AnyOf.Length > 0) checks += Alternatives(value, old, schema.AnyOf, path, causes, one: false);
        if (schema.OneOf.Length > 0) checks += Alternatives(value, old, schema.OneOf, path, causes, one: true);
        if (schema.AllOf.Length > 0)
        {
            var valid = 0;
            foreach (var part in schema.AllOf)
            {
                var before = causes.Count;
                checks += Validate(value, old, part, path, causes);
                if (causes.Count == before) valid++;
            }
            if (valid < schema.AllOf.Length) causes.Add(Cause.Invalid(NoPath, "", $"{Go.Quote(path)} must validate all the schemas (allOf){(valid == 0 ? ". None validated" : "")}"));
        }
        if (schema.Not is not null)
        {
            var wrong = new List<Cause>();
            Validate(value, old, schema.Not, path, wrong);
            if (wrong.Count == 0) causes.Add(Cause.Invalid(NoPath, "", $"{Go.Quote(path)} must not validate the schema (not)"));
        }
        return checks;
    }

    private static int Alternatives(JsonElement value, JsonElement old, StructuralSchema[] schemas, string path, List<Cause> causes, bool one)
    {
        List<Cause>? best = null;
        var bestChecks = 0;
        var valid = 0;
        foreach (var schema in schemas)
        {
            var wrong = new List<Cause>();
            var checks = Validate(value, old, schema, path, wrong);
            if (wrong.Count == 0) valid++;
            else if (valid == 0 && checks > bestChecks) (best, bestChecks) = (wrong, checks);
            if (valid > 0 && !one) return bestChecks;
        }
        if (valid == 1) return bestChecks;
        causes.Add(Cause.Invalid(NoPath, "", one
            ? $"{Go.Quote(path)} must validate one and only one schema (oneOf). {(valid == 0 ? "Found none valid" : $"Found {valid} valid alternatives")}"
            : $"{Go.Quote(path)} must validate at least one schema (anyOf)"));
        if (valid == 0 && best is not null) causes.AddRange(best);
        return bestChecks;
    }

    private static string Field(string path) => path.Length == 0 ? NoPath : path;

    private static string Shown(string path) => path + " in body";
}
