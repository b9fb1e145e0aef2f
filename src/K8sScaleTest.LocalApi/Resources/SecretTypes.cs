using System.Text.Json;
using System.Text.Json.Nodes;
using K8sScaleTest.LocalApi.Http;
using K8sScaleTest.LocalApi.Json;

namespace K8sScaleTest.LocalApi.Resources;

/// <summary>What the types of Secrets demand of their data.</summary>
internal static class SecretTypes
{
    public const string ServiceAccountToken = "kubernetes.io/service-account-token";
    public const string ServiceAccountName = "kubernetes.io/service-account.name";

    /// <summary>Adds what is missing or malformed.</summary>
    public static void Validate(string type, JsonObject data, bool hasServiceAccount, List<Cause> causes)
    {
        switch (type)
        {
            case ServiceAccountToken:
                if (!hasServiceAccount) causes.Add(Cause.Required($"metadata.annotations[{ServiceAccountName}]", ""));
                break;
            case "kubernetes.io/dockercfg":
                Json(".dockercfg");
                break;
            case "kubernetes.io/dockerconfigjson":
                Json(".dockerconfigjson");
                break;
            case "kubernetes.io/basic-auth":
                if (!data.ContainsKey("username") && !data.ContainsKey("password")) Require("username", "password");
                break;
            case "kubernetes.io/ssh-auth":
                if (data["ssh-privatekey"] is not { } key || key.GetValue<string>().Length == 0) causes.Add(Cause.Required("data[ssh-privatekey]", ""));
                break;
            case "kubernetes.io/tls":
                Require("tls.crt", "tls.key");
                break;
            default:
                break;
        }

        void Require(params ReadOnlySpan<string> keys)
        {
            foreach (var key in keys)
            {
                if (!data.ContainsKey(key)) causes.Add(Cause.Required($"data[{key}]", ""));
            }
        }

        void Json(string key)
        {
            if (data[key] is not { } value)
            {
                Require(key);
                return;
            }
            var bytes = Convert.FromBase64String(value.GetValue<string>());
            try
            {
                using var document = JsonDocument.Parse(bytes);
                if (document.RootElement.ValueKind is JsonValueKind.Object or JsonValueKind.Null) return;
                var kind = document.RootElement.ValueKind switch { JsonValueKind.Array => "array", JsonValueKind.String => "string", JsonValueKind.Number => "number", _ => "bool" };
                causes.Add(Cause.Invalid($"data[{key}]", "<secret contents redacted>", $"json: cannot unmarshal {kind} into Go value of type map[string]interface {{}}"));
            }
            catch (JsonException)
            {
                causes.Add(Cause.Invalid($"data[{key}]", "<secret contents redacted>", GoJsonError.Describe(bytes)));
            }
        }
    }
}
