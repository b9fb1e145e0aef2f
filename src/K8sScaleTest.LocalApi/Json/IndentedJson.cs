namespace K8sScaleTest.LocalApi.Json;

/// <summary>Compact JSON as json.MarshalIndent writes it: two spaces for each level, and no line end.</summary>
internal static class IndentedJson
{
    public static byte[] Of(ReadOnlySpan<byte> compact)
    {
        var to = JsonBuffer.Rent();
        var depth = 0;
        for (var i = 0; i < compact.Length; i++)
        {
            var next = compact[i];
            switch (next)
            {
                case (byte)'"':
                    var end = i + 1;
                    while (compact[end] != '"') end += compact[end] == '\\' ? 2 : 1;
                    to.Raw(compact[i..(end + 1)]);
                    i = end;
                    break;
                case (byte)'{' or (byte)'[' when compact[i + 1] is (byte)'}' or (byte)']':
                    to.Raw(compact.Slice(i++, 2));
                    break;
                case (byte)'{' or (byte)'[':
                    to.Byte(next);
                    Line(to, ++depth);
                    break;
                case (byte)'}' or (byte)']':
                    Line(to, --depth);
                    to.Byte(next);
                    break;
                case (byte)',':
                    to.Byte(next);
                    Line(to, depth);
                    break;
                case (byte)':':
                    to.Raw(": "u8);
                    break;
                default:
                    to.Byte(next);
                    break;
            }
        }
        var result = to.ToArray();
        to.Return();
        return result;
    }

    private static void Line(JsonBuffer to, int depth)
    {
        to.Byte((byte)'\n');
        for (var i = 0; i < depth; i++) to.Raw("  "u8);
    }
}
