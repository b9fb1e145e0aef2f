namespace K8sScaleTest.Engine.Api;

/// <summary>A list or an event that cannot be read; the message says where.</summary>
public sealed class MalformedResponseException(string message, Exception? innerException = null) : Exception(message, innerException);
