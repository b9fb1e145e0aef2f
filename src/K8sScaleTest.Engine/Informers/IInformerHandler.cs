namespace K8sScaleTest.Engine.Informers;

/// <summary>Is told an informer's events, one after the other. It may take its time: the watch goes on, and events wait in memory.</summary>
public interface IInformerHandler
{
    /// <summary>Takes one event.</summary>
    void OnEvent(in InformerEvent informed);

    /// <summary>What came in one piece has all been told; what follows may be long in coming.</summary>
    void OnPause()
    {
    }
}
