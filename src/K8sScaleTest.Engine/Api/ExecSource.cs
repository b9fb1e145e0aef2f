using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace K8sScaleTest.Engine.Api;

/// <summary>A credential plugin, run as client-go runs it (client.authentication.k8s.io), but never at a terminal: it may not ask questions.</summary>
/// <remarks>KubernetesClient's own blocks a thread, joins the arguments by blanks, tells the plugin nothing of the cluster and takes no new certificate.</remarks>
internal sealed class ExecSource(KubeconfigExec exec, KubeconfigCluster cluster, Uri server, string? certificateAuthorityPem) : CredentialSource
{
    /// <summary>A plugin that takes longer hangs, most likely waiting for someone to log in.</summary>
    private static readonly TimeSpan TimeLimit = TimeSpan.FromMinutes(2);

    private const int MaxComplaint = 300;
    private const int FileNotFound = 2; // ENOENT and ERROR_FILE_NOT_FOUND alike

    public override string Description => $"the credential plugin {exec.Command}";

    public override async Task<Credential> FetchAsync(CancellationToken cancellationToken)
    {
        if (exec.InteractiveMode == "Always")
            throw Fault("wants a terminal (interactiveMode: Always), which is not offered here");
        using var process = Start();
        using var timed = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timed.CancelAfter(TimeLimit);
        try
        {
            process.StandardInput.Close();
            var output = process.StandardOutput.ReadToEndAsync(timed.Token);
            var complaint = process.StandardError.ReadToEndAsync(timed.Token);
            await Task.WhenAll(output, complaint);
            await process.WaitForExitAsync(timed.Token);
            if (process.ExitCode != 0)
                throw Failed(process.ExitCode, await complaint);
            return Read(await output);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw Fault(string.Create(CultureInfo.InvariantCulture, $"gave nothing within {TimeLimit.TotalMinutes} minutes: run it by hand, it may wait for a log-in"));
        }
        finally
        {
            if (!process.HasExited) process.Kill(entireProcessTree: true);
        }
    }

    private Process Start()
    {
        var start = new ProcessStartInfo(exec.Command)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            CreateNoWindow = true,
        };
        foreach (var argument in exec.Arguments) start.ArgumentList.Add(argument);
        foreach (var (name, value) in exec.Variables) start.Environment[name] = value;
        start.Environment["KUBERNETES_EXEC_INFO"] = Information();
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception e)
        {
            // The system's message adds a working folder, which says nothing of the plugin.
            var cause = e.NativeErrorCode == FileNotFound ? "it was not found; a bare name is sought in PATH" : new Win32Exception(e.NativeErrorCode).Message;
            throw Fault($"cannot be started: {cause}{(exec.InstallHint is { } hint ? $". {hint.Trim().TrimEnd('.')}" : "")}");
        }
    }

    private string Information()
    {
        var spec = new JsonObject { ["interactive"] = false };
        if (exec.ProvideClusterInfo)
        {
            var about = new JsonObject { ["server"] = server.ToString().TrimEnd('/') };
            if (cluster.TlsServerName is { } name) about["tls-server-name"] = name;
            if (cluster.InsecureSkipTlsVerify) about["insecure-skip-tls-verify"] = true;
            if (certificateAuthorityPem is not null) about["certificate-authority-data"] = Convert.ToBase64String(Encoding.UTF8.GetBytes(certificateAuthorityPem));
            if (cluster.ExecConfig is { } config) about["config"] = JsonNode.Parse(config);
            spec["cluster"] = about;
        }

        return new JsonObject { ["apiVersion"] = exec.ApiVersion, ["kind"] = "ExecCredential", ["spec"] = spec }.ToJsonString();
    }

    private Credential Read(string output)
    {
        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(output);
        }
        catch (JsonException)
        {
            // Neither the exception nor the output goes on: it may hold the token.
            throw Fault("printed no JSON");
        }

        using (document)
        {
            if (Text(document.RootElement, "apiVersion") is var version && version != exec.ApiVersion)
                throw Fault($"answered in apiVersion '{version}', and the kubeconfig asks for '{exec.ApiVersion}'");
            if (!document.RootElement.TryGetProperty("status", out var status) || status.ValueKind != JsonValueKind.Object)
                throw Fault("gave an ExecCredential without a status");
            var token = Text(status, "token");
            var certificate = Text(status, "clientCertificateData");
            var key = Text(status, "clientKeyData");
            if (token is null && certificate is null) throw Fault("gave neither a token nor a client certificate");
            if (certificate is null != key is null) throw Fault("gave a client certificate without its key, or a key without its certificate");
            return new Credential
            {
                Authorization = token is null ? null : Bearer.Header(token, Description),
                Certificates = certificate is null ? null : ClientCertificates.FromPem(certificate, key!, Description),
                Expires = Text(status, "expirationTimestamp") is { } expires ? Time(expires) : null,
            };
        }
    }

    private DateTimeOffset Time(string text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : throw Fault("gave an expirationTimestamp that is no time");

    private static string? Text(JsonElement parent, string name) =>
        parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } text
            ? text : null;

    private ApiException Failed(int exitCode, string complaint) =>
        Fault(string.Create(CultureInfo.InvariantCulture, $"ended with exit code {exitCode}{Shortened(complaint)}"));

    /// <summary>The end of what the plugin said to its user: the cause stands there.</summary>
    private static string Shortened(string complaint)
    {
        complaint = complaint.Trim();
        if (complaint.Length > MaxComplaint) complaint = "..." + complaint[^MaxComplaint..];
        return complaint.Length == 0 ? "" : ": " + complaint;
    }

    private ApiException Fault(string what) => new(ApiReasons.CredentialsInvalid, $"The kubeconfig's credential plugin {exec.Command} {what}.");
}
