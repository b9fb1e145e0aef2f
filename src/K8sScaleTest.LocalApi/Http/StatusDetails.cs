using K8sScaleTest.LocalApi.Json;

namespace K8sScaleTest.LocalApi.Http;

/// <summary>The details of a Status.</summary>
internal sealed record StatusDetails(string Name = "", string Group = "", string Kind = "")
{
    public string Uid { get; init; } = "";

    public IReadOnlyList<Cause> Causes { get; init; } = [];

    public int RetryAfterSeconds { get; init; }

    public void WriteTo(JsonBuffer to)
    {
        to.Byte((byte)'{');
        if (Name.Length > 0) to.Property("name"u8, Name);
        if (Group.Length > 0) to.Property("group"u8, Group);
        if (Kind.Length > 0) to.Property("kind"u8, Kind);
        if (Uid.Length > 0) to.Property("uid"u8, Uid);
        if (Causes.Count > 0)
        {
            to.Name("causes"u8);
            to.Byte((byte)'[');
            foreach (var cause in Causes)
            {
                to.Separate();
                to.Byte((byte)'{');
                if (cause.Reason.Length > 0) to.Property("reason"u8, cause.Reason);
                to.Property("message"u8, cause.Message);
                if (cause.Field.Length > 0) to.Property("field"u8, cause.Field);
                to.Byte((byte)'}');
            }
            to.Byte((byte)']');
        }
        if (RetryAfterSeconds > 0)
        {
            to.Name("retryAfterSeconds"u8);
            to.Number(RetryAfterSeconds);
        }
        to.Byte((byte)'}');
    }
}
