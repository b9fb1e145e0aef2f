using System.Runtime.CompilerServices;

namespace K8sScaleTest.Engine.Api;

/// <summary>A response's body, whose reader hears at its end that it was broken off, where a <see cref="GentleResetStream"/> ended it in a trailer.</summary>
/// <param name="body">The body.</param>
/// <param name="response">Its response.</param>
internal sealed class BrokenOffStream(Stream body, HttpResponseMessage response) : ReadFilterStream(body)
{
    /// <exception cref="HttpProtocolException">All has been read that came; then the server reset the stream.</exception>
    /// <exception cref="HttpIOException">All has been read that came; then the connection broke.</exception>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = await Inner.ReadAsync(buffer, cancellationToken);
        if (read == 0 && !buffer.IsEmpty) ThrowIfBrokenOff();
        return read;
    }

    private void ThrowIfBrokenOff()
    {
        if (response.Version.Major != 2) return;
        foreach (var trailer in response.TrailingHeaders.NonValidated)
        {
            if (GentleResetStream.CodeOf(trailer.Key) is not { } code) continue;
            throw code == GentleResetStream.ConnectionLost
                ? new HttpIOException(HttpRequestError.ResponseEnded, "The connection broke while the response was coming.")
                : new HttpProtocolException(code, "The server reset the stream while the response was coming.", null);
        }
    }
}
