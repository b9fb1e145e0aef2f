using System.Management.Automation;
using System.Net;

namespace K8sScaleTest;

/// <summary>Starts a local API server in a process of its own and returns at once; the server runs until Stop-LocalApiServer or the end of this session.</summary>
/// <remarks>
/// <para>
/// The server behaves as a Kubernetes API server of version 1.36 does, as far as drivers, kubectl and informers can tell: TLS and HTTP/2, namespaces (default,
/// kube-system, scaletest and others stand ready), ConfigMaps, Flunders in both versions, Secrets, Events, Leases, custom resources and more;
/// resourceVersions, watches, patches, selectors, paged lists, dry runs, discovery. Data lies in memory and goes with the process. It listens on loopback
/// alone, with random tokens and certificates made afresh, in kubeconfigs that only their owner can read.
/// </para>
/// <para>
/// It is for trying things out, and for tests: -Latency, -Concurrency, -ServiceTime and -MaxStreams make it slow or small in a known way, and
/// Set-LocalApiFault makes it misbehave, to see what a test makes of that. Measure your own API servers; the figures of this one say nothing about them.
/// </para>
/// <para>
/// It ends with Stop-LocalApiServer, when the module is removed, and within a second of the end of the process that started it, even one that was killed. It
/// ignores Ctrl+C, since the run that is being stopped still has to delete what it made.
/// </para>
/// <para>It needs the ASP.NET Core runtime 10.0, which pwsh does not bring; where it is missing, the error says how to install it.</para>
/// </remarks>
/// <example>
/// <code>
/// Start-LocalApiServer | Start-ConfigMapDriver -Rate 500 -Count 2000 | Measure-ScaleTest
/// </code>
/// A first run that needs no cluster. The server goes on running: Stop-LocalApiServer ends it.
/// </example>
/// <example>
/// <code>
/// $env:KUBECONFIG = (Start-LocalApiServer).Kubeconfig
/// kubectl get namespaces
/// Start-FlunderDriver -Rate 20 -Count 200 -OutFile flunders.csv
/// Stop-LocalApiServer
/// </code>
/// With KUBECONFIG set, kubectl and the drivers talk to the server without being told.
/// </example>
/// <example>
/// <code>
/// Start-LocalApiServer -Latency 500ms | Start-ConfigMapDriver -Rate 50 -Count 2000 -OutFile slow.csv
/// </code>
/// A server that answers half a second later: service times say so, and the run is still Valid.
/// </example>
/// <example>
/// <code>
/// Start-LocalApiServer -Concurrency 2 -ServiceTime 10ms | Start-ConfigMapDriver -Rate 150 -Count 3000 -OutFile overloaded.csv
/// </code>
/// A server that can do 200 requests a second gets 300: the verdict is Overloaded.
/// </example>
/// <example>
/// <code>
/// $server = Start-LocalApiServer
/// kubectl --kubeconfig $server.KubeconfigReadOnly auth can-i create configmaps
/// kubectl --kubeconfig $server.KubeconfigNoRights get configmaps
/// </code>
/// Beside the administrator there are a user who may only read and one who may do nothing: the second command is refused as a real server would refuse it.
/// </example>
/// <example>
/// <code>
/// $server = Start-LocalApiServer -NoFlunderApi
/// $server | Install-FlunderApi
/// $server | Start-FlunderDriver -Rate 20 -Count 200 -OutFile flunders.csv
/// </code>
/// A server that, as most clusters, knows no Flunders until they are installed.
/// </example>
/// <seealso cref="InstallFlunderApiCommand"/>
/// <seealso cref="StopLocalApiServerCommand"/>
/// <seealso cref="GetLocalApiServerCommand"/>
/// <seealso cref="SetLocalApiFaultCommand"/>
/// <seealso cref="StartConfigMapDriverCommand"/>
/// <seealso href="about_K8sScaleTest"/>
[Cmdlet(VerbsLifecycle.Start, "LocalApiServer", SupportsShouldProcess = true)]
[OutputType(typeof(LocalApiServer))]
public sealed class StartLocalApiServerCommand : PSCmdlet, IDisposable
{
    private static readonly TimeSpan LongestDelay = TimeSpan.FromHours(1);
    private readonly Pump _pump = new();

    /// <summary>The port to listen on; 0, the default, is a free one.</summary>
    [Parameter]
    [ValidateRange(0, 65535)]
    public int Port { get; set; }

    /// <summary>The loopback addresses to listen on; 127.0.0.1 by default.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string[] Listen { get; set; } = ["127.0.0.1"];

    /// <summary>Lets -Listen name addresses that other machines reach. Whoever reads a token or the traffic of such a server may do everything on it: a warning says so.</summary>
    [Parameter]
    public SwitchParameter AllowNonLoopback { get; set; }

    /// <summary>Added to every answer, as a duration such as 500ms; none by default.</summary>
    [Parameter]
    [Duration]
    public TimeSpan Latency { get; set; }

    /// <summary>Requests that are served at once; the others queue in the order of their arrival. 0, the default, is any number.</summary>
    [Parameter]
    [ValidateRange(0, 1_000_000)]
    public int Concurrency { get; set; }

    /// <summary>
    /// How long each request is being served, as a duration; no longer than it takes by default. With -Concurrency it makes a server of known capacity: Concurrency /
    /// ServiceTime requests a second.
    /// </summary>
    [Parameter]
    [Duration]
    public TimeSpan ServiceTime { get; set; }

    /// <summary>Streams (requests at once) that one HTTP/2 connection may have; 250 by default, as Go's servers allow.</summary>
    [Parameter]
    [ValidateRange(1, 1_000_000)]
    public int MaxStreams { get; set; } = 250;

    /// <summary>
    /// Serves no Flunders of its own, as a cluster without the sample-apiserver: to try Install-FlunderApi, which makes them a custom resource, or to see what a driver says of
    /// a cluster that lacks them.
    /// </summary>
    [Parameter]
    public SwitchParameter NoFlunderApi { get; set; }

    /// <summary>
    /// Events kept for each resource; 32,768 by default. A watch or a list from before the oldest is answered 410, and a watcher that falls so far behind is cut off: a small
    /// number shows how an informer takes that.
    /// </summary>
    [Parameter]
    [ValidateRange(1, 10_000_000)]
    public int HistorySize { get; set; } = 32768;

    /// <summary>Entries of each kind that the ledger keeps; 65,536 by default, 0 for no ledger. Get-LocalApiLedger says so when some were overwritten.</summary>
    [Parameter]
    [ValidateRange(0, 100_000_000)]
    public int LedgerSize { get; set; } = 65536;

    /// <summary>Of the times at which a watch's events went out, the ledger enters each n-th; 1, the default, enters all, 0 none. What was delivered is entered whatever it is.</summary>
    [Parameter]
    [ValidateRange(0, 1_000_000)]
    public int LedgerTimeEvery { get; set; } = 1;

    /// <summary>
    /// Where to write the kubeconfig; in a fresh temporary folder by default. Those of the other users stand beside it, with -certificate, -readonly and -norights added to
    /// its name. All are deleted when the server ends.
    /// </summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Kubeconfig { get; set; }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        var settings = Settings();
        if (!ShouldProcess($"{string.Join(", ", settings.Listen)} port {(Port == 0 ? "(a free one)" : Port)}", "Start a local API server")) return;
        try
        {
            LocalApiChild child = null!;
            _pump.Run(async cancellationToken => child = await LocalApiChild.StartAsync(settings, cancellationToken));
            LocalApiServers.Add(child);
            WriteObject(child.Server);
        }
        catch (FileNotFoundException missing)
        {
            ThrowTerminatingError(new ErrorRecord(missing, "LocalApiRuntimeMissing", ErrorCategory.NotInstalled, null));
        }
        catch (InvalidOperationException failed)
        {
            ThrowTerminatingError(new ErrorRecord(failed, "LocalApiNotStarted", ErrorCategory.OpenError, null));
        }
    }

    /// <inheritdoc/>
    protected override void StopProcessing() => _pump.Stop();

    /// <inheritdoc/>
    public void Dispose() => _pump.Dispose();

    private LocalApiSettings Settings()
    {
        foreach (var address in Listen)
        {
            if (!IPAddress.TryParse(address, out var parsed)) throw Bad($"-Listen {address}: not an IP address.");
            if (IPAddress.IsLoopback(parsed)) continue;
            if (!AllowNonLoopback) throw Bad($"-Listen {address}: not a loopback address. This server is for tests on one machine; -AllowNonLoopback listens there all the same.");
            WriteWarning($"The local API server listens on {address}, which other machines may reach. It is made for tests: whoever gets its kubeconfig may do everything on it.");
        }
        if (Latency > LongestDelay) throw Bad($"-Latency {Latency}: more than an hour.");
        if (ServiceTime > LongestDelay) throw Bad($"-ServiceTime {ServiceTime}: more than an hour.");
        return new LocalApiSettings
        {
            Listen = Listen,
            AllowAny = AllowNonLoopback,
            Port = Port,
            Latency = Latency,
            Concurrency = Concurrency,
            ServiceTime = ServiceTime,
            MaxStreams = MaxStreams,
            NoFlunderApi = NoFlunderApi,
            HistorySize = HistorySize,
            LedgerSize = LedgerSize,
            LedgerTimeEvery = LedgerTimeEvery,
            Kubeconfig = Kubeconfig is null ? null : SessionState.Path.GetUnresolvedProviderPathFromPSPath(Kubeconfig),
        };
    }

    private ArgumentException Bad(string message)
    {
        var exception = new ArgumentException(message);
        ThrowTerminatingError(new ErrorRecord(exception, "InvalidLocalApiSetting", ErrorCategory.InvalidArgument, null));
        return exception;
    }
}
