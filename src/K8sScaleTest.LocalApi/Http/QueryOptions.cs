using System.Globalization;

namespace K8sScaleTest.LocalApi.Http;

/// <summary>The query of a request; of a name given more than once the first counts, as in Go.</summary>
internal sealed class QueryOptions
{
    private static readonly QueryOptions None = new([]);
    private readonly KeyValuePair<string, string>[] _pairs;

    private QueryOptions(KeyValuePair<string, string>[] pairs) => _pairs = pairs;

    public string? this[string name]
    {
        get
        {
            foreach (var pair in _pairs)
            {
                if (pair.Key == name) return pair.Value;
            }
            return null;
        }
    }

    public static QueryOptions Parse(string? query)
    {
        if (string.IsNullOrEmpty(query) || query.Length < 2) return None;
        var pairs = new List<KeyValuePair<string, string>>();
        foreach (var part in query.AsSpan(1).Split('&'))
        {
            var text = query.AsSpan(1)[part];
            // What cannot be decoded, or has a semicolon, is as if it were not there.
            if (text.IsEmpty || text.Contains(';')) continue;
            var equals = text.IndexOf('=');
            var name = Go.Unescape(equals < 0 ? text : text[..equals], plus: true);
            var value = equals < 0 ? "" : Go.Unescape(text[(equals + 1)..], plus: true);
            if (name is not null && value is not null) pairs.Add(new(name, value));
        }
        return new QueryOptions([.. pairs]);
    }

    public IEnumerable<string> All(string name) => _pairs.Where(p => p.Key == name).Select(p => p.Value);

    /// <summary>A number; 400 with Go's text for what is none.</summary>
    public long Number(string name)
    {
        var text = this[name];
        if (text is null) return 0;
        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value)) return value;
        throw new ApiException(ApiStatus.BadRequest(Go.NumberError("ParseInt", text)));
    }

    /// <summary>A boolean as runtime.Convert_Slice_string_To_bool reads it: present is true, unless it says false or 0.</summary>
    public bool Flag(string name) => this[name] is { } text && !text.Equals("false", StringComparison.OrdinalIgnoreCase) && text != "0";
}
