using K8sScaleTest.Engine.Api;

namespace K8sScaleTest.Engine.Informers;

/// <summary>Where a reflector puts what it sees. Called serially.</summary>
internal interface IReflectorStore
{
    /// <summary>Begins to gather all there is; what was gathered before and not taken is forgotten.</summary>
    void BeginReplace();

    /// <summary>Gathers one object.</summary>
    void Gather(ObservedObject observed);

    /// <summary>What was gathered is gone meanwhile.</summary>
    void Forget(ObservedObject observed);

    /// <summary>Takes what was gathered as the whole truth.</summary>
    /// <param name="received">When it was whole, in ticks.</param>
    /// <returns>How many objects there are.</returns>
    int Replace(long received);

    /// <summary>Takes one event that is no bookmark.</summary>
    void Apply(ObservedEvent observed);

    /// <summary>What came in one piece has all been applied: what it means may be told.</summary>
    void Pause();
}
