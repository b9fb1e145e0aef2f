namespace K8sScaleTest.Benchmarks.Driver;

/// <summary>What one client process is to do, one after the other; handed to it as JSON on its command line.</summary>
internal sealed record ClientScenario(ClientSide Side, string Kubeconfig, IReadOnlyList<ClientPhase> Phases)
{
    /// <summary>Operations kept in flight at full speed.</summary>
    public const int InFlight = 64;

    /// <summary>Connections of either side, each one HTTP/2 connection.</summary>
    public const int Connections = 4;

    /// <summary>Bytes of data in each ConfigMap.</summary>
    public const int DataLength = 2000;

    /// <summary>Mean population, except where the population is what is measured.</summary>
    public const int Population = 100;

    public const string Namespace = "scaletest";

    /// <summary>Between the moment that a population is reached and the measurement.</summary>
    public static readonly TimeSpan Settling = TimeSpan.FromSeconds(0.5);
}
