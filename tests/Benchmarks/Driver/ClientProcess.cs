using System.Diagnostics;
using System.Text.Json;
using K8sScaleTest.Engine.Api;

namespace K8sScaleTest.Benchmarks.Driver;

/// <summary>
/// Runs one side's load in a process of its own, so that neither the other's compiler, collector and thread pool nor the benchmark's own
/// work is in its figures.
/// </summary>
internal static class ClientProcess
{
    /// <summary>The benchmark's command that a client process is started with; not for people.</summary>
    public const string Command = "driver-client";

    private static readonly JsonSerializerOptions Json = new() { IgnoreReadOnlyProperties = true };
    private const string SpinLimit = "DOTNET_ThreadPool_UnfairSemaphoreSpinLimit";

    /// <summary>Starts a client and returns what it measured, phase by phase.</summary>
    /// <param name="scenario">What it is to do.</param>
    /// <param name="spinning">Whether its thread pool spins, as by default; the shell's configuration switches that off.</param>
    /// <param name="core">The core that it has to run on; null for all.</param>
    /// <exception cref="InvalidOperationException">The client failed, or one of its operations did.</exception>
    public static async Task<ClientReport[]> RunAsync(ClientScenario scenario, bool spinning, int? core = null)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardOutput = true };
        start.ArgumentList.Add(typeof(ClientProcess).Assembly.Location);
        start.ArgumentList.Add(Command);
        start.ArgumentList.Add(JsonSerializer.Serialize(scenario, Json));
        start.Environment["DOTNET_gcServer"] = "0";
        start.Environment.Remove(SpinLimit);
        if (!spinning) start.Environment[SpinLimit] = "0";
        using var process = CoreAffinity.Start(start, core);
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0
            ? JsonSerializer.Deserialize<ClientReport[]>(output, Json)!
            : throw new InvalidOperationException($"The client ({scenario.Side}) ended with {process.ExitCode}.");
    }

    /// <summary>The client process.</summary>
    public static async Task<int> ServeAsync(string[] args)
    {
        var scenario = JsonSerializer.Deserialize<ClientScenario>(args[0], Json)!;
        Console.WriteLine(JsonSerializer.Serialize(await MeasureAsync(scenario), Json));
        return 0;
    }

    private static async Task<ClientReport[]> MeasureAsync(ClientScenario scenario)
    {
        if (scenario.Side == ClientSide.Ours)
        {
            await using var target = await ApiTarget.ResolveAsync(new() { Kubeconfig = scenario.Kubeconfig });
            return await InTurnAsync(scenario.Phases, new OurClient(target).MeasureAsync);
        }

        if (scenario.Side == ClientSide.Bare)
        {
            await using var target = await ApiTarget.ResolveAsync(new() { Kubeconfig = scenario.Kubeconfig });
            using var bare = new BareClient(target);
            return await InTurnAsync(scenario.Phases, bare.MeasureAsync);
        }

        using var plain = new PlainClient(scenario);
        return await InTurnAsync(scenario.Phases, plain.MeasureAsync);
    }

    private static async Task<ClientReport[]> InTurnAsync(IReadOnlyList<ClientPhase> phases, Func<ClientPhase, Task<ClientReport>> measure)
    {
        var reports = new ClientReport[phases.Count];
        for (var i = 0; i < reports.Length; i++) reports[i] = await measure(phases[i]);
        return reports;
    }
}
