using System.Globalization;

namespace K8sScaleTest;

/// <summary>How a local API server is started.</summary>
internal sealed record LocalApiSettings
{
    public IReadOnlyList<string> Listen { get; init; } = ["127.0.0.1"];

    public bool AllowAny { get; init; }

    public int Port { get; init; }

    public string? Kubeconfig { get; init; }

    public TimeSpan Latency { get; init; }

    public int Concurrency { get; init; }

    public TimeSpan ServiceTime { get; init; }

    public int MaxStreams { get; init; } = 250;

    public int HistorySize { get; init; } = 32768;

    public int LedgerSize { get; init; } = 65536;

    public int LedgerTimeEvery { get; init; } = 1;

    public bool NoFlunderApi { get; init; }

    /// <summary>The command line of the server's process.</summary>
    public IReadOnlyList<string> ToArguments()
    {
        var arguments = new List<string> { "--parent-stdin", "--port", Text(Port) };
        foreach (var address in Listen) arguments.AddRange(["--listen", address]);
        if (AllowAny) arguments.Add("--allow-any");
        if (Kubeconfig is not null) arguments.AddRange(["--kubeconfig", Kubeconfig]);
        arguments.AddRange(["--latency", Text(Latency), "--concurrency", Text(Concurrency), "--service-time", Text(ServiceTime), "--max-streams", Text(MaxStreams)]);
        arguments.AddRange(["--history", Text(HistorySize), "--ledger", Text(LedgerSize), "--ledger-times", Text(LedgerTimeEvery)]);
        if (NoFlunderApi) arguments.Add("--no-flunder-api");
        return arguments;
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Text(TimeSpan duration) => duration.TotalMilliseconds.ToString("0.####", CultureInfo.InvariantCulture);
}
