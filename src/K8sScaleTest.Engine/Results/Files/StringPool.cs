using System.Text;

namespace K8sScaleTest.Engine.Results.Files;

/// <summary>One string for each text that recurs: run IDs, resources, reasons.</summary>
public sealed class StringPool
{
    // A file of many distinct reasons, or of texts made on purpose, must not fill the memory.
    private const int Capacity = 4096;
    private readonly Dictionary<string, string> _strings = [];
    private readonly Dictionary<string, string>.AlternateLookup<ReadOnlySpan<char>> _bySpan;

    /// <summary>An empty pool.</summary>
    public StringPool() => _bySpan = _strings.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>The string of a UTF-8 text.</summary>
    public string Get(ReadOnlySpan<byte> utf8)
    {
        if (utf8.Length > 256) return Encoding.UTF8.GetString(utf8);
        Span<char> text = stackalloc char[256];
        return Get(text[..Encoding.UTF8.GetChars(utf8, text)]);
    }

    private string Get(ReadOnlySpan<char> text)
    {
        if (_bySpan.TryGetValue(text, out var known)) return known;
        var made = text.ToString();
        if (_strings.Count < Capacity) _strings.Add(made, made);
        return made;
    }
}
