using System.Collections.Concurrent;
using System.Net;
using K8sScaleTest.Engine.Api;
using K8sScaleTest.Engine.Drivers;
using K8sScaleTest.Engine.Objects;
using K8sScaleTest.Engine.Records;

namespace K8sScaleTest.Engine.Tests.Drivers;

/// <summary>An operation sender with all that it needs, over HTTP/2, and the row of each operation that a test launches with it.</summary>
internal sealed class SenderRig : IOperationOwner, IAsyncDisposable
{
    private static readonly TimeSpan Generous = TimeSpan.FromMinutes(5);
    private readonly ApiTarget _target;
    private readonly ConnectionPool _connections;
    private readonly RecordStream<OperationRow> _stream;
    private readonly ObjectIdentity _identity;
    private readonly ConcurrentDictionary<long, TaskCompletionSource<OperationRow>> _ends = new();
    private long _launched;

    private SenderRig(ApiTarget target, int dataLength, TimeSpan? timeout, int maxInFlight, int connections)
    {
        _target = target;
        _identity = new("t1", 0, "scaletest", 4);
        _connections = new(target, HttpVersion.Version20, connections);
        var run = new RunInfo("t1", 0, "configmaps", "scaletest", new());
        var context = new OperationContext(run, target, _connections, ObjectTemplate.ConfigMap(_identity, dataLength), "test/1");
        _stream = new(Records);
        _stream.Start();
        Sender = new(context, _stream, timeout ?? Generous, maxInFlight);
    }

    public OperationSender Sender { get; }

    /// <summary>All rows, in their order; whole once <see cref="CloseAsync"/> has completed.</summary>
    public RecordList Records { get; } = new();

    public static async Task<SenderRig> StartAsync(string url, int dataLength = 100, TimeSpan? timeout = null, int maxInFlight = 100, int connections = 1)
    {
        var target = await ApiTarget.ResolveAsync(
            new TargetOptions { Server = url, Environment = new TargetEnvironment { Variable = _ => null, HomeFolder = "" } }, TestContext.Current.CancellationToken);
        return new(target, dataLength, timeout, maxInFlight, connections);
    }

    public LiveObject NewObject()
    {
        var sequence = ++_launched;
        return new(sequence, _identity.Name(sequence));
    }

    /// <summary>Launches an operation on an object of its own.</summary>
    public Task<OperationRow> Launch(OperationKind operation = OperationKind.Create)
    {
        var target = NewObject();
        var end = _ends[target.Sequence] = new(TaskCreationOptions.RunContinuationsAsynchronously);
        var now = RunClock.Now;
        Assert.True(Sender.TryLaunch(this, target, operation, Phase.Steady, now, now));
        return end.Task.WaitAsync(TestContext.Current.CancellationToken);
    }

    /// <inheritdoc/>
    public bool OnFinished(OperationSlot slot)
    {
        _ends[slot.Row.Sequence].SetResult(slot.Row);
        return false;
    }

    public async Task CloseAsync()
    {
        await Sender.DisposeAsync();
        _stream.Close();
        await _stream.Completion;
    }

    public async ValueTask DisposeAsync()
    {
        await Sender.DisposeAsync();
        _stream.Dispose();
        _connections.Dispose();
        await _target.DisposeAsync();
    }
}
