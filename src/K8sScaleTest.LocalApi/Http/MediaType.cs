namespace K8sScaleTest.LocalApi.Http;

/// <summary>What a client will take, as far as the server gives it.</summary>
/// <param name="Form">Objects, a Table or metadata alone.</param>
/// <param name="FormVersion">Of meta.k8s.io, for a Table or metadata.</param>
internal readonly record struct MediaType(Form Form, string FormVersion)
{
    private static readonly MediaType Json = new(Form.Object, "v1");

    /// <summary>The first acceptable form of the list, or null when none is.</summary>
    public static MediaType? Negotiate(string? accept, bool isList, bool isWatch)
    {
        if (string.IsNullOrEmpty(accept) || accept is "application/json" or "*/*") return Json;
        foreach (var range in accept.Split(','))
        {
            var parts = range.Split(';');
            var type = parts[0].Trim();
            if (type is not ("application/json" or "application/*" or "*/*")) continue;
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
            if (stream.Length > 0 && !(isWatch && stream == "watch")) continue;
            if (form.Length == 0) return Json;
            if (group != "meta.k8s.io" || version is not ("v1" or "v1beta1")) continue;
            switch (form)
            {
                case "Table": return new MediaType(Form.Table, version);
                case "PartialObjectMetadata" when !isList || isWatch: return new MediaType(Form.Metadata, version);
                case "PartialObjectMetadataList" when isList && !isWatch: return new MediaType(Form.Metadata, version);
                default: break;
            }
        }
        return null;
    }
}
