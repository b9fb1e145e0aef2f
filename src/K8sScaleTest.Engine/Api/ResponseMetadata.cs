using System.Text.Json;

namespace K8sScaleTest.Engine.Api;

/// <summary>
/// The two facts of a write's response that a record keeps, read without building the object. Keys are matched at their depth:
/// an object's data may well hold the text "resourceVersion".
/// </summary>
internal readonly record struct ResponseMetadata(string? ResourceVersion, string? Uid)
{
    /// <summary>
    /// Reads <c>metadata.resourceVersion</c> and <c>metadata.uid</c> of an object, or <c>details.uid</c> of the Status that answers a
    /// delete; stops as soon as it has them. What is no such object gives nothing.
    /// </summary>
    public static ResponseMetadata Read(ReadOnlySpan<byte> json)
    {
        string? resourceVersion = null;
        string? uid = null;
        try
        {
            var reader = new Utf8JsonReader(json);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject) return default;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var isMetadata = reader.ValueTextEquals("metadata"u8);
                var holdsFacts = isMetadata || reader.ValueTextEquals("details"u8);
                reader.Read();
                if (!holdsFacts || reader.TokenType != JsonTokenType.StartObject)
                {
                    reader.Skip();
                    continue;
                }

                while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
                {
                    var isVersion = isMetadata && reader.ValueTextEquals("resourceVersion"u8);
                    var isUid = reader.ValueTextEquals("uid"u8);
                    reader.Read();
                    if (isVersion) resourceVersion = reader.GetString();
                    else if (isUid) uid = reader.GetString();
                    else reader.Skip();
                    if (uid is not null && resourceVersion is not null) return new(resourceVersion, uid);
                }
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // Not the JSON of an object: the status code alone says how it went.
        }

        return new(string.IsNullOrEmpty(resourceVersion) ? null : resourceVersion, uid);
    }
}
