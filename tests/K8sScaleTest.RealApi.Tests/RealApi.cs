using System.Text.RegularExpressions;

namespace K8sScaleTest.RealApi.Tests;

/// <summary>
/// The real API servers that the tests may use: the kubeconfigs in SCALETEST_REAL_API, SCALETEST_REAL_API_LIMITED and SCALETEST_REAL_API_BARE, and those that lie
/// beside them. Never the caller's own cluster: without the variables the tests are skipped, and a server that is not on loopback is refused.
/// </summary>
internal static partial class RealApi
{
    private const string Variable = "SCALETEST_REAL_API";
    private const string LimitedVariable = "SCALETEST_REAL_API_LIMITED";
    private const string BareVariable = "SCALETEST_REAL_API_BARE";

    /// <summary>The administrator's kubeconfig.</summary>
    public static string Kubeconfig => Named(Variable, "a kubeconfig of a real API server on loopback");

    /// <summary>The kubeconfig-driver of a server that lets 20 mutating requests be in flight.</summary>
    public static string LimitedKubeconfig =>
        Named(LimitedVariable, "the kubeconfig-driver of a real API server on loopback that allows 20 mutating requests in flight, by max-in-flight and not by priority and fairness");

    /// <summary>The administrator's kubeconfig of a server that serves no Flunders.</summary>
    public static string BareKubeconfig => Named(BareVariable, "a kubeconfig of a real API server on loopback without the sample-apiserver");

    /// <summary>Another kubeconfig of the same server: kubeconfig-forbidden, kubeconfig-driver, kubeconfig-wardle-direct.</summary>
    public static string Beside(string name) => Beside(Kubeconfig, name);

    /// <summary>A kubeconfig that lies beside another.</summary>
    public static string Beside(string kubeconfig, string name)
    {
        var path = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(kubeconfig))!, name);
        Assert.True(File.Exists(path), $"{name} does not lie beside the kubeconfig that was named.");
        return Checked(path);
    }

    private static string Named(string variable, string what)
    {
        var path = Environment.GetEnvironmentVariable(variable);
        if (string.IsNullOrEmpty(path)) Assert.Skip($"{variable} is not set: it names {what}.");
        Assert.True(File.Exists(path), $"{variable} names a file that does not exist.");
        return Checked(path);
    }

    private static string Checked(string path)
    {
        // Every server of the file, whichever its current context names.
        var servers = Server().Matches(File.ReadAllText(path)).Select(match => match.Groups[1].Value).ToList();
        Assert.NotEmpty(servers);
        Assert.All(servers, server => Assert.True(
            Uri.TryCreate(server, UriKind.Absolute, out var url) && url.IsLoopback,
            $"{Path.GetFileName(path)} names a server that is not on loopback ({server}): these tests make load and delete objects, and refuse it."));
        return path;
    }

    [GeneratedRegex(@"\bserver""?\s*:\s*[""']?([^\s""',}]+)")]
    private static partial Regex Server();
}
