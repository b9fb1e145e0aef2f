using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Text;
using K8sScaleTest.TestSupport;

namespace K8sScaleTest.Benchmarks.Soak;

/// <summary>The parts of a soak while it runs.</summary>
internal sealed class SoakRun : IDisposable
{
    private const int WatchesPerConnection = 50;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private readonly LocalApiProcess _server;
    private readonly SoakOptions _options;
    private readonly List<HttpMessageInvoker> _connections = [];
    private readonly ConcurrentQueue<SoakWatch> _ended = new();
    private readonly ConcurrentQueue<string> _errors = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly CancellationTokenSource _stopFollowing = new();
    private readonly List<Task> _watchers = [];
    private Task _writing = Task.CompletedTask;
    private Task _following = Task.CompletedTask;

    public SoakRun(LocalApiProcess server, SoakOptions options)
    {
        _server = server;
        _options = options;
        Writer = new SoakWriter(server, options);
        Ledger = new SoakLedger(server.Control);
        Audit = new SoakAudit(server.Control, Ledger);
    }

    public SoakWriter Writer { get; }

    public SoakLedger Ledger { get; }

    public SoakAudit Audit { get; }

    /// <summary>Makes the namespaces.</summary>
    public async Task PrepareAsync()
    {
        using var http = SoakClient.Connect(_server);
        for (var i = 0; i < SoakObject.Namespaces; i++)
        {
            using var request = SoakClient.Request(_server, HttpMethod.Post, "/api/v1/namespaces", "soak");
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes($$$"""{"metadata":{"name":"{{{SoakObject.Namespace(i)}}}"}}""")) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
            using var response = await http.SendAsync(request, CancellationToken.None);
            response.EnsureSuccessStatusCode();
        }
    }

    public void Start()
    {
        _following = Ledger.FollowAsync(_stopFollowing.Token);
        for (var i = 0; i < _options.Watchers; i++)
        {
            if (i % WatchesPerConnection == 0) _connections.Add(SoakClient.Connect(_server));
            _watchers.Add(new SoakWatcher(_server, _connections[^1], i, _ended, _errors).RunAsync(_stop.Token));
        }
        _writing = Writer.RunAsync(_stop.Token);
    }

    /// <summary>Audits the watches that have ended since.</summary>
    public Task AuditAsync() => Audit.RunAsync(_ended, CancellationToken.None);

    /// <summary>Ends the load, lets the last watches come to their end, and audits those too.</summary>
    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await _writing;
        await Task.WhenAll(_watchers).WaitAsync(Patience);
        var until = TimeProvider.System.GetTimestamp();
        while (!_ended.IsEmpty && TimeProvider.System.GetElapsedTime(until) < Patience)
        {
            await AuditAsync();
            if (!_ended.IsEmpty) await Task.Delay(100);
        }
        await _stopFollowing.CancelAsync();
        await _following;
    }

    public IEnumerable<string> Failures()
    {
        foreach (var error in Writer.Errors.Concat(_errors).Concat(Audit.Unaccounted)) yield return error;
        if (!_ended.IsEmpty) yield return $"{_ended.Count} watches could not be audited.";
        if (Ledger.Missed > 0) yield return $"{Ledger.Missed} events of the ledger were overwritten before they were read.";
        var revisions = Ledger.Revisions();
        var missing = Writer.Confirmed.Count(revision => !revisions.Contains(revision));
        if (missing > 0) yield return $"{missing} writes were confirmed to the client and are not in the ledger.";
    }

    public void Dispose()
    {
        Writer.Dispose();
        foreach (var connection in _connections) connection.Dispose();
        _stop.Dispose();
        _stopFollowing.Dispose();
    }
}
