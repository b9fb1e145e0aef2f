using System.Net;
using System.Net.Sockets;
using System.Text;
using K8sScaleTest.Engine.Metrics;

namespace K8sScaleTest.Engine.Tests.Metrics;

public sealed class MetricsEndpointTests
{
    [Fact]
    public async Task Port_0_picks_a_free_one_and_the_metrics_are_there_over_HTTP()
    {
        await using var endpoint = MetricsEndpoint.Open(new RunMetrics(), "localhost", 0);

        Assert.InRange(endpoint.Port, 1, 65535);
        Assert.Equal($"http://localhost:{endpoint.Port}/metrics", endpoint.Url);
        var scrape = await Scrape.OfAsync(endpoint);
        Assert.NotNull(scrape["process_num_threads"]);
    }

    [Theory]
    [InlineData("*")]
    [InlineData("0.0.0.0")]
    [InlineData("127.0.0.1")]
    [InlineData("localhost")]
    public async Task Every_form_of_address_can_be_reached_over_IPv4(string address)
    {
        await using var endpoint = MetricsEndpoint.Open(new RunMetrics(), address, 0);

        Assert.Equal("ok", (await AskAsync(IPAddress.Loopback, endpoint.Port, "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")).Body);
    }

    [Fact]
    public async Task A_port_in_use_is_an_error_that_says_what_to_do()
    {
        await using var first = MetricsEndpoint.Open(new RunMetrics(), "*", 0);

        foreach (var address in (string[])["*", "localhost", "127.0.0.1"])
        {
            var error = Assert.Throws<MetricsEndpointException>(() => MetricsEndpoint.Open(new RunMetrics(), address, first.Port));
            Assert.True(error.PortInUse);
            Assert.StartsWith($"Port {first.Port} is in use", error.Message, StringComparison.Ordinal);
            Assert.Contains("-MetricsPort", error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_port_is_free_again_as_soon_as_the_endpoint_is_closed()
    {
        var port = 0;
        for (var i = 0; i < 3; i++)
        {
            await using var endpoint = MetricsEndpoint.Open(new RunMetrics(), "localhost", port);
            await Scrape.OfAsync(endpoint);
            port = endpoint.Port;
        }
    }

    [Theory]
    [InlineData("nowhere.example")]
    [InlineData("203.0.113.7")]
    public void An_address_that_is_not_this_machines_is_an_error_that_says_so(string address)
    {
        var error = Assert.Throws<MetricsEndpointException>(() => MetricsEndpoint.Open(new RunMetrics(), address, 0));
        Assert.False(error.PortInUse);
        Assert.StartsWith($"'{address}' is", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GET /metrics?x=1 HTTP/1.1\r\nHost: a\r\nAccept: application/openmetrics-text\r\n\r\n", "200 OK")]
    [InlineData("GET /metrics HTTP/1.0\r\n\r\n", "200 OK")]
    [InlineData("GET /healthz HTTP/1.1\r\n\r\n", "200 OK")]
    [InlineData("GET / HTTP/1.1\r\n\r\n", "404 Not Found")]
    [InlineData("POST /metrics HTTP/1.1\r\nContent-Length: 2\r\n\r\nxx", "405 Method Not Allowed")]
    [InlineData("\u0016\u0003\u0001 hello\r\n\r\n", "400 Bad Request")]
    [InlineData("GET /metrics HTTP/2.0 more\r\n\r\n", "400 Bad Request")]
    public async Task Requests_are_answered_by_what_they_ask(string request, string status)
    {
        await using var endpoint = MetricsEndpoint.Open(new RunMetrics(), "localhost", 0);

        var (line, body) = await AskAsync(IPAddress.Loopback, endpoint.Port, request);

        Assert.Equal($"HTTP/1.1 {status}", line);
        Assert.NotEmpty(body);
    }

    [Fact]
    public async Task HEAD_gives_the_headers_alone_and_endless_headers_are_refused()
    {
        await using var endpoint = MetricsEndpoint.Open(new RunMetrics(), "localhost", 0);

        Assert.Equal(("HTTP/1.1 200 OK", ""), await AskAsync(IPAddress.Loopback, endpoint.Port, "HEAD /metrics HTTP/1.1\r\n\r\n"));
        Assert.Equal("HTTP/1.1 400 Bad Request", (await AskAsync(IPAddress.Loopback, endpoint.Port, "GET /metrics HTTP/1.1\r\nX: " + new string('x', 16 * 1024))).Line);
    }

    [Fact]
    public async Task Whoever_connects_and_says_nothing_keeps_neither_scrapes_nor_the_end_waiting()
    {
        var endpoint = MetricsEndpoint.Open(new RunMetrics(), "localhost", 0);
        using var silent = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await silent.ConnectAsync(IPAddress.Loopback, endpoint.Port, TestContext.Current.CancellationToken);
        await Scrape.OfAsync(endpoint);

        await endpoint.DisposeAsync();

        Assert.Equal(0, await silent.ReceiveAsync(new byte[1], TestContext.Current.CancellationToken));
    }

    private static async Task<(string Line, string Body)> AskAsync(IPAddress address, int port, string request)
    {
        using var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(address, port, TestContext.Current.CancellationToken);
        await using var stream = new NetworkStream(socket);
        await stream.WriteAsync(Encoding.Latin1.GetBytes(request), TestContext.Current.CancellationToken);
        socket.Shutdown(SocketShutdown.Send);
        using var reader = new StreamReader(stream);
        var answer = await reader.ReadToEndAsync(TestContext.Current.CancellationToken);
        var head = answer.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        return (answer[..answer.IndexOf("\r\n", StringComparison.Ordinal)], answer[(head + 4)..]);
    }
}
