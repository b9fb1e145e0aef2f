namespace K8sScaleTest.LocalApi.Json;

/// <summary>A part of a buffer.</summary>
internal readonly record struct Slice(int Start, int Length)
{
    public bool IsNone => Length == 0;

    public ReadOnlySpan<byte> Of(ReadOnlySpan<byte> json) => json.Slice(Start, Length);

    /// <summary>A string token without its quotes.</summary>
    public ReadOnlySpan<byte> Text(ReadOnlySpan<byte> json) => json.Slice(Start + 1, Length - 2);
}
