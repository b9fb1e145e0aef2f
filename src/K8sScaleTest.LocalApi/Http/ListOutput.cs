using System.IO.Pipelines;

namespace K8sScaleTest.LocalApi.Http;

/// <summary>Where a list goes as it is written.</summary>
internal sealed class ListOutput : IAsyncDisposable
{
    private readonly PipeWriter _writer;

    private ListOutput(PipeWriter writer) => _writer = writer;

    /// <summary>The first byte of the next part is there for the separator's sake alone.</summary>
    public bool SkipFirst { get; set; }

    public static ListOutput Open(ApiRequest request) => new(request.Http.Response.BodyWriter);

    public async ValueTask WriteAsync(ReadOnlyMemory<byte> part, CancellationToken cancellation)
    {
        if (SkipFirst) part = part[1..];
        await _writer.WriteAsync(part, cancellation);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
