using K8sScaleTest.LocalApi.Json;

namespace K8sScaleTest.LocalApi.Http;

/// <summary>A Status object: every answer that is no object of the resource.</summary>
internal sealed record ApiStatus(int Code, string? Reason, string Message)
{
    public StatusDetails? Details { get; init; }

    /// <summary>In the metadata: how to go on after an expired token.</summary>
    public string Continue { get; init; } = "";

    /// <summary>Seconds, or 0: the Retry-After header too.</summary>
    public int RetryAfterSeconds => Details?.RetryAfterSeconds ?? 0;

    public static ApiStatus BadRequest(string message) => new(400, "BadRequest", message);

    /// <summary>An error that Go's handler had no reason for.</summary>
    public static ApiStatus Internal(string message) => new(500, null, message);

    public static ApiStatus NotFound(string group, string resource, string name) =>
        new(404, "NotFound", $"{Qualified(resource, group)} {Go.Quote(name)} not found") { Details = new(name, group, resource) };

    public static ApiStatus AlreadyExists(string group, string resource, string name) =>
        new(409, "AlreadyExists", $"{Qualified(resource, group)} {Go.Quote(name)} already exists") { Details = new(name, group, resource) };

    public static ApiStatus Conflict(string group, string resource, string name, string what) =>
        new(409, "Conflict", $"Operation cannot be fulfilled on {Qualified(resource, group)} {Go.Quote(name)}: {what}") { Details = new(name, group, resource) };

    public static ApiStatus Modified(string group, string resource, string name) =>
        Conflict(group, resource, name, "the object has been modified; please apply your changes to the latest version and try again");

    public static ApiStatus Forbidden(string group, string resource, string name, string what) =>
        new(403, "Forbidden", resource.Length == 0 ? $"forbidden: {what}" : $"{Qualified(resource, group)}{(name.Length == 0 ? "" : " " + Go.Quote(name))} is forbidden: {what}") { Details = new(name, group, resource) };

    public static ApiStatus Unauthorized() => new(401, "Unauthorized", "Unauthorized");

    public static ApiStatus NoSuchResource() => new(404, "NotFound", "the server could not find the requested resource") { Details = new() };

    public static ApiStatus MethodNotAllowed() => new(405, "MethodNotAllowed", "the server does not allow this method on the requested resource") { Details = new() };

    public static ApiStatus Terminating(string group, string resource, string verb) =>
        new(405, "MethodNotAllowed", verb + " not allowed while custom resource definition is terminating") { Details = new("", group, resource) };

    public static ApiStatus Invalid(string group, string kind, string name, IReadOnlyList<Cause> causes)
    {
        // Go says each thing once in the message, and as often as it was found in the causes.
        var texts = causes.Select(c => c.Text).Distinct().ToArray();
        var joined = texts.Length == 1 ? texts[0] : "[" + string.Join(", ", texts) + "]";
        return new(422, "Invalid", $"{Qualified(kind, group)} {Go.Quote(name)} is invalid: {joined}") { Details = new(name, group, kind) { Causes = causes } };
    }

    public static ApiStatus Expired(string message) => new(410, "Expired", message);

    public static ApiStatus Gone(string message) => new(410, "Gone", message);

    /// <summary>A write that has nothing to show but that it happened.</summary>
    public static ApiStatus Success(string group, string resource, string name, string uid) =>
        new(200, null, "") { Details = new(name, group, resource) { Uid = uid } };

    public void WriteTo(JsonBuffer to)
    {
        to.Raw("{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"metadata\":{"u8);
        if (Continue.Length > 0) to.Property("continue"u8, Continue);
        to.Byte((byte)'}');
        to.Property("status"u8, Code < 400 ? "Success" : "Failure");
        if (Message.Length > 0) to.Property("message"u8, Message);
        if (Reason is not null) to.Property("reason"u8, Reason);
        if (Details is not null)
        {
            to.Name("details"u8);
            Details.WriteTo(to);
        }
        if (Code >= 400)
        {
            to.Name("code"u8);
            to.Number(Code);
        }
        to.Byte((byte)'}');
    }

    private static string Qualified(string name, string group) => group.Length == 0 ? name : name + "." + group;
}
