using System.Collections.Concurrent;
using K8sScaleTest.Engine.Informers;

namespace K8sScaleTest.TestSupport.Informers;

/// <summary>A handler that stands still at its first event until it is let go.</summary>
internal sealed class HeldHandler : IInformerHandler, IDisposable
{
    private readonly ManualResetEventSlim _go = new();

    /// <summary>The keys that it was told of, as they came.</summary>
    public ConcurrentQueue<string> Keys { get; } = new();

    public void Go() => _go.Set();

    public void OnEvent(in InformerEvent informed)
    {
        if (informed.Kind == InformerEventKind.Synced) return;
        Keys.Enqueue(informed.Latest!.Key);
        _go.Wait();
    }

    public void Dispose() => _go.Dispose();
}
