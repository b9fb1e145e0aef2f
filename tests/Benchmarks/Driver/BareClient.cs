using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using K8sScaleTest.Engine.Api;

namespace K8sScaleTest.Benchmarks.Driver;

/// <summary>
/// The floor: the same requests as ready bytes through .NET's HTTP stack, with nothing around it: no pace, no time-outs, no records; answers are read and
/// thrown away. Less no driver on that stack can cost.
/// </summary>
internal sealed class BareClient : IDisposable
{
    private const string NameBegin = "{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"";
    private static readonly byte[] Deletion = "{\"apiVersion\":\"v1\",\"kind\":\"DeleteOptions\"}"u8.ToArray();
    private readonly ApiTarget _target;
    private readonly HttpMessageInvoker[] _connections;
    private readonly string _path = ApiResource.ConfigMaps.CollectionPath(ClientScenario.Namespace);
    private readonly string _runId = $"bench.bare.{Environment.ProcessId}";
    private readonly string _data = new('0', ClientScenario.DataLength);
    private LoadWindow _window = new(TimeSpan.Zero);
    private int _number;

    public BareClient(ApiTarget target)
    {
        _target = target;
        _connections = [.. Enumerable.Range(0, ClientScenario.Connections).Select(_ => NewConnection())];

        HttpMessageInvoker NewConnection()
        {
            var handler = target.CreateHandler();
            handler.PlaintextStreamFilter = null;
            return new(handler);
        }
    }

    public async Task<ClientReport> MeasureAsync(ClientPhase phase)
    {
        _window = new(phase.Window);
        using var stop = new CancellationTokenSource();
        var load = FullSpeedAsync(stop.Token);
        if (phase.Load == ClientLoad.WarmUp)
        {
            await JitQuiet.WaitAsync(load);
        }
        else if (phase.Load == ClientLoad.FullSpeed)
        {
            await Task.Delay(ClientScenario.Settling);
            _window.Open();
            await Task.Delay(phase.Window);
            for (_window.Look(); !_window.Closed.IsCompleted; _window.Look()) await Task.Delay(1);
        }
        else
        {
            throw new NotSupportedException($"Nothing bare has the load {phase.Load}.");
        }

        await stop.CancelAsync();
        await load;
        return _window.Report();
    }

    public void Dispose()
    {
        foreach (var connection in _connections) connection.Dispose();
    }

    /// <summary>As the plain way's: each loop creates, and deletes the oldest once enough live.</summary>
    private async Task FullSpeedAsync(CancellationToken stop)
    {
        var live = new ConcurrentQueue<string>();
        await Task.WhenAll(Enumerable.Range(0, ClientScenario.InFlight).Select(LoopAsync));
        while (live.TryDequeue(out var name)) await SendAsync(HttpMethod.Delete, $"{_path}/{name}", Deletion, 0, new byte[4096]);

        async Task LoopAsync(int loop)
        {
            await Task.Yield();
            var answer = new byte[4096];
            var body = Encoding.UTF8.GetBytes($$$"""{{{NameBegin}}}{{{NameOf(0)}}}","labels":{"purpose":"scaletest","scaletest/run":"{{{_runId}}}"}},"data":{"key1":"{{{_data}}}"}}""");
            while (!stop.IsCancellationRequested)
            {
                if (live.Count >= ClientScenario.Population && live.TryDequeue(out var oldest))
                {
                    await SendAsync(HttpMethod.Delete, $"{_path}/{oldest}", Deletion, loop, answer);
                }
                else
                {
                    var name = NameOf(Interlocked.Increment(ref _number));
                    Encoding.UTF8.GetBytes(name, body.AsSpan(NameBegin.Length));
                    await SendAsync(HttpMethod.Post, _path, body, loop, answer);
                    live.Enqueue(name);
                }

                _window.Add(null, null);
            }
        }
    }

    private string NameOf(int number) => string.Create(CultureInfo.InvariantCulture, $"{_runId}-{number:00000000}");

    private async Task SendAsync(HttpMethod method, string path, byte[] body, int loop, byte[] answer)
    {
        using var request = new HttpRequestMessage(method, _target.UriFor(path)) { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        _target.Authorize(request);
        request.Content = new ByteArrayContent(body);
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        using var response = await _connections[loop % _connections.Length].SendAsync(request, CancellationToken.None);
        if (!response.IsSuccessStatusCode) _window.Fail($"{method} {response.StatusCode}");
        await using var content = await response.Content.ReadAsStreamAsync();
        while (await content.ReadAsync(answer) > 0)
        {
        }
    }
}
