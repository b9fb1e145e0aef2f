using System.Globalization;
using K8sScaleTest.Engine.Metrics;

namespace K8sScaleTest.Engine.Tests.Metrics;

/// <summary>What one scrape gave: each series as it stands in the text, with its value.</summary>
internal sealed class Scrape
{
    private readonly Dictionary<string, double> _values = [];

    private Scrape(string text)
    {
        Text = text;
        foreach (var line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(line => line[0] != '#'))
        {
            var space = line.LastIndexOf(' ');
            _values.Add(line[..space], double.Parse(line[(space + 1)..].Replace("+Inf", "∞", StringComparison.Ordinal), CultureInfo.InvariantCulture));
        }
    }

    public string Text { get; }

    /// <summary>All series whose name begins so.</summary>
    public IEnumerable<string> Series(string prefix) => _values.Keys.Where(key => key.StartsWith(prefix, StringComparison.Ordinal));

    /// <summary>The value of a series as it stands in the text; null where there is none.</summary>
    public double? this[string series] => _values.TryGetValue(series, out var value) ? value : null;

    /// <summary>Asks over HTTP, as Prometheus does.</summary>
    public static async Task<Scrape> OfAsync(MetricsEndpoint endpoint)
    {
        using var http = new HttpClient();
        using var response = await http.GetAsync(endpoint.Url, TestContext.Current.CancellationToken);
        Assert.Equal(200, (int)response.StatusCode);
        Assert.Equal(RunMetrics.ContentType, response.Content.Headers.ContentType?.ToString());
        return new(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    /// <summary>What a scrape would give, without a port.</summary>
    public static async Task<Scrape> OfAsync(RunMetrics metrics)
    {
        using var stream = new MemoryStream();
        await metrics.ExportAsync(stream, TestContext.Current.CancellationToken);
        return new(System.Text.Encoding.UTF8.GetString(stream.ToArray()));
    }
}
