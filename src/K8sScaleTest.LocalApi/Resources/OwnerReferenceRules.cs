using System.Text;
using System.Text.Json;
using K8sScaleTest.LocalApi.Http;
using K8sScaleTest.LocalApi.Json;
using K8sScaleTest.LocalApi.Schema;

namespace K8sScaleTest.LocalApi.Resources;

/// <summary>The rules of metadata.ownerReferences (apimachinery/pkg/api/validation/objectmeta.go, ValidateOwnerReferences).</summary>
internal static class OwnerReferenceRules
{
    private const string Field = "metadata.ownerReferences";

    private sealed record Owner(string ApiVersion, string Kind, string Name, string Uid, bool? Controller, bool? BlockOwnerDeletion);

    public static void Validate(DecodedObject value, List<Cause> causes)
    {
        if (value.OwnerReferences.Value.IsNone || Read(value.OwnerReferences.Value.Of(value.Text.Span)) is not { } owners) return;
        string? controller = null;
        foreach (var owner in owners)
        {
            var parts = owner.ApiVersion.Split('/');
            var (group, version) = parts.Length switch { 1 => ("", parts[0]), 2 => (parts[0], parts[1]), _ => ("", "") };
            if (version.Length == 0) causes.Add(Cause.Invalid(Field + ".apiVersion", owner.ApiVersion, "version must not be empty"));
            if (owner.Kind.Length == 0) causes.Add(Cause.Invalid(Field + ".kind", "", "must not be empty"));
            if (owner.Name.Length == 0) causes.Add(Cause.Invalid(Field + ".name", "", "must not be empty"));
            if (owner.Uid.Length == 0) causes.Add(Cause.InvalidJson(Field + ".uid", "\"\"", "must not be empty"));
            if ((group, version, owner.Kind) == ("", "v1", "Event")) causes.Add(Cause.InvalidJson(Field, Json([owner])[1..^1], "/v1, Kind=Event is disallowed from being an owner"));
            if (owner.Controller != true) continue;
            var name = $"{owner.Kind}/{owner.Name}";
            if (controller is not null) causes.Add(Cause.InvalidJson(Field, Json(owners), $"Only one reference can have Controller set to true. Found \"true\" in references for {controller} and {name}"));
            controller ??= name;
        }
    }

    /// <summary>Null where a value is of the wrong kind, which whoever writes the object says.</summary>
    private static List<Owner>? Read(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        var owners = new List<Owner>();
        foreach (var item in JsonElement.ParseValue(ref reader).EnumerateArray())
        {
            if (item.ValueKind != JsonValueKind.Object) return null;
            var wrong = false;
            string Text(string name)
            {
                if (!item.TryGetProperty(name, out var found) || found.ValueKind == JsonValueKind.Null) return "";
                wrong |= found.ValueKind != JsonValueKind.String;
                return wrong ? "" : JsonText.UnescapeToString(Encoding.UTF8.GetBytes(found.GetRawText()).AsSpan(1..^1));
            }
            bool? Flag(string name)
            {
                if (!item.TryGetProperty(name, out var found) || found.ValueKind == JsonValueKind.Null) return null;
                wrong |= found.ValueKind is not (JsonValueKind.True or JsonValueKind.False);
                return found.ValueKind == JsonValueKind.True;
            }
            owners.Add(new Owner(Text("apiVersion"), Text("kind"), Text("name"), Text("uid"), Flag("controller"), Flag("blockOwnerDeletion")));
            if (wrong) return null;
        }
        return owners;
    }

    private static string Json(IEnumerable<Owner> owners)
    {
        var to = JsonBuffer.Rent();
        to.Byte((byte)'[');
        foreach (var owner in owners)
        {
            to.Separate();
            to.Byte((byte)'{');
            to.Property("apiVersion"u8, owner.ApiVersion);
            to.Property("kind"u8, owner.Kind);
            to.Property("name"u8, owner.Name);
            to.Property("uid"u8, owner.Uid);
            Flag(to, "controller"u8, owner.Controller);
            Flag(to, "blockOwnerDeletion"u8, owner.BlockOwnerDeletion);
            to.Byte((byte)'}');
        }
        to.Byte((byte)']');
        var text = Encoding.UTF8.GetString(to.Written);
        to.Return();
        return text;
    }

    private static void Flag(JsonBuffer to, ReadOnlySpan<byte> name, bool? value)
    {
        if (value is not { } known) return;
        to.Name(name);
        to.Boolean(known);
    }
}
