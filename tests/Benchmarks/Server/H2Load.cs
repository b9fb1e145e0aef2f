using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace K8sScaleTest.Benchmarks.Server;

/// <summary>h2load of nghttp2 (Debian: nghttp2-client): creates as fast as the server takes them, at little cost of its own.</summary>
internal static partial class H2Load
{
    public const string Described = "h2load, 4 connections with 32 streams each, one thread";

    /// <summary>POSTs a body so many times; the rate, of requests that all succeeded.</summary>
    /// <exception cref="InvalidOperationException">It is not installed, or a request failed.</exception>
    public static async Task<double> CreateAsync(BenchmarkTarget target, string path, string body, int count)
    {
        var file = Path.Combine(Path.GetTempPath(), "k8sscaletest-" + Guid.NewGuid());
        await File.WriteAllTextAsync(file, body);
        try
        {
            var start = new ProcessStartInfo("h2load") { RedirectStandardOutput = true, RedirectStandardError = true };
            foreach (var argument in (string[])["-n", count.ToString(CultureInfo.InvariantCulture), "-c", "4", "-m", "32", "-t", "1", "-d", file,
                "-H", "Authorization: Bearer " + target.Token, "-H", "Content-Type: application/json", new Uri(target.Url, path).AbsoluteUri]) start.ArgumentList.Add(argument);
            using var process = Start(start);
            var errors = process.StandardError.ReadToEndAsync();
            var output = await process.StandardOutput.ReadToEndAsync();
            await process.WaitForExitAsync();
            var rate = Rate().Match(output);
            var succeeded = Succeeded().Match(output);
            if (!rate.Success || !succeeded.Success || succeeded.Groups[1].Value != count.ToString(CultureInfo.InvariantCulture))
            {
                throw new InvalidOperationException($"h2load: {output}{await errors}".Replace(target.Token, "...", StringComparison.Ordinal));
            }
            return double.Parse(rate.Groups[1].Value, CultureInfo.InvariantCulture);
        }
        finally
        {
            File.Delete(file);
        }
    }

    /// <summary>A ConfigMap with that many bytes of data, named by the server.</summary>
    public static string ConfigMap(int bytes) => $$$"""{"apiVersion":"v1","kind":"ConfigMap","metadata":{"generateName":"cm-","labels":{"purpose":"scaletest"}},"data":{"k":"{{{new string('x', bytes)}}}"}}""";

    private static Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception missing)
        {
            throw new InvalidOperationException("h2load is not installed; on Debian it is in nghttp2-client.", missing);
        }
    }

    [GeneratedRegex(@"finished in [^,]+, ([0-9.]+) req/s")]
    private static partial Regex Rate();

    [GeneratedRegex(@"status codes: ([0-9]+) 2xx")]
    private static partial Regex Succeeded();
}
