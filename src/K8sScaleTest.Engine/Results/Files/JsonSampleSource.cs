using System.Text;
using System.Text.Json;
using K8sScaleTest.Engine.Records;

namespace K8sScaleTest.Engine.Results.Files;

/// <summary>Records as JSON, one object a line.</summary>
internal sealed class JsonSampleSource(FileBuffer buffer, string path) : SampleSource
{
    private const int ReasonColumn = 7;
    private const int StatusColumn = 6;
    private const int ConnectionWaitColumn = 11;
    private const int ServiceColumn = 12;

    private static readonly byte[][] Names = [.. SampleColumns.Needed.Select(Encoding.UTF8.GetBytes)];

    // Left out when there is nothing to say.
    private static readonly int Optional = (1 << ReasonColumn) | (1 << StatusColumn) | (1 << ConnectionWaitColumn) | (1 << ServiceColumn);
    private static readonly int Required = ((1 << SampleColumns.Needed.Count) - 1) & ~Optional;

    private readonly StringPool _pool = new();
    private byte[] _unescaped = new byte[256];
    private long _line;
    private bool _terminated;

    public override long Line => _line;

    public override bool MayBeCut => !_terminated;

    public override bool Read(ref OperationSample sample)
    {
        while (true)
        {
            var end = buffer.Available.IndexOf((byte)'\n');
            if (end < 0 && buffer.Fill()) continue;
            if (buffer.Available.IsEmpty) return false;
            _terminated = end >= 0;
            var line = _terminated ? buffer.Available[..end] : buffer.Available;
            _line++;
            var blank = line.TrimEnd(" \t\r"u8).IsEmpty;
            if (!blank)
            {
                Problem = Parse(line, ref sample);
                if (Problem is not null && _line == 1 && _terminated) throw ForeignFile.Json(path, line);
            }

            buffer.Consume(_terminated ? end + 1 : line.Length);
            if (!blank) return true;
        }
    }

    private string? Parse(ReadOnlySpan<byte> line, ref OperationSample sample)
    {
        sample = new OperationSample { ConnectionWaitMs = double.NaN, ServiceMs = double.NaN };
        var seen = 0;
        var reader = new Utf8JsonReader(line);
        try
        {
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject) return "it is not a JSON object";
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var column = ColumnOf(ref reader);
                reader.Read();
                if (column < 0)
                {
                    reader.Skip();
                    continue;
                }

                var text = TextOf(ref reader);
                if (!SampleColumns.TrySet(ref sample, column, text, _pool)) return BadValue(SampleColumns.Needed[column], text);
                seen |= 1 << column;
            }

            if (reader.TokenType != JsonTokenType.EndObject || reader.Read()) return "it is not one JSON object";
        }
        catch (JsonException error)
        {
            return $"it is not JSON ({error.Message})";
        }

        var missing = Required & ~seen;
        return missing == 0 ? null : $"it lacks {string.Join(", ", SampleColumns.Needed.Where((_, column) => (missing & (1 << column)) != 0))}";
    }

    private static int ColumnOf(ref Utf8JsonReader reader)
    {
        var name = reader.ValueSpan;
        for (var column = 0; column < Names.Length; column++)
        {
            if (name.SequenceEqual(Names[column])) return column;
        }

        return -1;
    }

    private ReadOnlySpan<byte> TextOf(ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.Null) return default;
        if (!reader.ValueIsEscaped) return reader.ValueSpan;
        if (_unescaped.Length < reader.ValueSpan.Length) _unescaped = new byte[reader.ValueSpan.Length * 2];
        return _unescaped.AsSpan(0, reader.CopyString(_unescaped));
    }
}
