namespace K8sScaleTest.Engine.Api;

/// <summary>Reasons of <see cref="ApiException"/> beside those that a server's Status gives and those of <see cref="Records.Reasons"/>.</summary>
public static class ApiReasons
{
    /// <summary>No kubeconfig where one was named or expected, and no in-cluster account.</summary>
    public const string KubeconfigNotFound = nameof(KubeconfigNotFound);

    /// <summary>A kubeconfig that cannot be read, parsed or understood.</summary>
    public const string KubeconfigInvalid = nameof(KubeconfigInvalid);

    /// <summary>The context named is not in the kubeconfig, or none is chosen.</summary>
    public const string ContextNotFound = nameof(ContextNotFound);

    /// <summary>A server URL that is none.</summary>
    public const string ServerInvalid = nameof(ServerInvalid);

    /// <summary>A token file, certificate, key or credential plugin that does not give what it should.</summary>
    public const string CredentialsInvalid = nameof(CredentialsInvalid);

    /// <summary>A proxy applies to the server; this module measures no proxies.</summary>
    public const string ProxyNotSupported = nameof(ProxyNotSupported);

    /// <summary>The server's certificate comes from an authority that is not trusted.</summary>
    public const string CertificateUntrusted = nameof(CertificateUntrusted);

    /// <summary>The server's certificate is expired, or not valid yet.</summary>
    public const string CertificateExpired = nameof(CertificateExpired);

    /// <summary>The server's certificate is for other names.</summary>
    public const string CertificateNameMismatch = nameof(CertificateNameMismatch);

    /// <summary>The server does not know the credentials.</summary>
    public const string Unauthorized = nameof(Unauthorized);

    /// <summary>The server knows the user and denies the right.</summary>
    public const string Forbidden = nameof(Forbidden);

    /// <summary>The namespace does not exist.</summary>
    public const string NamespaceNotFound = nameof(NamespaceNotFound);

    /// <summary>The namespace is being deleted.</summary>
    public const string NamespaceTerminating = nameof(NamespaceTerminating);

    /// <summary>The server does not serve the API group.</summary>
    public const string GroupNotServed = nameof(GroupNotServed);

    /// <summary>The server serves the group, but not in this version, or not this resource of it.</summary>
    public const string ResourceNotServed = nameof(ResourceNotServed);

    /// <summary>The group is registered, and the aggregated server behind it does not answer.</summary>
    public const string GroupUnavailable = nameof(GroupUnavailable);

    /// <summary>What answered is not a Kubernetes API server, or not in a form that can be read.</summary>
    public const string UnexpectedResponse = nameof(UnexpectedResponse);

    /// <summary>An object of others stands where one of ours would.</summary>
    public const string ForeignObject = nameof(ForeignObject);

    /// <summary>What is to be installed is there already, in another form.</summary>
    public const string AlreadyInstalled = nameof(AlreadyInstalled);

    /// <summary>What was installed or removed did not take effect in the time given.</summary>
    public const string NotServedInTime = nameof(NotServedInTime);

    /// <summary>The moment at which a run was to start passed before it was ready.</summary>
    public const string StartMissed = nameof(StartMissed);

    /// <summary>In the middle of a run the server gave no answer any more.</summary>
    public const string ServerLost = nameof(ServerLost);

    /// <summary>The server is too old for what is asked.</summary>
    public const string ServerTooOld = nameof(ServerTooOld);
}
