using System.Net;
using System.Net.Http.Headers;
using System.Text;

namespace K8sScaleTest.LocalApi.Tests.Faults;

/// <summary>The endpoint itself: who may use it, and what it says to nonsense.</summary>
public sealed class ControlTests(ServerFixture fixture)
{
    [Fact]
    public async Task Without_its_own_token_nothing_is_told_and_nothing_done()
    {
        using var http = new HttpClient { BaseAddress = new Uri(fixture.Server.Control.Url) };
        foreach (var token in new[] { null, "", "wrong", fixture.Server.Token, fixture.Server.Control.Token + "x", fixture.Server.Control.Token[1..] })
        {
            foreach (var (method, path) in new[] { ("GET", "/faults"), ("POST", "/faults"), ("DELETE", "/faults"), ("GET", "/ledger"), ("GET", "/ledger/requests"), ("GET", "/nonsense") })
            {
                using var request = new HttpRequestMessage(new HttpMethod(method), path);
                if (method == "POST") request.Content = new StringContent("""{"action":"NoAnswer"}""");
                if (token is not null) request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + token);
                using var response = await http.SendAsync(request, TestContext.Current.CancellationToken);
                Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
            }
        }
        Assert.DoesNotContain("\"NoAnswer\"", (await fixture.Server.Control.GetAsync("/faults", TestContext.Current.CancellationToken)).GetRawText(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("configmap", true)]
    [InlineData("unicorns.example.com", true)]
    [InlineData("configmaps", false)]
    [InlineData("flunders.*", false)]
    public async Task A_name_that_no_resource_has_is_warned_of(string resource, bool warned)
    {
        await using var server = await LocalApiProcess.StartAsync();
        using var content = new StringContent($$"""{"action":"Latency","latency":{"shape":"Constant","milliseconds":1},"resources":["{{resource}}"]}""");
        using var http = new HttpClient { BaseAddress = new Uri(server.Control.Url) };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", server.Control.Token);
        using var response = await http.PostAsync(new Uri("/faults", UriKind.Relative), content, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        Assert.Equal(warned, (await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).Contains($"\"warning\":\"No resource that is served now is called {resource}: ", StringComparison.Ordinal));
    }

    [Fact]
    public void It_listens_on_loopback_and_the_API_token_is_another() =>
        Assert.True(fixture.Server.Control.Url.StartsWith("http://127.0.0.1:", StringComparison.Ordinal) && fixture.Server.Control.Token != fixture.Server.Token);

    [Theory]
    [InlineData("", "That is no fault")]
    [InlineData("null", "not null")]
    [InlineData("[]", "That is no fault")]
    [InlineData("{}", "action")]
    [InlineData("""{"action":"Explode"}""", "That is no fault")]
    [InlineData("""{"action":3}""", "That is no fault")]
    [InlineData("""{"action":"NoAnswer","colour":"red"}""", "colour")]
    [InlineData("""{"action":"NoAnswer","verbs":null}""", "not null")]
    [InlineData("""{"action":"NoAnswer","verbs":["write"]}""", "'write' is no verb")]
    [InlineData("""{"action":"NoAnswer","statusCode":500}""", "NoAnswer has no 'statusCode'")]
    [InlineData("""{"action":"Status"}""", "Status needs statusCode")]
    [InlineData("""{"action":"Status","statusCode":200}""", "from 400 to 599")]
    [InlineData("""{"action":"Status","statusCode":500,"probability":1.5}""", "probability is 1.5")]
    [InlineData("""{"action":"Status","statusCode":500,"every":0}""", "every is 0")]
    [InlineData("""{"action":"Latency"}""", "Latency needs latency")]
    [InlineData("""{"action":"Latency","latency":{"shape":"Uniform","from":5}}""", "needs 'to'")]
    [InlineData("""{"action":"Latency","latency":{"shape":"Uniform","from":5,"to":1}}""", "less than 'from'")]
    [InlineData("""{"action":"Latency","latency":{"shape":"Constant","milliseconds":-1}}""", "'milliseconds' of a latency is -1")]
    [InlineData("""{"action":"Latency","latency":{"shape":"Mix","of":[{"shape":"Constant","milliseconds":1}]}}""", "'weight'")]
    [InlineData("""{"action":"RefuseStream","at":"AfterCommit"}""", "RefuseStream has no 'at'")]
    [InlineData("""{"action":"RefuseStream","name":"a"}""", "RefuseStream has no 'name'")]
    [InlineData("""{"action":"RefuseConnection"}""", "forMilliseconds")]
    [InlineData("""{"action":"LoseEvent","now":true}""", "has no 'now'")]
    [InlineData("""{"action":"LoseEvent","scope":"All","userAgent":"x"}""", "LoseEvent (for all watchers) has no 'userAgent'")]
    [InlineData("""{"action":"CutWatch"}""", "CutWatch needs cut")]
    [InlineData("""{"action":"SlowWatch","bytesPerSecond":1,"eventsPerSecond":1}""", "one of them")]
    [InlineData("""{"action":"Compact","resources":["unicorns"]}""", "unicorns")]
    [InlineData("""{"action":"ClockSkew"}""", "skewMilliseconds")]
    public async Task Nonsense_is_refused_with_what_is_wrong(string json, string said)
    {
        var refused = await Assert.ThrowsAsync<ArgumentException>(() => fixture.Server.Control.OrderAsync(json, TestContext.Current.CancellationToken));

        Assert.StartsWith("400: ", refused.Message, StringComparison.Ordinal);
        Assert.Contains(said, refused.Message.Replace("\\u0027", "'", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Queries_of_the_ledger_are_checked_and_a_server_without_one_says_so()
    {
        foreach (var part in new[] { "nonsense", "requests?colour=red", "requests?from=-1", "watches?follow=true", "events?follow=maybe" })
        {
            await Assert.ThrowsAsync<ArgumentException>(() => fixture.Server.Control.LedgerAsync(part, TestContext.Current.CancellationToken));
        }
        await using var without = await FaultyServer.StartAsync(null, "--ledger", "0");
        Assert.False((await without.Control.GetAsync("/ledger", TestContext.Current.CancellationToken)).GetProperty("enabled").GetBoolean());
        var none = await Assert.ThrowsAsync<ArgumentException>(() => without.Control.LedgerAsync("requests", TestContext.Current.CancellationToken));
        Assert.Contains("keeps no ledger", none.Message, StringComparison.Ordinal);
        // Faults do not need it.
        await without.OrderAsync("""{"action":"LoseEvent","name":"lost"}""");
        using var watch = await without.Api.WatchAsync(ApiClient.ConfigMaps + "?watch=1");
        await without.Api.CreateConfigMapAsync("lost");
        await without.Api.CreateConfigMapAsync("seen");
        Assert.Equal("ADDED seen", await watch.NextTextAsync());
    }

    [Fact]
    public async Task Faults_are_shown_one_by_one_and_taken_back()
    {
        await using var server = await FaultyServer.StartAsync();
        var one = await server.OrderAsync("""{"action":"Status","statusCode":503,"seed":5,"forMilliseconds":600000}""");
        var two = await server.OrderAsync("""{"action":"GoAway"}""");
        using var http = new HttpClient { BaseAddress = new Uri(server.Control.Url) };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", server.Control.Token);

        var shown = await server.Control.FaultAsync(one, TestContext.Current.CancellationToken);
        Assert.Equal((5, "Active", 503), (shown.Number("seed"), shown.Text("state"), shown.GetProperty("fault").Number("statusCode")));
        Assert.InRange(shown.GetProperty("remainingMilliseconds").GetDouble(), 500_000, 600_000);
        Assert.Equal(HttpStatusCode.NoContent, (await http.DeleteAsync(new Uri($"/faults/{one}", UriKind.Relative), TestContext.Current.CancellationToken)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await http.DeleteAsync(new Uri($"/faults/{one}", UriKind.Relative), TestContext.Current.CancellationToken)).StatusCode);
        Assert.Equal(200, (await server.Api.GetAsync(ApiClient.ConfigMaps)).Code);
        Assert.Equal(two, (await server.Control.GetAsync("/faults", TestContext.Current.CancellationToken)).EnumerateArray().Single().Number("id"));
        using var absurd = new StringContent(new string(' ', 100_000), Encoding.UTF8);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, (await http.PostAsync(new Uri("/faults", UriKind.Relative), absurd, TestContext.Current.CancellationToken)).StatusCode);
    }

    [Fact]
    public async Task The_ledger_forgets_the_oldest_and_counts_them()
    {
        await using var server = await FaultyServer.StartAsync(null, "--ledger", "512");
        for (var i = 0; i < 60; i++) await Task.WhenAll(Enumerable.Range(0, 10).Select(j => server.Api.CreateConfigMapAsync($"o{i}-{j}")));

        var summary = await server.Control.GetAsync("/ledger", TestContext.Current.CancellationToken);
        var events = await server.Control.LedgerAsync("events?resource=configmaps&from=0", TestContext.Current.CancellationToken);

        Assert.Equal((600, 88), (summary.GetProperty("requests").Number("entered"), summary.GetProperty("requests").Number("overwritten")));
        Assert.Equal((0, 88), (events[0].Number("overwrittenFrom"), events[0].Number("overwrittenTo")));
        Assert.Equal(Enumerable.Range(88, 512).Select(i => (long)i), events.Skip(1).Select(e => e.Number("sequence")));
    }

    [Fact]
    public async Task The_ledger_can_be_followed()
    {
        await using var server = await FaultyServer.StartAsync();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var seen = new List<string>();
        await server.Api.CreateConfigMapAsync("n0");

        await foreach (var line in server.Control.FollowAsync("events?resource=configmaps&follow=true", stop.Token))
        {
            seen.Add(line.Text("key"));
            if (seen.Count == 3) break;
            await server.Api.CreateConfigMapAsync("n" + seen.Count);
        }

        Assert.Equal(["scaletest/n0", "scaletest/n1", "scaletest/n2"], seen);
    }
}
