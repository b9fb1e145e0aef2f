namespace K8sScaleTest.Engine.Api;

/// <summary>
/// Reads lists and watch events in one encoding. It keeps where it stands, so that each response has a decoder of its own. JSON is the only one so far; what
/// knows of encodings is behind this seam.
/// </summary>
internal interface IObjectDecoder
{
    /// <summary>The Accept header.</summary>
    string MediaType { get; }

    /// <summary>Reads the first event of what has come.</summary>
    /// <param name="available">All that has come and was not consumed.</param>
    /// <param name="observed">Gets the event.</param>
    /// <returns>The bytes that it took, or 0 when it has not come whole.</returns>
    /// <exception cref="MalformedResponseException">It is none.</exception>
    int ReadEvent(ReadOnlySpan<byte> available, ObservedEvent observed);

    /// <summary>Reads as many objects of a list as have come whole.</summary>
    /// <param name="available">All that has come and was not consumed.</param>
    /// <param name="final">Whether nothing follows.</param>
    /// <param name="observed">Is filled in for each object.</param>
    /// <param name="consumer">Gets each object.</param>
    /// <returns>The bytes that were consumed.</returns>
    /// <exception cref="MalformedResponseException">It is no list.</exception>
    int ReadList(ReadOnlySpan<byte> available, bool final, ObservedObject observed, IObjectConsumer consumer);

    /// <summary>The resourceVersion of the list read; 0 where it has none.</summary>
    ulong ListResourceVersion { get; }

    /// <summary>What asks for the list's next page; null after the last.</summary>
    string? Continue { get; }
}
