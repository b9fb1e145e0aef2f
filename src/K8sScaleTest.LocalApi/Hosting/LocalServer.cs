using System.Net;
using System.Security.Authentication;
using K8sScaleTest.LocalApi.Access;
using K8sScaleTest.LocalApi.Control;
using K8sScaleTest.LocalApi.CustomResources;
using K8sScaleTest.LocalApi.Faults;
using K8sScaleTest.LocalApi.Http;
using K8sScaleTest.LocalApi.Ledgers;
using K8sScaleTest.LocalApi.Metrics;
using K8sScaleTest.LocalApi.Resources;
using K8sScaleTest.LocalApi.Watching;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace K8sScaleTest.LocalApi.Hosting;

/// <summary>The server as a whole: Kestrel with one handler, and what clients need to reach it.</summary>
internal sealed class LocalServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ServerCertificates _certificates;
    private readonly ClientAuthority _clients;
    private readonly Capacity _capacity;
    private readonly WatchRegistry _watches;
    private readonly NamespaceController _namespaces;
    private readonly DefinitionController _definitions;
    private readonly FaultDelay _delay;
    private KubeconfigFiles? _kubeconfigs;
    private ControlServer? _control;

    private LocalServer(WebApplication app, ServerCertificates certificates, ClientAuthority clients, Capacity capacity, WatchRegistry watches, NamespaceController namespaces, FaultDelay delay, DefinitionController definitions)
    {
        _app = app;
        _certificates = certificates;
        _clients = clients;
        _capacity = capacity;
        _watches = watches;
        _namespaces = namespaces;
        _definitions = definitions;
        _delay = delay;
    }

    public string Url { get; private set; } = "";

    public KubeconfigFiles Kubeconfigs => _kubeconfigs!;

    /// <summary>Starts it; it answers when this has ended.</summary>
    public static async Task<LocalServer> StartAsync(ServerOptions options)
    {
        // The endpoints of a service have one port for all their addresses.
        var port = options.Port == 0 && options.Listen.Count > 1 ? FreePort.For(options.Listen) : options.Port;
        var certificates = ServerCertificates.Create(options.Listen);
        var clients = ClientAuthority.Create();
        var credentials = new Credentials();
        var ledger = options.Ledger > 0 ? new Ledger(options.Ledger, options.LedgerTimes) : null;
        var registry = new ResourceRegistry(options.History, ledger, wardle: !options.NoFlunderApi);
        var capacity = new Capacity(options.Concurrency, options.ServiceTime, options.Latency);
        var watches = new WatchRegistry();
        var metrics = new ServerMetrics();
        var namespaces = new NamespaceController(registry);
        var definitions = new DefinitionController(registry, options.History);
        var listeners = new ListenerGate();
        var faults = new FaultSet(registry, watches, listeners);
        var delay = new FaultDelay();

        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = typeof(LocalServer).Assembly.GetName().Name });
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration();
        builder.Services.AddSingleton(listeners.Before);
        builder.Services.Configure<KestrelServerOptions>(kestrel => Configure(kestrel, options, port, certificates));
        // Watches stay open for minutes: an end of the process waits for nobody.
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.Zero);
        // The process has its own idea of signals (an interrupt belongs to whoever started it): no console lifetime.
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        var app = builder.Build();
        var server = new LocalServer(app, certificates, clients, capacity, watches, namespaces, delay, definitions);
        var api = new ApiServer(registry, new Authenticator(credentials, clients), capacity, watches, namespaces, new NonResources(registry, metrics, () => new Uri(server.Url).Authority), metrics, faults, delay, ledger);
        var bootstrap = new BootstrapObjects(registry, api.Writer);
        bootstrap.CreateNamespaces();
        app.Run(api.HandleAsync);
        await app.StartAsync();
        var bound = app.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.First();
        server.Url = bound.Replace("[::]", "127.0.0.1", StringComparison.Ordinal).Replace("0.0.0.0", "127.0.0.1", StringComparison.Ordinal);
        bootstrap.CreateKubernetesService(options.Listen, new Uri(server.Url).Port);
        server._control = await ControlServer.StartAsync(faults, new LedgerStreams(ledger, registry));
        server._kubeconfigs = KubeconfigFiles.Write(options.Kubeconfig, server.Url, certificates.AuthorityPem, credentials, clients, server._control);
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        // First what others may read: should the rest fail, no file stays behind.
        _kubeconfigs?.Dispose();
        if (_control is not null) await _control.DisposeAsync();
        await _app.DisposeAsync();
        await _watches.DisposeAsync();
        await _namespaces.DisposeAsync();
        await _definitions.DisposeAsync();
        _capacity.Dispose();
        _delay.Dispose();
        _certificates.Dispose();
        _clients.Dispose();
    }

    private static void Configure(KestrelServerOptions kestrel, ServerOptions options, int port, ServerCertificates certificates)
    {
        kestrel.AddServerHeader = false;
        kestrel.AllowSynchronousIO = false;
        // A warning says what the client sent, in any script; all other headers are ASCII.
        kestrel.ResponseHeaderEncodingSelector = static name => name == "Warning" ? System.Text.Encoding.UTF8 : null;
        var limits = kestrel.Limits;
        limits.Http2.MaxStreamsPerConnection = options.MaxStreams;
        // The credit that a Go server gives, so that a body is not held up by it.
        limits.Http2.InitialConnectionWindowSize = 1 << 20;
        limits.Http2.InitialStreamWindowSize = 1 << 18;
        // Bodies are limited by the handler, which knows what a Status says; slow readers by the history of their watch.
        limits.MaxRequestBodySize = null;
        limits.MinResponseDataRate = null;
        limits.MaxRequestBufferSize = null;
        limits.KeepAliveTimeout = TimeSpan.FromMinutes(10);
        foreach (var address in options.Listen)
        {
            kestrel.Listen(new IPEndPoint(address, port), listen =>
            {
                listen.Protocols = HttpProtocols.Http1AndHttp2;
                listen.UseHttps(https =>
                {
                    https.ServerCertificate = certificates.Server;
                    // Asked for and judged later: who has none, or a wrong one, may have a token.
                    https.ClientCertificateMode = ClientCertificateMode.AllowCertificate;
                    https.AllowAnyClientCertificate();
                    https.SslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13;
                    https.OnAuthenticate = static (_, authentication) => authentication.AllowRenegotiation = false;
                });
                listen.Use(RecordSizedWriter.Use);
            });
        }
    }

    private sealed class NoLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
