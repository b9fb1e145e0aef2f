using System.Globalization;
using K8sScaleTest.LocalApi.Http;

namespace K8sScaleTest.LocalApi.Faults;

/// <summary>The answers of a server in trouble, in the form that kube-apiserver gives them.</summary>
internal static class FaultStatus
{
    /// <summary>What priority and fairness answers when its queues are full, with http.Error's line feed.</summary>
    private const string TooMany = "Too many requests, please try again later.\n";

    public static Task AnswerAsync(HttpContext http, FaultDefinition fault)
    {
        if (fault.StatusCode == 429)
        {
            // It says 1 second, and a client may not wait for less.
            http.Response.Headers.RetryAfter = (fault.RetryAfterSeconds ?? 1).ToString(CultureInfo.InvariantCulture);
            return Answer.Text(http, 429, fault.Message is { } text ? text + "\n" : TooMany);
        }
        return Answer.Status(http, Of(fault, "The resourceVersion for the provided list is too old."));
    }

    /// <summary>The Status in an ERROR event; 410 where the fault names no code.</summary>
    public static ApiStatus InStream(FaultDefinition fault) => Of(fault with { StatusCode = fault.StatusCode ?? 410 }, "The resourceVersion for the provided watch is too old.");

    private static ApiStatus Of(FaultDefinition fault, string tooOld)
    {
        var code = fault.StatusCode!.Value;
        var (reason, message) = code switch
        {
            500 => ("InternalError", "Internal error occurred: " + (fault.Message ?? "a fault was ordered")),
            429 => ("TooManyRequests", fault.Message ?? TooMany.TrimEnd()),
            503 => ("ServiceUnavailable", fault.Message ?? "the server is currently unable to handle the request"),
            504 => ("Timeout", fault.Message ?? "Timeout: request did not complete within the requested timeout"),
            409 => ("Conflict", fault.Message ?? "the server reported a conflict"),
            403 => ("Forbidden", fault.Message ?? "the request is forbidden"),
            401 => ("Unauthorized", fault.Message ?? "Unauthorized"),
            404 => ("NotFound", fault.Message ?? "the server could not find the requested resource"),
            410 => ("Expired", fault.Message ?? tooOld),
            _ => ("", fault.Message ?? $"the server responded with the status code {code} but did not return more information"),
        };
        var details = code switch
        {
            500 => new StatusDetails { Causes = [new Cause("", fault.Message ?? "a fault was ordered", "")], RetryAfterSeconds = fault.RetryAfterSeconds ?? 0 },
            _ when fault.RetryAfterSeconds is { } seconds => new StatusDetails { RetryAfterSeconds = seconds },
            _ => null,
        };
        return new ApiStatus(code, reason.Length == 0 ? null : reason, message) { Details = details };
    }
}
