using System.Globalization;
using K8sScaleTest.Benchmarks.Driver;
using K8sScaleTest.TestSupport;

namespace K8sScaleTest.Benchmarks;

/// <summary>
/// (a) The module's driver and (b) the plain way, KubernetesClient's typed calls with <c>Task.Delay</c>: the same connections, HTTP version,
/// concurrency, objects and local API server. They take turns, each time in a fresh process; medians of the turns are compared.
/// </summary>
internal static class DriverBenchmark
{
    private const double Quiet = 200;
    private const double Busy = 1000;
    private const double PopulationRate = 3000;
    private const int ServerCore = 0;
    private const int ClientCore = 1;
    private static readonly string[] Parts = ["full", "bound", "population", "start"];
    private static readonly ClientPhase WarmUp = new(ClientLoad.WarmUp);

    public static async Task<int> RunAsync(string[] args)
    {
        var parts = args.Where(argument => argument != "--quick").ToList();
        if (parts.Exists(part => !Parts.Contains(part)))
        {
            await Console.Error.WriteLineAsync($"Usage: driver [--quick] [{string.Join('|', Parts)}]...");
            return 2;
        }

        // Test projects that run meanwhile would be in the figures.
        await using var alone = await MachineLockFile.OpenAsync(FileShare.None, CancellationToken.None);
        var effort = args.Contains("--quick") ? Effort.Quick : Effort.Whole;
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"ConfigMaps of {ClientScenario.DataLength} bytes, creates and deletes in equal numbers, {ClientScenario.Connections} HTTP/2 connections, {Environment.ProcessorCount} CPUs; medians of {effort.Rounds} rounds."));
        Console.WriteLine("(a) this module's driver; (b) KubernetesClient's typed calls, Task.Delay. An operation is one API write.");
        var table = new Comparison(Console.Out);
        if (Wanted("full")) await FreeAsync(effort, table);
        if (Wanted("bound")) await BoundAsync(effort, table);
        if (Wanted("population")) await PopulationAsync(effort, table);
        if (Wanted("start")) await StartAsync(effort, table);
        table.End();
        return 0;

        bool Wanted(string part) => parts.Count == 0 || parts.Contains(part);
    }

    /// <summary>Server and client on all cores: full speed, and the CPU that a quiet load takes.</summary>
    private static async Task FreeAsync(Effort effort, Comparison table)
    {
        var full = new ClientPhase(ClientLoad.FullSpeed) { Window = effort.FullSpeed };
        var quiet = new ClientPhase(ClientLoad.Paced) { Rate = Quiet, Window = effort.Paced };
        var (ours, plain) = await TakeTurnsAsync(effort.Rounds, [full, WarmUp, full, quiet], spinning: false);
        var bare = (await TurnsAsync(effort.Rounds, [ClientSide.Bare], [WarmUp, full], spinning: false))[ClientSide.Bare];
        var (oursSpinning, plainSpinning) = await TakeTurnsAsync(effort.SpinningRounds, [WarmUp, quiet], spinning: true);

        table.Begin($"Full speed, {ClientScenario.InFlight} in flight, server and client on all cores");
        var rate = Median(ours[2], OperationsPerSecond);
        table.Add("operations/s", rate, Median(plain[2], OperationsPerSecond), Goal.AtLeast(rate, 15_000, "writes/s"));
        var (cpu, plainCpu) = (Median(ours[2], CpuPerOperation), Median(plain[2], CpuPerOperation));
        table.Add("client CPU, us/operation", cpu, plainCpu, Goal.AtMost(cpu, 40, "us"), Goal.RatioAtMost(cpu, plainCpu, 0.25));
        table.Add("  the floor: ready bytes, .NET's HTTP stack alone", Median(bare[1], CpuPerOperation), plainCpu);
        table.Add("allocated, bytes/operation", Median(ours[2], BytesPerOperation), Median(plain[2], BytesPerOperation));
        table.Add("  the floor", Median(bare[1], BytesPerOperation), Median(plain[2], BytesPerOperation));
        table.Add("operations/s, first seconds of the process", Median(ours[0], OperationsPerSecond), Median(plain[0], OperationsPerSecond));
        table.Add("client CPU, us/operation, first seconds", Median(ours[0], CpuPerOperation), Median(plain[0], CpuPerOperation));

        table.Begin(string.Create(CultureInfo.InvariantCulture, $"Open loop, {Quiet} operations/s"));
        var quietCpu = Median(ours[3], CpuPerOperation);
        table.Add("client CPU, us/operation, pool as in the shell", quietCpu, Median(plain[3], CpuPerOperation), Goal.AtMost(quietCpu, 450, "us"));
        table.Add("client CPU, us/operation, default pool", Median(oursSpinning[1], CpuPerOperation), Median(plainSpinning[1], CpuPerOperation));
        table.Add("allocated, bytes/operation", Median(ours[3], BytesPerOperation), Median(plain[3], BytesPerOperation));
    }

    /// <summary>Server and client each on a core of its own: how well a schedule is kept.</summary>
    private static async Task BoundAsync(Effort effort, Comparison table)
    {
        // The pool as in the shell: spinning would compete with the pacer for the one core.
        var busy = new ClientPhase(ClientLoad.Paced) { Rate = Busy, Window = effort.Paced, TimesSending = true };
        var (ours, plain) = await TakeTurnsAsync(effort.Rounds, [WarmUp, busy], spinning: false, ServerCore, ClientCore);
        var where = CoreAffinity.Supported ? "server on one core, client on another" : "NOT bound to cores: this platform cannot";
        table.Begin(string.Create(CultureInfo.InvariantCulture, $"Open loop, {Busy:#,0} operations/s, {where}"));
        Percentiles(table, "pacer delay", ours[1], plain[1], report => report.PacerDelays, (p99, plainP99) => [Goal.AtMost(p99, 0.25, "ms"), Goal.RatioAtMost(p99, plainP99, 0.1)]);
        Percentiles(table, "connection wait", ours[1], plain[1], report => report.ConnectionWaits, (_, _) => []);
        table.Add("client CPU, us/operation", Median(ours[1], CpuPerOperation), Median(plain[1], CpuPerOperation));
    }

    private static async Task PopulationAsync(Effort effort, Comparison table)
    {
        // Bytes are steady: one turn will do.
        var (ours, plain) = await TakeTurnsAsync(1, [WarmUp, new(ClientLoad.Population) { Rate = PopulationRate, LiveObjects = effort.LiveObjects }], spinning: false);
        table.Begin(string.Create(CultureInfo.InvariantCulture, $"{effort.LiveObjects:#,0} objects live"));
        var bytes = ours[1][0].BytesPerObject;
        table.Add("managed bytes/object beyond its name", bytes, plain[1][0].BytesPerObject, Goal.AtMost(bytes, 200, "bytes"));
    }

    private static async Task StartAsync(Effort effort, Comparison table)
    {
        table.Begin("From a fresh process, in the shell");
        foreach (var (layout, limit) in new[] { (ModuleLayout.Built, 1500.0), (ModuleLayout.Package, 1000.0) })
        {
            if (!layout.Exists)
            {
                table.Note($"  {layout.Name}: not there, so not measured. {layout.HowToMake}");
                continue;
            }

            await using var server = await BenchmarkServer.StartAsync();
            var starts = new List<ModuleStart>();
            for (var round = 0; round < effort.Rounds; round++) starts.Add(await ModuleStart.MeasureAsync(layout, server.Kubeconfig));
            var import = Samples.Median(starts.Select(start => start.ImportMs));
            var first = Samples.Median(starts.Select(start => start.FirstRequestMs));
            table.Add($"{layout.Name}: import, ms", import, null, Goal.AtMost(import, 300, "ms"));
            table.Add($"{layout.Name}: from import to first write, ms", first, null, Goal.AtMost(first, limit, "ms"));
        }
    }

    private static async Task<(ClientReport[][] Ours, ClientReport[][] Plain)> TakeTurnsAsync(
        int rounds, ClientPhase[] phases, bool spinning, int? serverCore = null, int? clientCore = null)
    {
        var turns = await TurnsAsync(rounds, [ClientSide.Ours, ClientSide.Plain], phases, spinning, serverCore, clientCore);
        return (turns[ClientSide.Ours], turns[ClientSide.Plain]);
    }

    /// <summary>(a), (b), (a), (b)...: each turn with a fresh server, so that neither finds what the other left in it.</summary>
    /// <returns>Of each side, phase by phase, the reports of all rounds.</returns>
    private static async Task<Dictionary<ClientSide, ClientReport[][]>> TurnsAsync(
        int rounds, ClientSide[] sides, ClientPhase[] phases, bool spinning, int? serverCore = null, int? clientCore = null)
    {
        var turns = sides.ToDictionary(side => side, _ => new List<ClientReport[]>());
        for (var round = 0; round < rounds; round++)
        {
            foreach (var side in sides)
            {
                await using var server = await BenchmarkServer.StartAsync(serverCore);
                turns[side].Add(await ClientProcess.RunAsync(new(side, server.Kubeconfig, phases), spinning, clientCore));
            }
        }

        return turns.ToDictionary(turn => turn.Key, turn => phases.Select((_, phase) => turn.Value.Select(reports => reports[phase]).ToArray()).ToArray());
    }

    private static double OperationsPerSecond(ClientReport report) => report.OperationsPerSecond;

    private static double CpuPerOperation(ClientReport report) => report.CpuPerOperation;

    private static double BytesPerOperation(ClientReport report) => report.BytesPerOperation;

    private static double Median(ClientReport[] reports, Func<ClientReport, double> figure) => Samples.Median(reports.Select(figure));

    /// <summary>p50 and p99 are medians of the rounds' own; p99.9 is of all rounds together, since one has too few samples for it.</summary>
    private static void Percentiles(
        Comparison table, string what, ClientReport[] ours, ClientReport[] plain, Func<ClientReport, IReadOnlyList<long>> delays, Func<double, double, Goal[]> goalsOfP99)
    {
        foreach (var (name, quantile) in new[] { ("p50", 0.5), ("p99", 0.99) })
        {
            var (a, b) = (OfRounds(ours, quantile), OfRounds(plain, quantile));
            table.Add($"{what} {name}, ms", a, b, name == "p99" ? goalsOfP99(a, b) : []);
        }

        if (Samples.Percentile([.. ours.SelectMany(delays)], 0.999) is { } tail) table.Add($"{what} p99.9, ms", tail, Samples.Percentile([.. plain.SelectMany(delays)], 0.999));
        else table.Note($"  {what} p99.9: fewer than 10,000 samples.");

        double OfRounds(ClientReport[] reports, double quantile) =>
            Samples.Median(reports.Select(report => Samples.Percentile(delays(report), quantile) ?? throw new InvalidOperationException($"Too few samples of {what}.")));
    }
}
