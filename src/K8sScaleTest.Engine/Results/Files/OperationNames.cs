using K8sScaleTest.Engine.Records;

namespace K8sScaleTest.Engine.Results.Files;

/// <summary>The enums' names as UTF-8, so that no row formats a string.</summary>
internal static class OperationNames
{
    private static readonly byte[][] Operations = NamesOf<OperationKind>();
    private static readonly byte[][] Phases = NamesOf<Phase>();
    private static readonly byte[][] Outcomes = NamesOf<Outcome>();

    public static ReadOnlySpan<byte> Of(OperationKind operation) => Operations[(int)operation];

    public static ReadOnlySpan<byte> Of(Phase phase) => Phases[(int)phase];

    public static ReadOnlySpan<byte> Of(Outcome outcome) => Outcomes[(int)outcome];

    /// <summary>The operation's name as the Go programs write it.</summary>
    public static ReadOnlySpan<byte> OriginalOf(OperationKind operation) => operation switch
    {
        OperationKind.Create => "create"u8,
        OperationKind.Update => "update"u8,
        _ => "delete"u8,
    };

    private static byte[][] NamesOf<T>()
        where T : struct, Enum =>
        [.. Enum.GetNames<T>().Select(System.Text.Encoding.UTF8.GetBytes)];
}
