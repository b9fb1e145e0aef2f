using System.Runtime.InteropServices;
using System.Text;

namespace K8sScaleTest.LocalApi.Http;

/// <summary>The version that the server emulates.</summary>
internal static class ServerVersion
{
    public const string Git = "v1.36.0";

    public static byte[] Document()
    {
        var architecture = RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? "arm64" : "amd64";
        return Encoding.UTF8.GetBytes($$"""
            {
              "major": "1",
              "minor": "36",
              "emulationMajor": "1",
              "emulationMinor": "36",
              "minCompatibilityMajor": "1",
              "minCompatibilityMinor": "35",
              "gitVersion": "{{Git}}",
              "gitCommit": "k8sscaletest-local-api",
              "gitTreeState": "clean",
              "buildDate": "2026-04-22T00:00:00Z",
              "goVersion": "none",
              "compiler": ".NET {{Environment.Version}}",
              "platform": "linux/{{architecture}}"
            }
            """);
    }
}
