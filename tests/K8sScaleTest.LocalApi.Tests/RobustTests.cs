using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using K8sScaleTest.LocalApi.Tests.Fuzz;

namespace K8sScaleTest.LocalApi.Tests;

/// <summary>Clients that do not behave: each is bounded, and costs the others nothing but its share of the machine.</summary>
public sealed class RobustTests
{
    private const int Silent = 2000;
    private const int Limit = 3 * 1024 * 1024;

    private readonly int[] _counts = new int[64];

    [Fact]
    public async Task A_watcher_that_does_not_read_is_cut_off_and_the_others_see_everything()
    {
        const int Readers = 10;
        const int Events = 3000;
        await using var server = await LocalApiProcess.StartAsync("--history", "500");
        using var api = new ApiClient(server);
        using var slow = await RawConnection.OpenAsync(server, SslApplicationProtocol.Http11, TestContext.Current.CancellationToken);
        await slow.SendAsync(Encoding.ASCII.GetBytes($"GET {ApiClient.ConfigMaps}?watch=1&resourceVersion=0 HTTP/1.1\r\nHost: local\r\nAuthorization: Bearer {server.Token}\r\n\r\n"), TestContext.Current.CancellationToken);
        await UntilAsync(api, "apiserver_longrunning_requests", 1);
        var watches = new List<WatchReader>();
        for (var i = 0; i < Readers; i++) watches.Add(await api.WatchAsync(ApiClient.ConfigMaps + "?watch=1&resourceVersion=0"));

        var data = $$"""{"k":"{{new string('x', 4000)}}"}""";
        var reading = watches.Select(w => CountAsync(w, Events)).ToArray();
        // In steps shorter than the history, so that a watcher that reads is never left behind, however busy the machine.
        for (var i = 0; i < Events; i++)
        {
            Assert.Equal(201, (await api.CreateConfigMapAsync("c" + i, data)).Code);
            if (i % 250 == 249) await Task.WhenAll(watches.Select((_, w) => ReachedAsync(w, i + 1)));
        }

        Assert.All(await Task.WhenAll(reading), count => Assert.Equal(Events, count));
        await UntilAsync(api, "apiserver_terminated_watchers_total{group=\"\",resource=\"configmaps\"}", 1);
        await UntilAsync(api, "apiserver_longrunning_requests", Readers);
        // What it does get in the end breaks off; a watch that ended in order would close the chunked form.
        var got = await slow.ReceiveAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
        Assert.DoesNotContain("\r\n0\r\n\r\n", got, StringComparison.Ordinal);
        Assert.True(got.Split("\"type\":\"ADDED\"").Length - 1 < Events, "It was not cut off.");
        foreach (var watch in watches) watch.Dispose();

        Task ReachedAsync(int watch, int count) => WaitAsync(() => Volatile.Read(ref _counts[watch]) >= count);
        async Task<int> CountAsync(WatchReader watch, int until)
        {
            var index = watches.IndexOf(watch);
            while (_counts[index] < until && await watch.NextAsync(120) is { } next)
            {
                Assert.Equal("ADDED", next.GetProperty("type").GetString());
                Interlocked.Increment(ref _counts[index]);
            }
            return _counts[index];
        }
    }

    [Fact]
    public async Task Thousands_of_connections_that_say_nothing_or_half_of_something_keep_nobody_waiting_and_are_closed()
    {
        await using var server = await LocalApiProcess.StartAsync();
        using var api = new ApiClient(server);
        await api.CreateConfigMapAsync("before");
        var idle = new List<TcpClient>();
        try
        {
            for (var i = 0; i < Silent; i++)
            {
                var tcp = await RawConnection.ConnectAsync(server, TestContext.Current.CancellationToken);
                idle.Add(tcp);
                // Nothing, a piece of a TLS hello, or what is no TLS at all.
                var first = (i % 3) switch { 0 => [], 1 => new byte[] { 22, 3, 1, 2, 0, 1, 0 }, _ => "GET / HTTP/1.1\r\n"u8.ToArray() };
                if (first.Length > 0) await tcp.GetStream().WriteAsync(first, TestContext.Current.CancellationToken);
            }

            for (var i = 0; i < 50; i++) Assert.Equal(201, (await api.CreateConfigMapAsync("meanwhile" + i)).Code);
            Assert.Equal(51, (await api.GetAsync(ApiClient.ConfigMaps)).Names.Count);

            // The handshake has its time; then each is closed.
            await Task.WhenAll(idle.Select(EndAsync)).WaitAsync(TimeSpan.FromSeconds(120), TestContext.Current.CancellationToken);
        }
        finally
        {
            foreach (var tcp in idle) tcp.Dispose();
        }
        await WaitForAsync(async () => await ReadAsync(api, "process_open_fds") < 500);
    }

    [Fact]
    public async Task Requests_that_stop_half_way_keep_nobody_waiting_and_are_ended()
    {
        const int Each = 25;
        await using var server = await LocalApiProcess.StartAsync();
        using var api = new ApiClient(server);
        var head = $"POST {ApiClient.ConfigMaps} HTTP/1.1\r\nHost: local\r\nAuthorization: Bearer {server.Token}\r\n";
        // Half of a head; a whole one with a little of its body; an HTTP/2 request whose headers do not end; one whose body does not come.
        var halves = new (SslApplicationProtocol Protocol, byte[] Bytes)[]
        {
            (SslApplicationProtocol.Http11, Encoding.ASCII.GetBytes(head)),
            (SslApplicationProtocol.Http11, Encoding.ASCII.GetBytes(head + "Content-Type: application/json\r\nContent-Length: 1000\r\n\r\n{\"metadata\":")),
            (SslApplicationProtocol.Http2, [.. Http2Frames.Preface, .. Http2Frames.Headers(1, "POST", ApiClient.ConfigMaps, server.Token, endHeaders: false, endStream: false)]),
            (SslApplicationProtocol.Http2, [.. Http2Frames.Preface, .. Http2Frames.Headers(1, "POST", ApiClient.ConfigMaps, server.Token, endStream: false)]),
        };
        var open = new List<RawConnection>();
        try
        {
            foreach (var (protocol, bytes) in halves)
            {
                for (var i = 0; i < Each; i++)
                {
                    open.Add(await RawConnection.OpenAsync(server, protocol, TestContext.Current.CancellationToken));
                    await open[^1].SendAsync(bytes, TestContext.Current.CancellationToken);
                }
            }

            for (var i = 0; i < 20; i++) Assert.Equal(201, (await api.CreateConfigMapAsync("meanwhile" + i)).Code);

            // Half a head has 30 s, a body that does not come 5 s: then each request is over, and nothing of it was stored.
            var clock = System.Diagnostics.Stopwatch.StartNew();
            var ends = await Task.WhenAll(open.Take(3 * Each).Select(c => c.ReceiveAsync(TimeSpan.FromSeconds(120), TestContext.Current.CancellationToken)));
            Assert.True(clock.Elapsed < TimeSpan.FromSeconds(100), $"They were left open for {clock.Elapsed}.");
            Assert.All(ends.Skip(Each).Take(Each), text => Assert.StartsWith("HTTP/1.1 408 ", text, StringComparison.Ordinal));
            await UntilAsync(api, "apiserver_current_inflight_requests", 1);
            Assert.Equal(20, (await api.GetAsync(ApiClient.ConfigMaps)).Names.Count);
        }
        finally
        {
            foreach (var connection in open) connection.Dispose();
        }
        await WaitForAsync(async () => await ReadAsync(api, "process_open_fds") < 300);
    }

    [Theory]
    [InlineData("reset at once")]
    [InlineData("ping")]
    [InlineData("settings")]
    [InlineData("continuation")]
    [InlineData("more streams than allowed")]
    [InlineData("window beyond its limit")]
    [InlineData("many headers")]
    public async Task A_flood_of_HTTP2_frames_costs_others_nothing_and_leaves_nothing(string flood)
    {
        const int Batches = 200;
        const int Allowance = 150 * 1024 * 1024;
        var server = await LocalApiProcess.StartAsync();
        await using (server)
        {
            using var api = new ApiClient(server);
            await api.CreateConfigMapAsync("before");
            var memory = await ReadAsync(api, "process_resident_memory_bytes");
            using (var connection = await RawConnection.OpenAsync(server, SslApplicationProtocol.Http2, TestContext.Current.CancellationToken))
            {
                await connection.SendAsync(Http2Frames.Preface, TestContext.Current.CancellationToken);
                // A client that reads nothing of what is answered: either side may end it, or the server stops reading.
                using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
                patience.CancelAfter(TimeSpan.FromSeconds(20));
                for (var batch = 0; batch < Batches && !patience.IsCancellationRequested; batch++)
                {
                    try
                    {
                        if (!await connection.SendAsync(Http2Frames.Flood(flood, batch, server.Token), patience.Token)) break;
                    }
                    catch (OperationCanceledException) when (!TestContext.Current.CancellationToken.IsCancellationRequested)
                    {
                        break;
                    }
                    if (batch % 50 == 0) Assert.Equal(200, (await api.GetAsync(ApiClient.ConfigMaps + "/before")).Code);
                }
                Assert.Equal(201, (await api.CreateConfigMapAsync("meanwhile")).Code);
            }

            await UntilAsync(api, "apiserver_current_inflight_requests", 1);
            var growth = await ReadAsync(api, "process_resident_memory_bytes") - memory;
            Assert.True(growth < Allowance, $"Memory grew by {growth / 1024 / 1024} MiB.");
            Assert.Equal(["before", "meanwhile"], (await api.GetAsync(ApiClient.ConfigMaps)).Names);
        }
        Assert.Equal("", server.Said);
    }

    [Fact]
    public async Task A_body_without_end_is_cut_off_at_the_limit()
    {
        await using var server = await LocalApiProcess.StartAsync();
        using var connection = await RawConnection.OpenAsync(server, SslApplicationProtocol.Http11, TestContext.Current.CancellationToken);
        await connection.SendAsync(Encoding.ASCII.GetBytes($"POST {ApiClient.ConfigMaps} HTTP/1.1\r\nHost: local\r\nAuthorization: Bearer {server.Token}\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"), TestContext.Current.CancellationToken);
        var receiving = connection.ReceiveAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
        var chunk = Encoding.ASCII.GetBytes("10000\r\n" + new string(' ', 65536) + "\r\n");
        long sent = 0;
        while (!receiving.IsCompleted && sent < 100L * Limit && await connection.SendAsync(chunk, TestContext.Current.CancellationToken)) sent += 65536;

        var answer = await receiving;

        Assert.StartsWith("HTTP/1.1 413 ", answer, StringComparison.Ordinal);
        Assert.Contains("Request entity too large: limit is 3145728", answer, StringComparison.Ordinal);
        using var api = new ApiClient(server);
        Assert.Equal(200, (await api.GetAsync(ApiClient.ConfigMaps)).Code);
    }

    [Theory]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\nX: {0}\r\n\r\n", 100_000)]
    [InlineData("GET /{0} HTTP/1.1\r\nHost: a\r\n\r\n", 100_000)]
    [InlineData("{0} / HTTP/1.1\r\nHost: a\r\n\r\n", 10_000)]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\nContent-Length: -{0}\r\n\r\n", 1)]
    [InlineData("GET / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\nHost: a\r\n\r\n{0}", 1)]
    [InlineData("\0\0\0\0{0}\r\n\r\n", 10)]
    public async Task Absurd_heads_are_refused_or_the_connection_is_closed(string head, int length)
    {
        await using var server = await LocalApiProcess.StartAsync();
        using var connection = await RawConnection.OpenAsync(server, SslApplicationProtocol.Http11, TestContext.Current.CancellationToken);

        await connection.SendAsync(Encoding.ASCII.GetBytes(string.Format(null, head, new string('x', length))), TestContext.Current.CancellationToken);
        var answer = await connection.ReceiveAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);

        Assert.True(answer.Length == 0 || answer.StartsWith("HTTP/1.1 4", StringComparison.Ordinal), answer);
        using var api = new ApiClient(server);
        Assert.Equal(200, (await api.GetAsync("/readyz")).Code);
    }

    [Fact]
    public async Task Clients_that_vanish_in_the_middle_leave_no_watch_behind()
    {
        await using var server = await LocalApiProcess.StartAsync();
        using var api = new ApiClient(server);
        for (var i = 0; i < 50; i++)
        {
            using var connection = await RawConnection.OpenAsync(server, SslApplicationProtocol.Http11, TestContext.Current.CancellationToken);
            await connection.SendAsync(Encoding.ASCII.GetBytes($"GET {ApiClient.ConfigMaps}?watch=1 HTTP/1.1\r\nHost: local\r\nAuthorization: Bearer {server.Token}\r\n\r\n"), TestContext.Current.CancellationToken);
            if (i % 2 == 0) connection.Reset();
        }

        await UntilAsync(api, "apiserver_longrunning_requests", 0);
        await UntilAsync(api, "apiserver_current_inflight_requests", 1);
    }

    private static async Task EndAsync(TcpClient tcp)
    {
        try
        {
            var bytes = new byte[1024];
            while (await tcp.GetStream().ReadAsync(bytes, TestContext.Current.CancellationToken) > 0)
            {
            }
        }
        catch (IOException)
        {
            // Reset: closed as well.
        }
    }

    private static Task UntilAsync(ApiClient api, string name, double value) => WaitForAsync(async () => (await ReadAsync(api, name)) == value);

    private static Task WaitAsync(Func<bool> reached) => WaitForAsync(() => Task.FromResult(reached()));

    private static async Task WaitForAsync(Func<Task<bool>> reached)
    {
        var clock = System.Diagnostics.Stopwatch.StartNew();
        while (!await reached())
        {
            Assert.True(clock.Elapsed < TimeSpan.FromSeconds(120), "It did not come about in two minutes.");
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
    }

    private static async Task<double> ReadAsync(ApiClient api, string name) =>
        (await api.GetAsync("/metrics")).Text.Split('\n').Where(l => l.StartsWith(name + " ", StringComparison.Ordinal) || l.StartsWith(name + (name.EndsWith('}') ? " " : "{"), StringComparison.Ordinal))
            .Sum(l => double.Parse(l[(l.LastIndexOf(' ') + 1)..], System.Globalization.CultureInfo.InvariantCulture));
}
