namespace K8sScaleTest.Engine.Drivers;

/// <summary>Thrown to the handler when it asks for a request's content again: the server had refused the stream unprocessed.</summary>
internal sealed class StreamRefusedException() : IOException("The server refused the stream unprocessed (REFUSED_STREAM or GOAWAY); it was not sent again.");
