using System.Globalization;
using System.Net;

namespace K8sScaleTest.LocalApi.Hosting;

/// <summary>The command line.</summary>
internal sealed record ServerOptions
{
    private const string Usage = "Usage: dotnet K8sScaleTest.LocalApi.dll [--listen 127.0.0.1]... [--port 0] [--kubeconfig path] [--latency ms] [--concurrency n] [--service-time ms] [--max-streams n] [--history n] [--ledger n] [--ledger-times n] [--no-flunder-api] [--parent-stdin] [--allow-any]";

    public IReadOnlyList<IPAddress> Listen { get; init; } = [IPAddress.Loopback];

    /// <summary>0 lets the system choose.</summary>
    public int Port { get; init; }

    /// <summary>Where to write the kubeconfig; null for a fresh folder.</summary>
    public string? Kubeconfig { get; init; }

    /// <summary>Added to every answer.</summary>
    public TimeSpan Latency { get; init; }

    /// <summary>Requests served at once; 0 for any number.</summary>
    public int Concurrency { get; init; }

    /// <summary>How long each request keeps its place.</summary>
    public TimeSpan ServiceTime { get; init; }

    /// <summary>Streams that one HTTP/2 connection may have open; Go's default.</summary>
    public int MaxStreams { get; init; } = 250;

    /// <summary>Events kept for each resource: a watch from an older resourceVersion is answered 410.</summary>
    public int History { get; init; } = 32768;

    /// <summary>Entries that the ledger keeps of each kind; 0 for no ledger.</summary>
    public int Ledger { get; init; } = 65536;

    /// <summary>Every n-th flush of a watch is entered with its time; 0 for none.</summary>
    public int LedgerTimes { get; init; } = 1;

    /// <summary>Serve no aggregated group: a cluster without the sample-apiserver, in which Flunders can be a custom resource.</summary>
    public bool NoFlunderApi { get; init; }

    /// <summary>End when standard input does: with the process that started this one.</summary>
    public bool ParentStdin { get; init; }

    /// <summary>Listen on addresses that are not loopback.</summary>
    public bool AllowAny { get; init; }

    /// <summary>Reads the arguments; throws <see cref="ArgumentException"/> that says what is wrong.</summary>
    public static ServerOptions Parse(IReadOnlyList<string> args)
    {
        var options = new ServerOptions();
        var listen = new List<IPAddress>();
        for (var i = 0; i < args.Count; i++)
        {
            var name = args[i];
            if (name == "--parent-stdin")
            {
                options = options with { ParentStdin = true };
                continue;
            }
            if (name == "--no-flunder-api")
            {
                options = options with { NoFlunderApi = true };
                continue;
            }
            if (name == "--allow-any")
            {
                options = options with { AllowAny = true };
                continue;
            }
            if (i + 1 == args.Count) throw new ArgumentException($"{name} is unknown, or lacks its value. {Usage}");
            var value = args[++i];
            switch (name)
            {
                case "--listen": listen.Add(IPAddress.TryParse(value, out var address) ? address : throw Bad(name, value, "an IP address")); break;
                case "--port": options = options with { Port = Number(name, value, 0, 65535) }; break;
                case "--kubeconfig": options = options with { Kubeconfig = Path.GetFullPath(value) }; break;
                case "--latency": options = options with { Latency = Milliseconds(name, value) }; break;
                case "--concurrency": options = options with { Concurrency = Number(name, value, 0, 1_000_000) }; break;
                case "--service-time": options = options with { ServiceTime = Milliseconds(name, value) }; break;
                case "--max-streams": options = options with { MaxStreams = Number(name, value, 1, 1_000_000) }; break;
                case "--history": options = options with { History = Number(name, value, 1, 10_000_000) }; break;
                case "--ledger": options = options with { Ledger = Number(name, value, 0, 100_000_000) }; break;
                case "--ledger-times": options = options with { LedgerTimes = Number(name, value, 0, 1_000_000) }; break;
                default: throw new ArgumentException($"{name} is unknown. {Usage}");
            }
        }
        if (listen.Count > 0) options = options with { Listen = listen };
        if (!options.AllowAny && options.Listen.FirstOrDefault(a => !IPAddress.IsLoopback(a)) is { } open)
        {
            throw new ArgumentException($"{open} is not a loopback address: this server is for tests on one machine. --allow-any listens there all the same.");
        }
        return options;
    }

    private static int Number(string name, string value, int minimum, int maximum) =>
        int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= minimum && number <= maximum
            ? number : throw Bad(name, value, $"a whole number from {minimum} to {maximum}");

    private static TimeSpan Milliseconds(string name, string value) =>
        double.TryParse(value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) && number is >= 0 and <= 3_600_000
            ? TimeSpan.FromMilliseconds(number) : throw Bad(name, value, "milliseconds, from 0 to 3600000");

    private static ArgumentException Bad(string name, string value, string wanted) => new($"{name} {value}: not {wanted}.");
}
