using K8sScaleTest.LocalApi.Resources;

namespace K8sScaleTest.LocalApi.Http;

/// <summary>What a client will take, as far as the server gives it.</summary>
/// <param name="Form">Objects, a Table or metadata alone.</param>
/// <param name="FormVersion">Of meta.k8s.io, for a Table or metadata.</param>
internal readonly record struct MediaType(Form Form, string FormVersion)
{
    private const string Served = "application/json, application/yaml, application/vnd.kubernetes.protobuf";
    private const string ServedStreams = ", application/json;stream=watch, application/vnd.kubernetes.protobuf;stream=watch";
    private static readonly MediaType Json = new(Form.Object, "v1");

    /// <summary>One media range of an Accept header: "application/json;as=Table;v=v1;g=meta.k8s.io".</summary>
    private readonly record struct Range(string Type, string Form, string Version, string Group, string Stream)
    {
        public bool IsJson => Type is "application/json" or "application/*" or "*/*";

        public static Range Parse(string text)
        {
            var parts = text.Split(';');
            string form = "", version = "", group = "", stream = "";
            foreach (var parameter in parts.AsSpan(1))
            {
                var equals = parameter.IndexOf('=', StringComparison.Ordinal);
                if (equals < 0) continue;
                var value = parameter[(equals + 1)..].Trim().Trim('"');
                switch (parameter[..equals].Trim())
                {
                    case "as": form = value; break;
                    case "v": version = value; break;
                    case "g": group = value; break;
                    case "stream": stream = value; break;
                    default: break;
                }
            }
            return new Range(parts[0].Trim(), form, version, group, stream);
        }
    }

    /// <summary>The first acceptable form of the list; 406 when none is.</summary>
    /// <param name="accept">The header.</param>
    /// <param name="isList">The answer is a list.</param>
    /// <param name="isWatch">The answer is a stream of events.</param>
    /// <param name="resource">Of what.</param>
    public static MediaType Negotiate(string? accept, bool isList, bool isWatch, ResourceType resource)
    {
        if (string.IsNullOrEmpty(accept) || accept is "application/json" or "*/*") return Json;
        var ranges = accept.Split(',').Select(Range.Parse).ToArray();
        // The router looks first, at whole types alone.
        if (!ranges.Any(r => r.Type is "application/json" or "application/yaml" or "application/vnd.kubernetes.protobuf" or "*/*"))
        {
            throw new ApiException(new ApiStatus(406, "NotAcceptable", "406: Not Acceptable\n\nAvailable representations: " + Served + (isList || isWatch ? ServedStreams : "")) { Details = new() });
        }
        foreach (var range in ranges)
        {
            if (!range.IsJson || (range.Stream.Length > 0 && !(isWatch && range.Stream == "watch"))) continue;
            if (range.Form.Length == 0) return Json;
            if (range.Group != "meta.k8s.io" || range.Version is not ("v1" or "v1beta1")) continue;
            switch (range.Form)
            {
                case "Table": return new MediaType(Form.Table, range.Version);
                case "PartialObjectMetadata" when isList && !isWatch:
                    throw NotAcceptable($"you requested PartialObjectMetadata, but the requested object is a list ({resource.InternalName}List)");
                case "PartialObjectMetadataList" when !isList:
                    throw NotAcceptable($"you requested PartialObjectMetadataList, but the requested object is not a list ({resource.InternalName})");
                case "PartialObjectMetadata" or "PartialObjectMetadataList": return new MediaType(Form.Metadata, range.Version);
                default: break;
            }
        }
        throw NotAcceptable("only the following media types are accepted: " + Served);
    }

    /// <summary>Whether the client takes JSON that is no transformed form: else a Status is written as Go writes it for people, indented.</summary>
    public static bool TakesPlainJson(string? accept) =>
        string.IsNullOrEmpty(accept) || accept is "application/json" or "*/*"
        || accept.Split(',').Select(Range.Parse).Any(r => r.IsJson && r.Form.Length == 0 && r.Stream is "" or "watch");

    private static ApiException NotAcceptable(string message) => new(new ApiStatus(406, "NotAcceptable", message));
}
