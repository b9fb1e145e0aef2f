namespace K8sScaleTest.Engine.Tests.Http2;

/// <summary>RFC 9113, section 7.</summary>
internal enum ErrorCode : uint
{
    NoError = 0,
    ProtocolError = 1,
    InternalError = 2,
    StreamClosed = 5,
    RefusedStream = 7,
    Cancel = 8,
    EnhanceYourCalm = 11,
}
