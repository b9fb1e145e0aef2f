using System.Management.Automation;
using K8sScaleTest.Engine.Api;
using K8sScaleTest.Engine.Drivers;
using K8sScaleTest.Engine.Metrics;
using K8sScaleTest.Engine.Records;
using K8sScaleTest.Engine.Results.Files;

namespace K8sScaleTest;

/// <summary>The parameters by which every cmdlet names its API server, and what they lead to.</summary>
public abstract class TargetCmdlet : PSCmdlet, IDisposable
{
    private readonly Pump _pump = new();

    /// <summary>
    /// The kubeconfig file. Without it: the files of $env:KUBECONFIG (a list, as kubectl reads it), ~/.kube/config, the in-cluster account, in this order. It
    /// binds by property name, so that the output of Start-LocalApiServer can be piped in. Replaces the Go flag kubeconfig.
    /// </summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    public string? Kubeconfig { get; set; }

    /// <summary>The kubeconfig's context to use; its current-context by default. Tab completes it.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(ContextCompleter))]
    public string? Context { get; set; }

    /// <summary>
    /// The URL of a server to use instead of the kubeconfig's, with the same credentials: one API server of several, or an aggregated server itself. Replaces
    /// the Go flags master and override-server.
    /// </summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [Alias("Master", "OverrideServer")]
    public string? Server { get; set; }

    /// <summary>Accepts any server certificate. Replaces the Go flag insecure.</summary>
    [Parameter]
    [Alias("Insecure")]
    public SwitchParameter InsecureSkipTlsVerify { get; set; }

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <inheritdoc/>
    protected override void StopProcessing() => _pump.Stop();

    /// <summary>Frees what the cmdlet holds.</summary>
    /// <param name="disposing">Whether it was called, rather than finalized.</param>
    protected virtual void Dispose(bool disposing)
    {
        if (disposing) _pump.Dispose();
    }

    /// <summary>A path as the session means it: relative to its location, not to the process's folder.</summary>
    internal string ResolvePath(string path) => SessionState.Path.GetUnresolvedProviderPathFromPSPath(path);

    /// <summary>The error that stands for an exception of the engine; null for one that no user could do anything about.</summary>
    internal virtual ErrorRecord? Explain(Exception exception) => exception switch
    {
        ApiException api => new(api, api.Reason, CategoryOf(api.Reason), null),
        RunIdTakenException taken => new(taken, "RunIdTaken", ErrorCategory.ResourceExists, taken.RunId),
        MetricsEndpointException endpoint => new(
            endpoint, endpoint.PortInUse ? "MetricsPortInUse" : "MetricsNotServed", endpoint.PortInUse ? ErrorCategory.ResourceBusy : ErrorCategory.InvalidArgument, null),
        RecordFileException file => new(file, file.DiskFull ? "DiskFull" : "FileNotWritable", ErrorCategory.WriteError, null),
        _ => null,
    };

    /// <summary>Finds the target, and its first credential. The caller disposes it.</summary>
    private protected ApiTarget ResolveTarget()
    {
        var target = Run(cancellationToken => ApiTarget.ResolveAsync(ReadTargetOptions(), cancellationToken));
        WriteVerbose($"Server {target.Url}, {target.Source}{(target.Insecure ? "; its certificate is not verified" : "")}.");
        return target;
    }

    /// <summary>What the parameters lead to, without a credential fetched or a request sent.</summary>
    private protected TargetDescription DescribeTarget() => Run(cancellationToken => ApiTarget.DescribeAsync(ReadTargetOptions(), cancellationToken));

    /// <summary>Runs asynchronous work while the pipeline waits; a fault that users can do something about ends the cmdlet with its own error.</summary>
    private protected void Run(Func<CancellationToken, Task> work)
    {
        try
        {
            _pump.Run(work);
        }
        catch (Exception e) when (Explain(e) is { } error)
        {
            ThrowTerminatingError(error);
        }
    }

    /// <summary>As the other, for work that has a result.</summary>
    private protected T Run<T>(Func<CancellationToken, Task<T>> work)
    {
        T result = default!;
        Run(async cancellationToken => { result = await work(cancellationToken); });
        return result;
    }

    /// <summary>Has an action done on the pipeline's thread while <see cref="Run(Func{CancellationToken, Task})"/> waits.</summary>
    private protected void Post(Action action) => _pump.Post(action);

    /// <summary>Ends the cmdlet with an error. It never returns; what it gives lets callers write <c>throw</c>.</summary>
    private protected InvalidOperationException Terminating(string errorId, ErrorCategory category, string message, object? target)
    {
        var exception = new InvalidOperationException(message);
        ThrowTerminatingError(new ErrorRecord(exception, errorId, category, target));
        return exception;
    }

    private TargetOptions ReadTargetOptions() => new()
    {
        Kubeconfig = Kubeconfig is null ? null : ResolvePath(Kubeconfig),
        Context = Context,
        Server = Server,
        InsecureSkipTlsVerify = InsecureSkipTlsVerify,
        Environment = new TargetEnvironment { WorkingFolder = SessionState.Path.CurrentFileSystemLocation.ProviderPath },
    };

    private static ErrorCategory CategoryOf(string reason) => reason switch
    {
        ApiReasons.KubeconfigNotFound or ApiReasons.ContextNotFound or ApiReasons.NamespaceNotFound or ApiReasons.GroupNotServed or ApiReasons.ResourceNotServed
            => ErrorCategory.ObjectNotFound,
        ApiReasons.KubeconfigInvalid or ApiReasons.ServerInvalid => ErrorCategory.InvalidData,
        ApiReasons.Unauthorized or ApiReasons.CredentialsInvalid => ErrorCategory.AuthenticationError,
        ApiReasons.Forbidden => ErrorCategory.PermissionDenied,
        ApiReasons.CertificateExpired or ApiReasons.CertificateNameMismatch or ApiReasons.CertificateUntrusted or Reasons.TlsFailed => ErrorCategory.SecurityError,
        ApiReasons.ProxyNotSupported => ErrorCategory.NotImplemented,
        ApiReasons.GroupUnavailable or ApiReasons.NamespaceTerminating => ErrorCategory.ResourceUnavailable,
        ApiReasons.ForeignObject or ApiReasons.AlreadyInstalled => ErrorCategory.ResourceExists,
        ApiReasons.ServerTooOld => ErrorCategory.NotImplemented,
        Reasons.Timeout or ApiReasons.NotServedInTime => ErrorCategory.OperationTimeout,
        ApiReasons.ServerLost or Reasons.ConnectionRefused or Reasons.ConnectionReset or Reasons.HostNotFound or Reasons.StreamRefused => ErrorCategory.ConnectionError,
        Reasons.ProtocolError or ApiReasons.UnexpectedResponse => ErrorCategory.ProtocolError,
        _ => ErrorCategory.InvalidOperation,
    };
}
