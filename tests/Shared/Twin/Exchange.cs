namespace K8sScaleTest.Twin;

/// <summary>One request and what came back, as it was.</summary>
internal sealed record Exchange(string Method, string Path, string? Body, IReadOnlyList<KeyValuePair<string, string>> Sent)
{
    public int Code { get; set; }

    public IReadOnlyList<KeyValuePair<string, string>> Received { get; set; } = [];

    /// <summary>The body of an answer, or one event of a watch each.</summary>
    public List<string> Bodies { get; } = [];

    public bool IsWatch { get; init; }

    /// <summary>It only prepared: it is not shown, but its resourceVersions and uids are known.</summary>
    public bool IsQuiet { get; set; }

    /// <summary>Who asked.</summary>
    public TwinUser User { get; init; }

    /// <summary>No request at all: a line of the transcript.</summary>
    public string? Note { get; init; }

    /// <summary>The watch was read to its end.</summary>
    public bool Ended { get; set; }
}
