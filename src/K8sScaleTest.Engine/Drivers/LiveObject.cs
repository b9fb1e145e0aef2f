namespace K8sScaleTest.Engine.Drivers;

/// <summary>An object of the run between its create and its delete. It is in one place at a time: due, under way, or left over.</summary>
internal sealed class LiveObject(long sequence, string name)
{
    /// <summary>The object's number, from 1, over all workers.</summary>
    public long Sequence { get; } = sequence;

    public string Name { get; } = name;

    /// <summary>What its lifetime counts from, in ticks: its create's end or schedule.</summary>
    public long Born { get; set; }

    /// <summary>Updates launched so far.</summary>
    public int Updates { get; set; }

    /// <summary>Whether nobody knows if it exists, since its create or a delete ended as Unknown: what follows may find nothing.</summary>
    public bool Uncertain { get; set; }
}
