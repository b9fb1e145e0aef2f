namespace K8sScaleTest.LocalApi.Http;

/// <summary>A request that is answered with plain text: what a Go server says where it has no Status at hand.</summary>
internal sealed class PlainTextException(int code, string text) : Exception(text)
{
    public int Code { get; } = code;
}
