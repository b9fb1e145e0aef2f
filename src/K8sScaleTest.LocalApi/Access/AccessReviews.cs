using System.Globalization;
using System.Text.Json;
using K8sScaleTest.LocalApi.Http;
using K8sScaleTest.LocalApi.Json;
using K8sScaleTest.LocalApi.Resources;
using K8sScaleTest.LocalApi.Schema;
using K8sScaleTest.LocalApi.Storage;

namespace K8sScaleTest.LocalApi.Access;

/// <summary>The resources that answer a question when they are created, and are not stored: who am I, what may I do.</summary>
internal static class AccessReviews
{
    private const string Authorization = "authorization.k8s.io";
    private const string Authentication = "authentication.k8s.io";

    public static IEnumerable<ResourceType> All(RevisionCounter core)
    {
        yield return Type(core, Authentication, "SelfSubjectReview", ReviewTypes.SelfSubjectReview, false, WhoAmI);
        yield return Type(core, Authorization, "LocalSubjectAccessReview", ReviewTypes.LocalSubjectAccessReview, true, Subject);
        yield return Type(core, Authorization, "SelfSubjectAccessReview", ReviewTypes.SelfSubjectAccessReview, false, Self);
        yield return Type(core, Authorization, "SelfSubjectRulesReview", ReviewTypes.SelfSubjectRulesReview, false, Rules);
        yield return Type(core, Authorization, "SubjectAccessReview", ReviewTypes.SubjectAccessReview, false, Subject);
    }

    private static ResourceType Type(RevisionCounter core, string group, string kind, ObjectType type, bool namespaced, Review review) => new()
    {
        Group = group,
        Plural = kind.ToLowerInvariant() + "s",
        Singular = kind.ToLowerInvariant(),
        Kind = kind,
        Namespaced = namespaced,
        Versions = [new ServedVersion(group, "v1", kind, type, itemsHaveKind: false)],
        Store = new ObjectStore(core, 1),
        Review = review,
    };

    private static void WhoAmI(JsonBuffer to, ApiRequest request, DecodedObject value)
    {
        // The only one of them that a server gives a time.
        value.CreationTimestamp = GoTime.Now;
        to.Raw("{\"userInfo\":{"u8);
        var user = request.User;
        to.Property("username"u8, user.Name);
        if (user.Uid.Length > 0) to.Property("uid"u8, user.Uid);
        if (user.Groups.Count > 0) Names(to, "groups"u8, user.Groups);
        if (user.Extra.Count > 0)
        {
            to.Name("extra"u8);
            to.Byte((byte)'{');
            foreach (var (key, values) in user.Extra) Names(to, System.Text.Encoding.UTF8.GetBytes(key), values);
            to.Byte((byte)'}');
        }
        to.Raw("}}"u8);
    }

    private static void Self(JsonBuffer to, ApiRequest request, DecodedObject value)
    {
        using var spec = Spec(value);
        Decide(to, request.User, Attributes(spec.RootElement));
    }

    private static void Subject(JsonBuffer to, ApiRequest request, DecodedObject value)
    {
        using var document = Spec(value);
        var spec = document.RootElement;
        var wanted = Attributes(spec);
        var groups = spec.TryGetProperty("groups", out var given) && given.ValueKind == JsonValueKind.Array ? given.EnumerateArray().Select(g => g.GetString() ?? "").ToArray() : [];
        var name = Text(spec, "user");
        if (name.Length == 0 && groups.Length == 0) throw Invalid(Cause.Invalid("spec.user", "", "at least one of user or group must be specified"));
        if (request.Resource.Namespaced && wanted.IsResource && wanted.Namespace != request.Namespace)
        {
            throw Invalid(Cause.Invalid("spec.resourceAttributes.namespace", wanted.Namespace, "must match metadata.namespace"));
        }
        Decide(to, new User(name, Text(spec, "uid"), groups), wanted);
    }

    private static void Rules(JsonBuffer to, ApiRequest request, DecodedObject value)
    {
        using var spec = Spec(value);
        if (Text(spec.RootElement, "namespace").Length == 0) throw new ApiException(ApiStatus.BadRequest("no namespace on request"));
        var rules = Authorizer.RulesOf(request.User).ToArray();
        to.Raw("{\"resourceRules\":["u8);
        foreach (var rule in rules.Where(r => r.Resources.Length > 0))
        {
            to.Separate();
            to.Byte((byte)'{');
            Names(to, "verbs"u8, rule.Verbs);
            Names(to, "apiGroups"u8, rule.Groups);
            Names(to, "resources"u8, rule.Resources);
            to.Byte((byte)'}');
        }
        to.Raw("],\"nonResourceRules\":["u8);
        foreach (var rule in rules.Where(r => r.Paths.Length > 0))
        {
            to.Separate();
            to.Byte((byte)'{');
            Names(to, "verbs"u8, rule.Verbs);
            Names(to, "nonResourceURLs"u8, rule.Paths);
            to.Byte((byte)'}');
        }
        to.Raw("],\"incomplete\":false}"u8);
    }

    private static void Decide(JsonBuffer to, User user, RequestAttributes wanted)
    {
        var (allowed, reason) = Authorizer.Decide(user, wanted);
        to.Raw("{\"allowed\":"u8);
        to.Boolean(allowed);
        if (reason.Length > 0) to.Property("reason"u8, reason);
        to.Byte((byte)'}');
    }

    /// <summary>What is asked about: exactly one of a resource and a path.</summary>
    private static RequestAttributes Attributes(JsonElement spec)
    {
        var isResource = spec.TryGetProperty("resourceAttributes", out var resource) && resource.ValueKind == JsonValueKind.Object;
        var isPath = spec.TryGetProperty("nonResourceAttributes", out var other) && other.ValueKind == JsonValueKind.Object;
        if (isResource && isPath)
        {
            var shown = string.Create(CultureInfo.InvariantCulture, $"authorization.NonResourceAttributes{{Path:{Go.Quote(Text(other, "path"))}, Verb:{Go.Quote(Text(other, "verb"))}}}");
            throw Invalid(new Cause("FieldValueInvalid", $"Invalid value: {shown}: cannot be specified in combination with resourceAttributes", "spec.nonResourceAttributes"));
        }
        if (isPath) return new RequestAttributes { Verb = Text(other, "verb"), Path = Text(other, "path") };
        if (!isResource) throw Invalid(new Cause("FieldValueInvalid", "Invalid value: \"null\": exactly one of nonResourceAttributes or resourceAttributes must be specified", "spec.resourceAttributes"));
        return new RequestAttributes
        {
            Verb = Text(resource, "verb"),
            Group = Text(resource, "group"),
            Version = Text(resource, "version"),
            // An empty resource is still one: no rule but those for all resources covers it.
            Resource = Text(resource, "resource") is { Length: > 0 } name ? name : "\0",
            Subresource = Text(resource, "subresource"),
            Namespace = Text(resource, "namespace"),
            Name = Text(resource, "name"),
        };
    }

    private static JsonDocument Spec(DecodedObject value)
    {
        var spec = value.Values[0];
        return JsonDocument.Parse(spec.Token == JsonTokenType.StartObject ? value.Text.Slice(spec.Value.Start, spec.Value.Length) : "{}"u8.ToArray());
    }

    private static string Text(JsonElement item, string name) =>
        item.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";

    private static ApiException Invalid(Cause cause) => new(ApiStatus.Invalid(Authorization, "", "", [cause]));

    private static void Names(JsonBuffer to, ReadOnlySpan<byte> name, IReadOnlyList<string> values)
    {
        to.Name(name);
        to.Byte((byte)'[');
        foreach (var value in values)
        {
            to.Separate();
            to.String(value);
        }
        to.Byte((byte)']');
    }
}
