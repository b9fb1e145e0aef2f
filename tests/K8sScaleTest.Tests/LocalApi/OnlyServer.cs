namespace K8sScaleTest.Tests.LocalApi;

/// <summary>Tests whose local API servers must be the only ones of this process: they run when the parallel ones are over.</summary>
[CollectionDefinition(nameof(OnlyServer), DisableParallelization = true)]
public sealed class OnlyServer;
