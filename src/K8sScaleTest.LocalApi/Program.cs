using System.Text;
using K8sScaleTest.LocalApi.Hosting;
using K8sScaleTest.LocalApi.Http;
using K8sScaleTest.LocalApi.Json;

try
{
    var options = ServerOptions.Parse(args);
    if (options.AllowAny) await Console.Error.WriteLineAsync("Warning: this server listens beyond the loopback addresses. It is made for tests: whoever reads its token may do everything.");
    using var ended = new EndOfProcess(options.ParentStdin);
    await using var server = await LocalServer.StartAsync(options);
    var to = JsonBuffer.Rent();
    to.Byte((byte)'{');
    to.Property("url"u8, server.Url);
    to.Property("kubeconfig"u8, server.Kubeconfigs.Administrator);
    to.Property("kubeconfigCertificate"u8, server.Kubeconfigs.Certificate);
    to.Property("kubeconfigReadOnly"u8, server.Kubeconfigs.ReadOnly);
    to.Property("kubeconfigNoRights"u8, server.Kubeconfigs.NoRights);
    to.Name("processId"u8);
    to.Number(Environment.ProcessId);
    to.Property("version"u8, ServerVersion.Git);
    to.Byte((byte)'}');
    await Console.Out.WriteLineAsync(Encoding.UTF8.GetString(to.Written));
    await ended.WaitAsync();
    return 0;
}
catch (ArgumentException bad)
{
    await Console.Error.WriteLineAsync(bad.Message);
    return 2;
}
catch (Exception failed) when (failed is IOException or UnauthorizedAccessException)
{
    // A port that is taken, a kubeconfig that cannot be written.
    await Console.Error.WriteLineAsync(failed.Message);
    return 1;
}
