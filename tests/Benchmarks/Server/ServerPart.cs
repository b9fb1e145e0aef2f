namespace K8sScaleTest.Benchmarks.Server;

/// <summary>The parts of the benchmark, each of which can be run alone.</summary>
[Flags]
internal enum ServerPart
{
    None = 0,
    Start = 1,
    Writes = 2,
    List = 4,
    Informers = 8,
    FanOut = 16,
    Memory = 32,
    All = Start | Writes | List | Informers | FanOut | Memory,
}
