namespace K8sScaleTest.Benchmarks.Logger;

/// <summary>What reads a stream of events.</summary>
internal enum LoggerKind
{
    /// <summary>(a) This module's logger with its audit, as the cmdlets run it.</summary>
    Ours,

    /// <summary>The same without the audit.</summary>
    OursUnaudited,

    /// <summary>(b) KubernetesClient's list and watch.</summary>
    Plain,

    /// <summary>(c) HttpClient's stack alone, which throws away what it reads: less no logger on it can cost.</summary>
    Bare,
}
