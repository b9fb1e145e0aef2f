using System.Security.Authentication;

namespace K8sScaleTest.Engine.Api;

/// <summary>The server's certificate was refused; the reason is one of <see cref="ApiReasons"/>.</summary>
/// <param name="reason">CertificateUntrusted, CertificateExpired or CertificateNameMismatch.</param>
/// <param name="message">What is wrong with it and what to do.</param>
internal sealed class CertificateRejectedException(string reason, string message) : AuthenticationException(message)
{
    public string Reason { get; } = reason;
}
