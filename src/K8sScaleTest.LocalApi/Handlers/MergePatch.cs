using System.Text;
using System.Text.Json;
using K8sScaleTest.LocalApi.Http;
using K8sScaleTest.LocalApi.Json;
using K8sScaleTest.LocalApi.Schema;

namespace K8sScaleTest.LocalApi.Handlers;

/// <summary>A JSON merge patch, or a strategic one that says nothing that a merge patch could not.</summary>
internal sealed class MergePatch : IPatch
{
    private readonly ReadOnlyMemory<byte> _text;
    private readonly Member _root;
    private readonly bool _strategic;

    public MergePatch(ReadOnlyMemory<byte> text, bool strategic)
    {
        _text = text;
        _strategic = strategic;
        _root = PatchKinds.Root(text.Span, why => ApiStatus.BadRequest(strategic && why.StartsWith("unexpected end", StringComparison.Ordinal) ? "unexpected EOF" : strategic ? why : "error decoding patch: " + why));
        if (_root.Token != JsonTokenType.StartObject)
        {
            throw new ApiException(ApiStatus.BadRequest($"{(strategic ? "" : "error decoding patch: ")}json: cannot unmarshal {JsonText.GoKind(_root.Token)} into Go value of type map[string]interface {{}}"));
        }
    }

    public void Apply(JsonBuffer to, ReadOnlyMemory<byte> current, ApiRequest request) =>
        JsonMerge.Merge(to, current.Span, new Member(default, new Slice(0, current.Length), JsonTokenType.StartObject), _text.Span, _root);

    public string Describe(ReadOnlySpan<byte> patched) => _strategic ? Go.Value(_text.Span) : Encoding.UTF8.GetString(patched);

    public string Explain(GoTypeException wrong) => _strategic ? wrong.ConverterMessage : wrong.Message;
}
