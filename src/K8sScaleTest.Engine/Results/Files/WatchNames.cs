using K8sScaleTest.Engine.Records;

namespace K8sScaleTest.Engine.Results.Files;

/// <summary>The names of <see cref="WatchRecordKind"/> as UTF-8, so that no row formats a string.</summary>
internal static class WatchNames
{
    private static readonly byte[][] Kinds = [.. Enum.GetNames<WatchRecordKind>().Select(System.Text.Encoding.UTF8.GetBytes)];

    public static ReadOnlySpan<byte> Of(WatchRecordKind kind) => Kinds[(int)kind];
}
