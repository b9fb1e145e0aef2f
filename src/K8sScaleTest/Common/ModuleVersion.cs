namespace K8sScaleTest;

/// <summary>What the module tells servers about itself.</summary>
internal static class ModuleVersion
{
    /// <summary>The User-Agent header of a part of the module that sends requests of its own.</summary>
    public static string UserAgent(string part) => $"{part} K8sScaleTest/{typeof(ModuleVersion).Assembly.GetName().Version!.ToString(3)}";
}
