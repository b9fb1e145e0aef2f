using System.Globalization;

namespace K8sScaleTest;

/// <summary>What a pod of an Indexed Job knows about itself.</summary>
internal static class PodEnvironment
{
    /// <summary>Kubernetes sets it in each pod of an Indexed Job: the pod's number, from 0.</summary>
    public const string Worker = "JOB_COMPLETION_INDEX";

    /// <summary>Kubernetes does not say how many pods a Job has: our manifest does.</summary>
    public const string Workers = "SCALETEST_WORKERS";

    /// <summary>The number that a variable holds; null when it is not set.</summary>
    /// <param name="name">The variable.</param>
    /// <exception cref="FormatException">It holds no number.</exception>
    public static int? Number(string name)
    {
        var text = Environment.GetEnvironmentVariable(name);
        if (string.IsNullOrEmpty(text)) return null;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new FormatException($"The environment variable {name} is '{text}', which is no number: correct it, or give -Worker and -Workers.");
    }
}
