using System.Collections.Concurrent;
using K8sScaleTest.Engine.Informers;

namespace K8sScaleTest.Engine.Tests.Informers;

/// <summary>A handler that keeps what it is told, in words.</summary>
internal sealed class SeenInforms : IInformerHandler
{
    public ConcurrentQueue<string> All { get; } = new();

    public ConcurrentQueue<InformerEvent> Events { get; } = new();

    /// <summary>Is called with each event, and may hold it up.</summary>
    public Action<InformerEvent>? Before { get; set; }

    public void OnEvent(in InformerEvent informed)
    {
        Before?.Invoke(informed);
        Events.Enqueue(informed);
        var words = informed.Kind switch
        {
            InformerEventKind.Synced => "synced",
            InformerEventKind.Added => $"add {Name(informed.New)}{(informed.InitialList ? " initial" : "")}",
            InformerEventKind.Updated => $"update {Name(informed.Old)} {Name(informed.New)}",
            _ => informed.FromList ? $"delete last known {Name(informed.Old)}" : $"delete {Name(informed.New)}",
        };
        All.Enqueue(words);
    }

    /// <summary>Waits until this was told, and nothing else.</summary>
    public async Task ExpectAsync(params string[] words)
    {
        await Api.Wait.UntilAsync(() => All.Count >= words.Length, $"{words.Length} events; there were: {string.Join("; ", All)}");
        Assert.Equal(words, All);
    }

    private static string Name(ObjectState? state) => $"{state!.Key[3..]}@{state.ResourceVersion}";
}
