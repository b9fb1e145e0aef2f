using K8sScaleTest.Engine.Api;

namespace K8sScaleTest.Engine.Tests.Api.Streams;

/// <summary>Keeps what lists and watches deliver.</summary>
internal sealed class SeenEvents(int annotations) : IObjectConsumer, IEventConsumer
{
    public List<SeenObject> All { get; } = [];

    public List<long> Received { get; } = [];

    /// <summary>In how many pieces events came.</summary>
    public int Pieces { get; private set; }

    public bool Opened { get; private set; }

    public void OnObject(ObservedObject observed) => All.Add(SeenObject.Of(observed, annotated: annotations > 0));

    public void OnOpened(long opened) => Opened = true;

    public void OnEvent(ObservedEvent observed)
    {
        All.Add(SeenObject.Of(observed.Subject, observed.Kind, annotations > 0));
        Received.Add(observed.Received);
    }

    public void OnPause() => Pieces++;
}
