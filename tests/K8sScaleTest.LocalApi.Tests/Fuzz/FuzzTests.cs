using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Text;

namespace K8sScaleTest.LocalApi.Tests.Fuzz;

/// <summary>
/// Requests that are nearly right, for a while: SCALETEST_FUZZ_SECONDS (20) from SCALETEST_FUZZ_SEED (a new one each time, printed). No fault of the server, no answer
/// that an API server would not give, nothing of another client's touched or shown, no watch, connection or memory left over.
/// </summary>
public sealed class FuzzTests(ITestOutputHelper output)
{
    private const int Clients = 6;
    private const int RawClients = 4;
    private const int Shown = 10;
    private const long MemoryAllowance = 300L * 1024 * 1024;

    private readonly ConcurrentQueue<string> _problems = new();

    [Fact]
    public async Task The_request_path_bears_whatever_is_sent()
    {
        var seed = int.TryParse(Environment.GetEnvironmentVariable("SCALETEST_FUZZ_SEED"), CultureInfo.InvariantCulture, out var given) ? given : Random.Shared.Next();
        var duration = TimeSpan.FromSeconds(double.TryParse(Environment.GetEnvironmentVariable("SCALETEST_FUZZ_SECONDS"), CultureInfo.InvariantCulture, out var seconds) ? seconds : 20);
        output.WriteLine($"SCALETEST_FUZZ_SEED={seed}");
        var server = await LocalApiProcess.StartAsync();
        await using (server)
        {
            using var admin = new ApiClient(server);
            using var canary = await Canary.CreateAsync(server);
            await CleanAsync(admin);
            var context = $"SCALETEST_FUZZ_SEED={seed}";
            var clock = Stopwatch.StartNew();
            long sent = 0;
            long memoryBefore = 0;

            // The first part warms up, so that the second can be held against it.
            foreach (var part in new[] { 1, 2 })
            {
                var until = duration / 2 * part;
                var workers = new List<Task<int>>();
                for (var i = 0; i < Clients; i++) workers.Add(ClientAsync(server, canary, new Random(HashCode(seed, part, i)), $"{context}, part {part}, client {i}", clock, until));
                for (var i = 0; i < RawClients; i++) workers.Add(RawAsync(server, new Random(HashCode(seed, part, 100 + i)), $"{context}, part {part}, raw client {i}", clock, until));
                var checks = CanaryAsync(canary, context, clock, until);
                sent += (await Task.WhenAll(workers)).Sum();
                await checks;
                await CleanAsync(admin);
                if (part == 1) memoryBefore = await ReadAsync(admin, "process_resident_memory_bytes");
            }

            await canary.CheckAllAsync(context);
            Assert.True(sent > 200, $"Only {sent} requests were sent.");
            var growth = await ReadAsync(admin, "process_resident_memory_bytes") - memoryBefore;
            output.WriteLine($"{sent} requests in {clock.Elapsed.TotalSeconds:0} s; resident memory grew by {growth / 1024 / 1024} MiB in the second half.");
            Assert.True(growth < MemoryAllowance, $"{context}: memory grew by {growth} bytes.");
            // The canary's own watch is the only one; the request that asks is the only one in flight.
            await UntilAsync(admin, "apiserver_longrunning_requests", 1, context);
            await UntilAsync(admin, "apiserver_current_inflight_requests", 1, context);
        }
        Assert.True(_problems.IsEmpty && server.Said.Length == 0, $"{_problems.Count} problems.\n{string.Join("\n\n", _problems.Take(Shown))}\n\nThe server said: {server.Said}");
    }

    private void Note(string problem)
    {
        // Enough to see whether there is one cause or many.
        if (_problems.Count < 100) _problems.Enqueue(problem);
    }

    private async Task<int> ClientAsync(LocalApiProcess server, Canary canary, Random random, string context, Stopwatch clock, TimeSpan until)
    {
        using var handler = new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false, SslOptions = Trust.In(server) };
        using var http = new HttpMessageInvoker(handler);
        var maker = new RequestMaker(random, "fuzz");
        var number = 0;
        for (; clock.Elapsed < until; number++)
        {
            var made = maker.Next(wild: false);
            using var request = new HttpRequestMessage(new HttpMethod(made.Method), new Uri(server.Url + made.Target)) { Version = random.Next(4) == 0 ? HttpVersion.Version11 : HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
            // CONNECT goes to a proxy, which this client has none of.
            if (made.Method == "CONNECT") continue;
            request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + server.Token);
            if (made.Body is not null) request.Content = new ByteArrayContent(made.Body);
            foreach (var (name, value) in made.Headers)
            {
                if (!request.Headers.TryAddWithoutValidation(name, value)) request.Content?.Headers.TryAddWithoutValidation(name, value);
            }
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
            // One in twenty goes away in the middle; the others have time, also on a busy machine.
            var leaves = random.Next(20) == 0;
            limit.CancelAfter(leaves ? TimeSpan.FromMilliseconds(random.Next(20)) : TimeSpan.FromSeconds(60));
            try
            {
                using var reply = await http.SendAsync(request, limit.Token);
                var text = await reply.Content.ReadAsStringAsync(limit.Token);
                var problem = AnswerCheck.Problem((int)reply.StatusCode, reply.Content.Headers.ContentType?.ToString(), reply.Content.Headers.ContentEncoding.Count > 0 ? "" : text, made.Method == "HEAD");
                if (text.Contains(canary.Secret, StringComparison.Ordinal)) problem = "a secret of another client";
                if (problem is not null) Note($"{context}, request {number}: {problem}\n{made}\n=> {(int)reply.StatusCode} {reply.Content.Headers.ContentType} {text}");
            }
            catch (OperationCanceledException) when (leaves)
            {
            }
            catch (OperationCanceledException) when (!TestContext.Current.CancellationToken.IsCancellationRequested)
            {
                Note($"{context}, request {number}: no end of an answer in a minute\n{made}");
            }
        }
        return number;
    }

    private async Task<int> RawAsync(LocalApiProcess server, Random random, string context, Stopwatch clock, TimeSpan until)
    {
        var maker = new RequestMaker(random, "fuzz");
        var cancellation = TestContext.Current.CancellationToken;
        var number = 0;
        for (; clock.Elapsed < until; number++)
        {
            var isHttp2 = random.Next(4) == 0;
            var made = maker.Next(wild: true);
            var bytes = isHttp2 ? Frames(random, maker) : made.ToHttp1(server.Token);
            if (random.Next(3) == 0) bytes = maker.Mangle(bytes);
            using var connection = await RawConnection.OpenAsync(server, isHttp2 ? SslApplicationProtocol.Http2 : SslApplicationProtocol.Http11, cancellation);
            await connection.SendAsync(bytes, cancellation);
            if (random.Next(5) == 0)
            {
                connection.Reset();
                continue;
            }
            // What was cut short waits for its rest, and gets no answer.
            var text = await connection.ReceiveAsync(TimeSpan.FromMilliseconds(400), cancellation);
            if (text.Contains("caused apiserver to panic", StringComparison.Ordinal)) Note($"{context}, request {number}: a fault of the server\n{Encoding.UTF8.GetString(bytes)}\n=> {text}");
            if (isHttp2 || text.Length == 0) continue;
            if (!System.Text.RegularExpressions.Regex.IsMatch(text, @"^HTTP/1\.[01] [2-5][0-9][0-9] ")) Note($"{context}, request {number}: no HTTP\n{Encoding.UTF8.GetString(bytes)}\n=> {text}");
        }
        return number;
    }

    /// <summary>A beginning of HTTP/2 that is right, and frames that need not be.</summary>
    private static byte[] Frames(Random random, RequestMaker maker)
    {
        var bytes = new List<byte>("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8.ToArray()) { 0, 0, 0, 4, 0, 0, 0, 0, 0 };
        for (var i = random.Next(1, 8); i > 0; i--)
        {
            var payload = new byte[random.Next(64)];
            random.NextBytes(payload);
            // A length that is nearly always true, any type, any flags, a stream of the client's.
            byte[] frame = [0, 0, (byte)(random.Next(10) == 0 ? random.Next(256) : payload.Length), (byte)random.Next(11), (byte)random.Next(256), 0, 0, 0, (byte)random.Next(10), .. payload];
            bytes.AddRange(random.Next(6) == 0 ? maker.Mangle(frame) : frame);
        }
        return [.. bytes];
    }

    private static async Task CanaryAsync(Canary canary, string context, Stopwatch clock, TimeSpan until)
    {
        while (clock.Elapsed < until)
        {
            await canary.CheckAsync(context);
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
    }

    /// <summary>The namespace of the noise, emptied: what it left would count as memory.</summary>
    private static async Task CleanAsync(ApiClient admin)
    {
        foreach (var path in new[] { "/api/v1/namespaces/fuzz/configmaps", "/api/v1/namespaces/fuzz/secrets", "/api/v1/namespaces/fuzz/events", "/api/v1/namespaces/fuzz/services", "/apis/wardle.example.com/v1beta1/namespaces/fuzz/flunders" }) await admin.DeleteAsync(path);
        await admin.SendAsync("POST", "/api/v1/namespaces", """{"metadata":{"name":"fuzz"}}""");
    }

    private static async Task<long> ReadAsync(ApiClient admin, string name)
    {
        var text = (await admin.GetAsync("/metrics")).Text;
        return (long)text.Split('\n').Where(l => l.StartsWith(name + " ", StringComparison.Ordinal) || l.StartsWith(name + "{", StringComparison.Ordinal)).Sum(l => double.Parse(l[(l.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture));
    }

    private static async Task UntilAsync(ApiClient admin, string name, long value, string context)
    {
        var clock = Stopwatch.StartNew();
        long found;
        while ((found = await ReadAsync(admin, name)) != value && clock.Elapsed < TimeSpan.FromSeconds(60)) await Task.Delay(100, TestContext.Current.CancellationToken);
        Assert.True(found == value, $"{context}: {name} is {found}, and should be {value}.");
    }

    private static int HashCode(int seed, int part, int worker) => unchecked((seed * 31 * 31) + (part * 31) + worker);
}
