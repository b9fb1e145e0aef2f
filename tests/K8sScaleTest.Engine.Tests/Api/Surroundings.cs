using K8sScaleTest.Engine.Api;
using K8sScaleTest.TestSupport;

namespace K8sScaleTest.Engine.Tests.Api;

/// <summary>Surroundings that hold nothing but what a test puts there.</summary>
internal static class Surroundings
{
    public static TargetEnvironment Of(TemporaryFolder folder, params (string Name, string Value)[] variables)
    {
        var known = variables.ToDictionary(variable => variable.Name, variable => variable.Value);
        return new TargetEnvironment
        {
            Variable = name => known.GetValueOrDefault(name),
            HomeFolder = folder.File("home"),
            WorkingFolder = folder.Path,
            ServiceAccountFolder = folder.File("serviceaccount"),
            TokenFilePeriod = TimeSpan.FromMilliseconds(20),
        };
    }
}
