using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using K8sScaleTest.Engine.Api;
using K8sScaleTest.Engine.Records;
using K8sScaleTest.TestSupport;

namespace K8sScaleTest.Engine.Tests.Api;

public sealed class TransportFaultTests
{
    [Fact]
    public async Task A_port_where_nothing_listens_refuses_the_connection()
    {
        int port;
        using (var listener = new TcpListener(IPAddress.Loopback, 0))
        {
            listener.Start();
            port = ((IPEndPoint)listener.LocalEndpoint).Port;
        }

        var fault = await FaultOfAsync($"http://127.0.0.1:{port}");
        Assert.Equal(Reasons.ConnectionRefused, fault.Reason);
        Assert.Contains($"127.0.0.1:{port}", fault.Message, StringComparison.Ordinal);
        Assert.Contains("nothing listens", fault.Message, StringComparison.Ordinal);
        Assert.Equal(0, fault.StatusCode);
    }

    [Fact]
    public async Task A_name_that_does_not_exist_is_not_found()
    {
        var fault = await FaultOfAsync("http://no-such-host.invalid");
        Assert.Equal(Reasons.HostNotFound, fault.Reason);
        Assert.Contains("no-such-host.invalid", fault.Message, StringComparison.Ordinal);
        Assert.Contains("DNS", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_connection_that_is_reset_under_the_request_is_no_refusal()
    {
        await using var server = new StubServer(null, _ => new StubResponse(200, "") { Abort = true });
        Assert.Equal(Reasons.ConnectionReset, (await FaultOfAsync(server.Url)).Reason);
    }

    [Fact]
    public async Task A_server_that_never_answers_times_out()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var fault = await FaultOfAsync($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}", TimeSpan.FromMilliseconds(200));
        Assert.Equal(Reasons.Timeout, fault.Reason);
    }

    [Fact]
    public async Task A_cancellation_of_the_callers_own_is_no_fault_of_the_transport()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        await using var target = await ResolveAsync($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}");
        using var client = new ApiClient(target, HttpVersion.Version11, "test", TimeSpan.FromSeconds(60));
        using var stop = new CancellationTokenSource(TimeSpan.FromMilliseconds(100));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => client.SendAsync(HttpMethod.Get, "/", cancellationToken: stop.Token));
    }

    [Fact]
    public async Task A_server_of_HTTP_1_asked_for_HTTP_2_is_told_apart()
    {
        using var authority = new TestAuthority();
        using var certificate = authority.Server();
        await using var server = new StubServer(certificate, _ => new StubResponse(200, "{}"));
        await using var target = await ResolveAsync(server.Url);
        using var client = new ApiClient(target, HttpVersion.Version20, "test", TimeSpan.FromSeconds(30));
        var fault = await Assert.ThrowsAsync<ApiException>(() => client.SendAsync(HttpMethod.Get, "/", cancellationToken: TestContext.Current.CancellationToken));
        Assert.True(fault.Message.Contains("-HttpVersion 1.1", StringComparison.Ordinal), fault.ToString());
    }

    [Theory]
    [InlineData(0x7, Reasons.StreamRefused)]
    [InlineData(0x0, Reasons.ConnectionReset)]
    [InlineData(0x2, Reasons.ConnectionReset)]
    [InlineData(0x8, Reasons.ConnectionReset)]
    [InlineData(0xb, Reasons.ConnectionReset)]
    [InlineData(0x1, Reasons.ProtocolError)]
    [InlineData(0x3, Reasons.ProtocolError)]
    public void HTTP_2_errors_are_told_apart_by_their_code(long code, string reason)
    {
        var protocol = new HttpProtocolException(code, "x", null);
        Assert.Equal(reason, TransportFault.Classify(protocol).Reason);
        Assert.Equal(reason, TransportFault.Classify(new HttpRequestException(HttpRequestError.HttpProtocolError, "x", new IOException("x", protocol))).Reason);
    }

    public static TheoryData<Exception, string> Others => new()
    {
        { new HttpRequestException(HttpRequestError.SecureConnectionError, "x", new AuthenticationException("x")), Reasons.TlsFailed },
        { new HttpRequestException(HttpRequestError.SecureConnectionError, "x", new IOException("x")), Reasons.TlsFailed },
        { new HttpRequestException(HttpRequestError.ResponseEnded, "x"), Reasons.ConnectionReset },
        { new HttpRequestException(HttpRequestError.InvalidResponse, "x"), Reasons.ProtocolError },
        { new HttpRequestException(HttpRequestError.ConnectionError, "x", new SocketException((int)SocketError.HostUnreachable)), Reasons.ConnectionRefused },
        { new HttpRequestException(HttpRequestError.ConnectionError, "x", new SocketException((int)SocketError.TimedOut)), Reasons.ConnectionRefused },
        { new HttpIOException(HttpRequestError.ResponseEnded, "x"), Reasons.ConnectionReset },
        { new IOException("x", new SocketException((int)SocketError.ConnectionReset)), Reasons.ConnectionReset },
        { new IOException("x", new SocketException((int)SocketError.Shutdown)), Reasons.ConnectionReset },
        { new TaskCanceledException("x", new TimeoutException("A connection could not be established within the configured ConnectTimeout.")), Reasons.ConnectionRefused },
        { new OperationCanceledException(), Reasons.Timeout },
        { new TaskCanceledException("x", new TimeoutException()), Reasons.Timeout },
        { new InvalidOperationException("x"), Reasons.ProtocolError },
    };

    [Theory]
    [MemberData(nameof(Others))]
    public void Chains_of_exceptions_have_one_reason(Exception exception, string reason)
    {
        var (actual, message) = TransportFault.Classify(exception);
        Assert.Equal(reason, actual);
        Assert.NotEmpty(message);
    }

    private static Task<ApiTarget> ResolveAsync(string url) => ApiTarget.ResolveAsync(
        new TargetOptions { Server = url, InsecureSkipTlsVerify = true, Environment = new TargetEnvironment { Variable = _ => null, HomeFolder = "" } }, TestContext.Current.CancellationToken);

    private static async Task<ApiException> FaultOfAsync(string url, TimeSpan? timeout = null)
    {
        await using var target = await ResolveAsync(url);
        using var client = new ApiClient(target, HttpVersion.Version11, "test", timeout ?? TimeSpan.FromSeconds(30));
        return await Assert.ThrowsAsync<ApiException>(() => client.SendAsync(HttpMethod.Get, "/", cancellationToken: TestContext.Current.CancellationToken));
    }
}
