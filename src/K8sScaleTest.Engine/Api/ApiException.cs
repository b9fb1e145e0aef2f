namespace K8sScaleTest.Engine.Api;

/// <summary>Something about the target, or a request of the set-up, went wrong; the message is final and made for a user, and never holds a secret.</summary>
public sealed class ApiException : Exception
{
    /// <summary>A fault with its reason.</summary>
    /// <param name="reason">One word that scripts can match: one of <see cref="ApiReasons"/>, of <see cref="Records.Reasons"/>, or the reason of a server's Status.</param>
    /// <param name="message">What was wrong and what to do about it.</param>
    /// <param name="statusCode">The HTTP status, or 0 where there was no response.</param>
    /// <param name="innerException">The cause, where it holds no secret.</param>
    public ApiException(string reason, string message, int statusCode = 0, Exception? innerException = null)
        : base(message, innerException)
    {
        Reason = reason;
        StatusCode = statusCode;
    }

    /// <summary>One word that scripts can match.</summary>
    public string Reason { get; }

    /// <summary>The HTTP status, or 0 where there was no response.</summary>
    public int StatusCode { get; }

    /// <summary>The server's Status, where it sent one.</summary>
    public ApiStatus? Status { get; init; }
}
