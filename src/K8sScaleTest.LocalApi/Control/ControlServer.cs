using System.Net;
using System.Security.Cryptography;
using System.Text;
using K8sScaleTest.LocalApi.Faults;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace K8sScaleTest.LocalApi.Control;

/// <summary>
/// The endpoint by which faults are ordered and the ledger is read: plain HTTP/1.1 on a loopback port and with a token of its own, so that it answers whatever
/// is done to the API's listeners.
/// </summary>
internal sealed class ControlServer : IAsyncDisposable
{
    private const int BodyLimit = 64 * 1024;
    private readonly WebApplication _app;
    private readonly byte[] _header;
    private readonly FaultSet _faults;
    private readonly LedgerStreams _ledger;

    private ControlServer(WebApplication app, string token, FaultSet faults, LedgerStreams ledger)
    {
        _app = app;
        Token = token;
        _header = Encoding.ASCII.GetBytes("Bearer " + token);
        _faults = faults;
        _ledger = ledger;
    }

    public string Url { get; private set; } = "";

    public string Token { get; }

    public static async Task<ControlServer> StartAsync(FaultSet faults, LedgerStreams ledger)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = typeof(ControlServer).Assembly.GetName().Name });
        builder.WebHost.UseKestrelCore();
        builder.Services.Configure<KestrelServerOptions>(static kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = BodyLimit;
            // Whoever follows the ledger may be slow.
            kestrel.Limits.MinResponseDataRate = null;
            kestrel.Listen(new IPEndPoint(IPAddress.Loopback, 0), static listen => listen.Protocols = HttpProtocols.Http1);
        });
        builder.Services.Configure<HostOptions>(static host => host.ShutdownTimeout = TimeSpan.Zero);
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        var app = builder.Build();
        var server = new ControlServer(app, Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(24)), faults, ledger);
        app.Run(server.HandleAsync);
        await app.StartAsync();
        server.Url = app.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.First();
        return server;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task HandleAsync(HttpContext http)
    {
        try
        {
            if (!IsKnown(http)) await AnswerAsync(http, 401, ControlJson.Error("The token is missing or wrong."));
            else await RouteAsync(http);
        }
        catch (ArgumentException bad)
        {
            await AnswerAsync(http, 400, ControlJson.Error(bad.Message));
        }
        catch (Microsoft.AspNetCore.Http.BadHttpRequestException bad)
        {
            await AnswerAsync(http, bad.StatusCode, ControlJson.Error(bad.Message));
        }
        catch (Exception gone) when (http.RequestAborted.IsCancellationRequested && gone is OperationCanceledException or IOException)
        {
            // Whoever followed the ledger went away.
        }
    }

    private bool IsKnown(HttpContext http)
    {
        var given = http.Request.Headers.Authorization;
        return given.Count == 1 && given[0] is { } header && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(header), _header);
    }

    private Task RouteAsync(HttpContext http)
    {
        var path = (http.Request.Path.Value ?? "").Trim('/').Split('/');
        return (http.Request.Method, path) switch
        {
            ("GET", ["faults"]) => AnswerAsync(http, 200, ControlJson.Write(_faults.All)),
            ("POST", ["faults"]) => OrderAsync(http),
            ("DELETE", ["faults"]) => ClearAllAsync(http),
            ("GET", ["faults", var id]) => _faults.All.FirstOrDefault(r => r.Id == Number(id)) is { } rule ? AnswerAsync(http, 200, ControlJson.Write(rule)) : NoFaultAsync(http, id),
            ("DELETE", ["faults", var id]) => _faults.Clear(Number(id)) ? AnswerAsync(http, 204, []) : NoFaultAsync(http, id),
            ("GET", ["ledger"]) => AnswerAsync(http, 200, _ledger.Summary()),
            ("GET", ["ledger", var part]) => _ledger.StreamAsync(http, part),
            _ => AnswerAsync(http, 404, ControlJson.Error("There are /faults, /faults/{id}, /ledger, and /ledger/requests, /events, /watches, /deliveries.")),
        };
    }

    private async Task OrderAsync(HttpContext http)
    {
        using var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body, http.RequestAborted);
        var rule = _faults.Add(ControlJson.Read(body.GetBuffer().AsSpan(0, (int)body.Length)));
        await AnswerAsync(http, 201, ControlJson.Write(rule));
    }

    private Task ClearAllAsync(HttpContext http) => AnswerAsync(http, 200, ControlJson.Any(new { cleared = _faults.Clear() }));

    private static Task NoFaultAsync(HttpContext http, string id) => AnswerAsync(http, 404, ControlJson.Error($"There is no fault {id}."));

    /// <summary>0, which no fault has, for what is no number.</summary>
    private static ushort Number(string id) => ushort.TryParse(id, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var number) ? number : (ushort)0;

    private static async Task AnswerAsync(HttpContext http, int code, byte[] json)
    {
        http.Response.StatusCode = code;
        if (code == 204) return;
        http.Response.ContentType = "application/json";
        http.Response.ContentLength = json.Length;
        await http.Response.Body.WriteAsync(json, http.RequestAborted);
    }

    private sealed class NoLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
