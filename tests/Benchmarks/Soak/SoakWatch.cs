namespace K8sScaleTest.Benchmarks.Soak;

/// <summary>What the client saw of one watch, from its answer to its end.</summary>
internal sealed class SoakWatch(string userAgent, int ns, int bucket)
{
    /// <summary>By which the ledger's entry is found: no two watches have the same.</summary>
    public string UserAgent { get; } = userAgent;

    /// <summary>The namespace watched; -1 for all.</summary>
    public int Namespace { get; } = ns;

    /// <summary>The label's bucket watched; -1 for all.</summary>
    public int Bucket { get; } = bucket;

    /// <summary>The resourceVersions of the events, in the order in which they came.</summary>
    public List<long> Received { get; } = [];

    /// <summary>Whether the stream came to its regular end.</summary>
    public bool EndedCleanly { get; set; }

    /// <summary>Whether the last thing that came was half a line.</summary>
    public bool HalfLine { get; set; }

    public bool Error410 { get; set; }

    public bool Selects(SoakEvent change) => (Namespace < 0 || change.Namespace == Namespace) && (Bucket < 0 || change.Bucket == Bucket);
}
