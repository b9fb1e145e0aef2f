namespace K8sScaleTest.Engine.Api;

/// <summary>How a list or a watch ended.</summary>
public enum StreamEnd : byte
{
    /// <summary>In order: a list is whole, a watch was ended by the server between two events.</summary>
    Complete,

    /// <summary>The server answered with another status than 200; its Status says why.</summary>
    Refused,

    /// <summary>An ERROR event: the server gave the watch up; its Status says why.</summary>
    ErrorEvent,

    /// <summary>No response came: the server could not be reached, or sent no headers within the request time-out.</summary>
    NotOpened,

    /// <summary>The connection or the stream broke.</summary>
    Reset,

    /// <summary>The response ended in order, but in the middle of an event.</summary>
    Cut,

    /// <summary>A watch outlived its own time-out, or nothing came for longer than is allowed.</summary>
    Stalled,

    /// <summary>What came cannot be read; the message says where.</summary>
    Malformed,

    /// <summary>This side ended it.</summary>
    Stopped,
}
