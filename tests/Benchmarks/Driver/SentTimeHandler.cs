using System.Diagnostics;
using System.Net;

namespace K8sScaleTest.Benchmarks.Driver;

/// <summary>Learns when a request's stream was granted, as (a) does: when its content is asked for.</summary>
internal sealed class SentTimeHandler : DelegatingHandler
{
    private static readonly AsyncLocal<SentTime?> Current = new();

    /// <summary>Where the moment of the requests of this asynchronous flow will stand.</summary>
    public static SentTime Watch() => Current.Value = new();

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (request.Content is { } content && Current.Value is { } sent) request.Content = new TimedContent(content, sent);
        return base.SendAsync(request, cancellationToken);
    }

    internal sealed class SentTime
    {
        public long Ticks { get; set; }
    }

    private sealed class TimedContent : HttpContent
    {
        private readonly HttpContent _inner;
        private readonly SentTime _sent;

        public TimedContent(HttpContent inner, SentTime sent)
        {
            _inner = inner;
            _sent = sent;
            foreach (var (name, values) in inner.Headers) Headers.TryAddWithoutValidation(name, values);
        }

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            _sent.Ticks = Stopwatch.GetTimestamp();
            return _inner.CopyToAsync(stream, context);
        }

        protected override bool TryComputeLength(out long length)
        {
            length = _inner.Headers.ContentLength ?? 0;
            return _inner.Headers.ContentLength is not null;
        }
    }
}
