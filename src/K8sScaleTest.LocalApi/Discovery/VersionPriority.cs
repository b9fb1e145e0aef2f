using System.Globalization;

namespace K8sScaleTest.LocalApi.Discovery;

/// <summary>Kubernetes' order of versions: v2, v1, v1beta2, v1beta1, v1alpha1, and then what has no such form.</summary>
internal static class VersionPriority
{
    public static (int Stability, int Major, int Minor) Of(string version)
    {
        var match = System.Text.RegularExpressions.Regex.Match(version, "^v([0-9]+)(?:(alpha|beta)([0-9]+))?$");
        if (!match.Success) return (0, 0, 0);
        var major = int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture);
        if (!match.Groups[2].Success) return (3, major, 0);
        return (match.Groups[2].Value == "beta" ? 2 : 1, major, int.Parse(match.Groups[3].Value, CultureInfo.InvariantCulture));
    }
}
