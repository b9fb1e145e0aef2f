namespace K8sScaleTest.Twin;

/// <summary>The sections of the suite.</summary>
internal static class Parts
{
    public const string Write = "write";
    public const string List = "list";
    public const string Watch = "watch";
    public const string Kinds = "kinds";
    public const string Around = "around";
    public const string CustomResources = "custom resources";
    public const string Apply = "apply";

    public static IReadOnlyList<string> All { get; } = [Write, List, Watch, Kinds, CustomResources, Around, Apply];
}
