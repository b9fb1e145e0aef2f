namespace K8sScaleTest.Twin;

/// <summary>One behaviour of an API server: requests in order, and by their answers what they show.</summary>
/// <remarks>
/// To add a row: put it into a file of Rows/ (any static property of type <c>IEnumerable&lt;Row&gt;</c> in this namespace is found), run the tests against a
/// real API server with <c>SCALETEST_TWIN_RECORD=1</c> (<see cref="Golden"/>), and read what was recorded. The row must then hold for the local API server
/// byte for byte, after the masks (<see cref="Mask"/>). Where 1.36 answers otherwise, <see cref="Changed"/> says why and where that stands; where a row makes no
/// sense for 1.20, <see cref="Since"/> and <see cref="Witness"/> do. Then record the local answer and compare it with that source, line for line.
/// </remarks>
/// <param name="Name">Says what holds, unique in its part; the test, the golden answer and the table in the docs are named after it.</param>
/// <param name="Part">The table's section, one of <see cref="Parts"/>.</param>
/// <param name="Run">The requests. Asserts belong here only for what the transcript cannot show.</param>
internal sealed record Row(string Name, string Part, Func<Scenario, Task> Run)
{
    /// <summary>The minor version of Kubernetes 1 that the local API server emulates.</summary>
    public const int Local = 36;

    /// <summary>The minor version of the real API server that the answers were recorded from.</summary>
    public const int Real = 20;

    /// <summary>The first minor version that it holds for.</summary>
    public int Since { get; init; }

    /// <summary>The last minor version that it holds for.</summary>
    public int Until { get; init; } = int.MaxValue;

    /// <summary>Why 1.36 does not answer as 1.20 does, and the source that says so: each version then has a golden answer of its own.</summary>
    public string? Changed { get; init; }

    /// <summary>
    /// Who else saw it: for a row newer than 1.20 a client that nobody here wrote and the test that runs it, or the line of the Kubernetes source that it rests on, and
    /// <c>unwitnessed</c>.
    /// </summary>
    public string? Witness { get; init; }

    /// <summary>It changes the server for everybody, so that the local one is a server of its own.</summary>
    public bool Alone { get; init; }

    public bool HoldsFor(int minor) => Since <= minor && minor <= Until;

    /// <summary>Which golden answer belongs to a server of this version.</summary>
    public int GoldenOf(int minor) => Since > Real || (Changed is not null && minor != Real) ? Local : Real;

    public override string ToString() => $"{Part}: {Name}";
}
