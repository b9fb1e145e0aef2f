using System.Net;
using System.Net.Security;
using System.Text;
using K8sScaleTest.LocalApi.Tests.Fuzz;

namespace K8sScaleTest.LocalApi.Tests.Faults;

/// <summary>What faults do to requests: seen by a plain client, and in the ledger.</summary>
public sealed class RequestFaultTests
{
    private static readonly Version Http2 = HttpVersion.Version20;

    [Theory]
    [InlineData("BeforeCommit")]
    [InlineData("AfterCommit")]
    public async Task A_latency_lies_before_or_after_the_commit(string at)
    {
        await using var server = await FaultyServer.StartAsync();
        var id = await server.OrderAsync($$$"""{"action":"Latency","at":"{{{at}}}","latency":{"shape":"Constant","milliseconds":120},"verbs":["create"],"resources":["configmaps"]}""");

        var launched = FaultyServer.Now;
        Assert.Equal(201, (await server.Api.CreateConfigMapAsync("slow")).Code);
        var finished = FaultyServer.Now;
        await server.Api.GetAsync(ApiClient.ConfigMaps + "/slow");

        var created = (await server.RequestsAsync("create", 1))[0];
        Assert.Equal([id], created.Faults());
        Assert.Empty((await server.RequestsAsync("get", 1))[0].Faults());
        var (arrived, committed, answered) = (created.Number("arrivedNanoseconds"), created.Number("committedNanoseconds"), created.Number("answeredNanoseconds"));
        // The clocks are one: the client's times and the ledger's bracket each other.
        Assert.True(launched <= arrived && arrived <= committed && committed <= answered && answered <= finished, $"{launched} {arrived} {committed} {answered} {finished}");
        var waited = at == "BeforeCommit" ? committed - arrived : answered - committed;
        Assert.True(waited >= 120_000_000, $"{waited} ns lie {at}.");
        Assert.Equal("scaletest", created.Text("namespace"));
        Assert.Equal("slow", created.Text("name"));
    }

    [Fact]
    public async Task The_same_seed_draws_the_same_victims()
    {
        var first = await DrawnAsync(42);
        var second = await DrawnAsync(42);
        var other = await DrawnAsync(43);

        Assert.Equal(first, second);
        Assert.NotEqual(first, other);
        Assert.InRange(first.Count(c => c == 'x'), 3, 37);

        static async Task<string> DrawnAsync(ulong seed)
        {
            await using var server = await FaultyServer.StartAsync();
            await server.OrderAsync($$"""{"action":"Status","statusCode":503,"probability":0.5,"seed":{{seed}},"verbs":["create"]}""");
            var drawn = "";
            for (var i = 0; i < 40; i++) drawn += (await server.Api.CreateConfigMapAsync("s" + i)).Code == 503 ? 'x' : '.';
            var told = string.Concat((await server.RequestsAsync("create", 40)).Select(r => r.Number("status") == 503 ? 'x' : '.'));
            Assert.Equal(drawn, told);
            return drawn;
        }
    }

    [Theory]
    [InlineData("""{"shape":"Constant","milliseconds":3}""", 3, 3)]
    [InlineData("""{"shape":"Uniform","from":1,"to":9}""", 1, 9)]
    [InlineData("""{"shape":"Exponential","mean":4}""", 0, 100)]
    [InlineData("""{"shape":"LogNormal","median":3,"sigma":0.7}""", 0, 100)]
    [InlineData("""{"shape":"Mix","of":[{"shape":"Constant","milliseconds":1,"weight":3},{"shape":"Uniform","from":5,"to":8,"weight":1}]}""", 1, 8)]
    public async Task The_same_seed_draws_the_same_latencies_and_the_ledger_has_each(string latency, double least, double most)
    {
        var first = await DrawnAsync(42);

        Assert.Equal(first, await DrawnAsync(42));
        Assert.All(first, nanoseconds => Assert.InRange(nanoseconds, (long)(least * 1e6), (long)(most * 1e6)));
        if (least == most) return;
        Assert.True(first.Distinct().Count() > 1);
        Assert.NotEqual(first, await DrawnAsync(43));

        async Task<long[]> DrawnAsync(ulong seed)
        {
            await using var server = await FaultyServer.StartAsync();
            await server.OrderAsync($$"""{"action":"Latency","latency":{{latency}},"seed":{{seed}},"verbs":["create"]}""");
            await server.OrderAsync("""{"action":"Latency","at":"AfterCommit","latency":{"shape":"Constant","milliseconds":2},"name":"both"}""");
            for (var i = 0; i < 20; i++) await server.Api.CreateConfigMapAsync("s" + i);
            await server.Api.CreateConfigMapAsync("both");
            var told = await server.RequestsAsync("create", 21);
            // Whatever was drawn has been waited for, and the ledger's own times show it.
            Assert.All(told.Take(20), r => Assert.True(r.Number("committedNanoseconds") - r.Number("arrivedNanoseconds") >= r.Number("latencyNanoseconds"), r.GetRawText()));
            Assert.True(told[20].Number("answeredNanoseconds") - told[20].Number("arrivedNanoseconds") >= told[20].Number("latencyNanoseconds"));
            Assert.Equal([1, 2], told[20].Faults());
            return [.. told.Take(20).Select(r => r.Number("latencyNanoseconds")), told[20].Number("latencyNanoseconds") - 2_000_000];
        }
    }

    [Fact]
    public async Task A_refusal_after_the_effect_does_not_claim_to_be_compressed_as_the_answer_was_that_it_replaces()
    {
        await using var server = await FaultyServer.StartAsync();
        var data = "{\"k\":\"" + new string('x', 100_000) + "\"}";
        for (var i = 0; i < 3; i++) await server.Api.CreateConfigMapAsync("big" + i, data);
        await server.OrderAsync("""{"action":"Status","statusCode":503,"at":"AfterCommit","verbs":["list"]}""");
        using var connection = await RawConnection.OpenAsync(server.Process, SslApplicationProtocol.Http11, TestContext.Current.CancellationToken);

        await connection.SendAsync(Encoding.ASCII.GetBytes($"GET {ApiClient.ConfigMaps} HTTP/1.1\r\nHost: local\r\nAccept-Encoding: gzip\r\nAuthorization: Bearer {server.Process.Token}\r\n\r\n"), TestContext.Current.CancellationToken);
        var answer = await connection.ReceiveAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);

        Assert.StartsWith("HTTP/1.1 503 ", answer, StringComparison.Ordinal);
        Assert.DoesNotContain("Content-Encoding", answer, StringComparison.Ordinal);
        Assert.Contains("\"reason\":\"ServiceUnavailable\"", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_429_is_plain_text_with_Retry_After()
    {
        await using var server = await FaultyServer.StartAsync();
        var id = await server.OrderAsync("""{"action":"Status","statusCode":429,"retryAfterSeconds":7,"count":2,"verbs":["create"]}""");

        var refused = await server.Api.CreateConfigMapAsync("a");
        await server.Api.CreateConfigMapAsync("a");
        var third = await server.Api.CreateConfigMapAsync("a");

        Assert.Equal((429, "7", "text/plain; charset=utf-8", "Too many requests, please try again later.\n"), (refused.Code, refused.Headers["Retry-After"], refused.Headers["Content-Type"], refused.Text));
        Assert.Equal(201, third.Code);
        Assert.Equal(["Spent", "2"], [(await server.Control.FaultAsync(id, TestContext.Current.CancellationToken)).Text("state"), (await server.Control.FaultAsync(id, TestContext.Current.CancellationToken)).Number("applied").ToString()]);
        Assert.Equal([429, 429, 201], (await server.RequestsAsync("create", 3)).Select(r => (int)r.Number("status")));
    }

    [Theory]
    [InlineData(500, "InternalError")]
    [InlineData(503, "ServiceUnavailable")]
    [InlineData(504, "Timeout")]
    public async Task Other_codes_are_Statuses_and_may_come_after_the_write_took_effect(int code, string reason)
    {
        await using var server = await FaultyServer.StartAsync();
        await server.OrderAsync($$"""{"action":"Status","statusCode":{{code}},"name":"early"}""");
        await server.OrderAsync($$"""{"action":"Status","statusCode":{{code}},"name":"late","at":"AfterCommit","verbs":["create"]}""");

        var early = await server.Api.CreateConfigMapAsync("early");
        var late = await server.Api.CreateConfigMapAsync("late");

        Assert.All([early, late], r => Assert.Equal((code, reason, "Status"), (r.Code, r.Reason, r.Json.GetProperty("kind").GetString())));
        Assert.Equal(["late"], (await server.Api.GetAsync(ApiClient.ConfigMaps)).Names);
        var told = await server.RequestsAsync("create", 2);
        Assert.False(told[0].TryGetProperty("committedNanoseconds", out _));
        Assert.True(told[1].Number("committedNanoseconds") > 0 && told[1].Number("status") == code);
    }

    [Fact]
    public async Task A_request_that_had_no_effect_is_refused_as_ever_though_a_fault_was_to_follow_its_commit()
    {
        await using var server = await FaultyServer.StartAsync();
        await server.OrderAsync("""{"action":"Status","statusCode":500,"at":"AfterCommit","verbs":["delete"]}""");

        var missing = await server.Api.DeleteAsync(ApiClient.ConfigMaps + "/missing");

        Assert.Equal((404, "NotFound"), (missing.Code, missing.Reason));
    }

    [Theory]
    [InlineData("1.1", "BeforeCommit")]
    [InlineData("1.1", "AfterCommit")]
    [InlineData("2.0", "BeforeCommit")]
    [InlineData("2.0", "AfterCommit")]
    public async Task A_reset_comes_before_or_after_the_write_took_effect(string version, string at)
    {
        await using var server = await FaultyServer.StartAsync(Version.Parse(version));
        var id = await server.OrderAsync($$"""{"action":"Reset","at":"{{at}}","verbs":["create"],"count":1}""");

        var failed = await Assert.ThrowsAsync<HttpRequestException>(() => server.Api.CreateConfigMapAsync("reset"));
        var after = await server.Api.GetAsync(ApiClient.ConfigMaps + "/reset");

        if (version == "2.0") Assert.Contains("INTERNAL_ERROR", failed.ToString(), StringComparison.Ordinal);
        Assert.True(after.Code == (at == "AfterCommit" ? 200 : 404), after.Text);
        var told = (await server.RequestsAsync("create", 1))[0];
        Assert.Equal("Reset", told.Text("end"));
        Assert.Equal([id], told.Faults());
        Assert.False(told.TryGetProperty("status", out _));
        Assert.Equal(at == "AfterCommit", told.TryGetProperty("committedNanoseconds", out _));
    }

    [Theory]
    [InlineData("BeforeCommit")]
    [InlineData("AfterCommit")]
    public async Task No_answer_comes_until_the_client_gives_up(string at)
    {
        await using var server = await FaultyServer.StartAsync();
        await server.OrderAsync($$"""{"action":"NoAnswer","at":"{{at}}","verbs":["create"]}""");

        // The connection is there, and the request has come to the server, long before the client gives up.
        _ = await server.Api.GetAsync(ApiClient.ConfigMaps);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(TimeSpan.FromSeconds(3));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => server.Api.SendOnceAsync("POST", ApiClient.ConfigMaps, """{"metadata":{"name":"hung"}}""", "application/json", null, patience.Token));

        var told = (await server.RequestsAsync("create", 1))[0];
        Assert.Equal("NoAnswer", told.Text("end"));
        Assert.Equal(at == "AfterCommit" ? 200 : 404, (await server.Api.GetAsync(ApiClient.ConfigMaps + "/hung")).Code);
    }

    [Fact]
    public async Task A_refused_stream_is_sent_again_by_the_client_and_both_are_in_the_ledger()
    {
        await using var server = await FaultyServer.StartAsync(Http2);
        await server.OrderAsync("""{"action":"RefuseStream","verbs":["create"],"count":1}""");

        var created = await server.Api.CreateConfigMapAsync("again");

        Assert.Equal(201, created.Code);
        var told = await server.RequestsAsync("create", 2);
        Assert.Equal(["Refused", "Answered"], told.Select(r => r.Text("end")));
        Assert.NotEqual(told[0].Number("stream"), told[1].Number("stream"));
        Assert.False(told[0].TryGetProperty("committedNanoseconds", out _));
    }

    [Theory]
    [InlineData("1.1")]
    [InlineData("2.0")]
    public async Task After_a_GOAWAY_the_client_opens_another_connection(string version)
    {
        await using var server = await FaultyServer.StartAsync(Version.Parse(version));
        await server.Api.GetAsync(ApiClient.ConfigMaps);
        await server.OrderAsync("""{"action":"GoAway","verbs":["list"],"count":1}""");

        Assert.Equal(200, (await server.Api.GetAsync(ApiClient.ConfigMaps)).Code);
        // The frame may reach the client after the answer: until then it uses the connection that it has.
        IReadOnlyList<string> connections;
        var requests = 2;
        do
        {
            Assert.Equal(200, (await server.Api.GetAsync(ApiClient.ConfigMaps)).Code);
            connections = [.. (await server.RequestsAsync("list", ++requests)).Select(r => r.Text("connection"))];
        }
        while (connections[^1] == connections[0] && requests < 100);

        Assert.Equal(connections[0], connections[1]);
        Assert.NotEqual(connections[0], connections[^1]);
    }

    [Fact]
    public async Task Refused_connections_fail_open_ones_live_on_and_the_port_stays_the_same()
    {
        await using var server = await FaultyServer.StartAsync();
        await server.Api.GetAsync(ApiClient.ConfigMaps);
        await server.OrderAsync("""{"action":"RefuseConnection","forMilliseconds":600000}""");

        Assert.False(await ConnectsAsync(server, wanted: false));
        Assert.Equal(200, (await server.Api.GetAsync(ApiClient.ConfigMaps)).Code);
        await server.Control.ClearAsync(TestContext.Current.CancellationToken);

        Assert.True(await ConnectsAsync(server, wanted: true));
    }

    [Fact]
    public async Task Skip_and_every_choose_by_count()
    {
        await using var server = await FaultyServer.StartAsync();
        await server.OrderAsync("""{"action":"Status","statusCode":500,"skip":2,"every":3,"count":2,"verbs":["create"],"userAgent":"*","namespace":"scale*"}""");

        var codes = new List<int>();
        for (var i = 0; i < 12; i++) codes.Add((await server.Api.CreateConfigMapAsync("c" + i)).Code);

        Assert.Equal([201, 201, 201, 201, 500, 201, 201, 500, 201, 201, 201, 201], codes);
    }

    [Fact]
    public async Task A_skewed_clock_shows_in_timestamps_and_dates()
    {
        await using var server = await FaultyServer.StartAsync();
        await server.OrderAsync("""{"action":"ClockSkew","skewMilliseconds":-7200000}""");

        var created = await server.Api.CreateConfigMapAsync("past");
        await server.Control.ClearAsync(TestContext.Current.CancellationToken);
        var later = await server.Api.CreateConfigMapAsync("present");

        Assert.InRange(Age(created), 7190, 7290);
        Assert.InRange(Age(later), -10, 90);
        Assert.InRange((DateTimeOffset.UtcNow - DateTimeOffset.Parse(created.Headers["Date"], System.Globalization.CultureInfo.InvariantCulture)).TotalSeconds, 7190, 7290);

        static double Age(Reply reply) => (DateTimeOffset.UtcNow - reply.Json.GetProperty("metadata").GetProperty("creationTimestamp").GetDateTimeOffset()).TotalSeconds;
    }

    /// <summary>Whether a new connection is accepted, asked until it is as wanted.</summary>
    private static async Task<bool> ConnectsAsync(FaultyServer server, bool wanted)
    {
        for (var attempt = 0; ; attempt++)
        {
            using var fresh = new ApiClient(server.Process);
            bool connected;
            try
            {
                connected = (await fresh.GetAsync(ApiClient.ConfigMaps)).Code == 200;
            }
            catch (HttpRequestException refused) when (refused.HttpRequestError == HttpRequestError.ConnectionError)
            {
                connected = false;
            }
            if (connected == wanted || attempt == 200) return connected;
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }
    }
}
