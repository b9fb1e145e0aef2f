using System.Net.Http.Headers;
using K8sScaleTest.Engine.Records;

namespace K8sScaleTest.Engine.Drivers;

/// <summary>
/// The request of a slot and its bodies, filled in anew for each operation. All that a handler may still read after an operation's end
/// lies here, so that a slot can leave it behind as one.
/// </summary>
internal sealed class OperationRequest : IDisposable
{
    private const string Json = "application/json";
    private static readonly byte[] DeleteOptions = """{"kind":"DeleteOptions","apiVersion":"v1"}"""u8.ToArray();
    private readonly OperationContext _context;
    private readonly HttpRequestMessage _message;
    private byte[] _createHead = [];
    private byte[] _updateHead = [];
    private OperationContent? _create;
    private OperationContent? _update;
    private OperationContent? _delete;
    private string? _authorization;

    public OperationRequest(OperationContext context)
    {
        _context = context;
        _message = new()
        {
            Version = context.Connections.HttpVersion,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        var headers = _message.Headers;
        headers.TryAddWithoutValidation("User-Agent", context.UserAgent);
        headers.TryAddWithoutValidation("Accept", Json);
        foreach (var (name, value) in context.Target.Headers) headers.TryAddWithoutValidation(name, value);
    }

    /// <summary>The body of the operation last filled in.</summary>
    public OperationContent Content { get; private set; } = null!;

    /// <summary>Fills in an operation.</summary>
    /// <param name="row">What to do, to which name, launched when.</param>
    /// <param name="updates">The update's number, from 1.</param>
    /// <param name="dryRun">Whether a create is to change nothing.</param>
    public HttpRequestMessage Fill(in OperationRow row, int updates, bool dryRun)
    {
        Authorize(_message.Headers);
        var template = _context.Template;
        switch (row.Operation)
        {
            case OperationKind.Create:
                if (_create is null) _create = new(Json, _createHead = template.Create.NewHead(), template.Create.Tail);
                template.Create.Fill(_createHead, row.Name, row.Run.Clock.ToUnixMicroseconds(row.Launched), 0);
                Content = _create;
                _message.Method = HttpMethod.Post;
                _message.RequestUri = dryRun ? _context.DryRunCreateUri : _context.CreateUri;
                break;
            case OperationKind.Update:
                if (_update is null) _update = new(template.UpdateMediaType, _updateHead = template.Update.NewHead(), template.Update.Tail);
                template.Update.Fill(_updateHead, row.Name, row.Run.Clock.ToUnixMicroseconds(row.Launched), updates);
                Content = _update;
                _message.Method = HttpMethod.Patch;
                _message.RequestUri = _context.UpdateUri(row.Name);
                break;
            default:
                Content = _delete ??= new(Json, DeleteOptions);
                _message.Method = HttpMethod.Delete;
                _message.RequestUri = _context.DeleteUri(row.Name);
                break;
        }

        Content.Reset();
        _message.Content = Content;
        return _message;
    }

    /// <summary>Only where no handler can be reading any more: one that was left behind is never disposed of.</summary>
    public void Dispose()
    {
        _message.Dispose();
        _create?.Dispose();
        _update?.Dispose();
        _delete?.Dispose();
    }

    private void Authorize(HttpRequestHeaders headers)
    {
        // The target hands out the same string until it is renewed.
        var authorization = _context.Target.Authorization;
        if (ReferenceEquals(authorization, _authorization)) return;
        _authorization = authorization;
        headers.Remove("Authorization");
        if (authorization is not null) headers.TryAddWithoutValidation("Authorization", authorization);
    }
}
