using System.Globalization;
using System.Text;

namespace K8sScaleTest.LocalApi.Http;

/// <summary>CreateOptions, UpdateOptions and PatchOptions.</summary>
/// <param name="DryRun">Nothing is stored.</param>
/// <param name="FieldManager">Who writes.</param>
/// <param name="FieldValidation">Ignore, Warn (the default) or Strict.</param>
/// <param name="Force">For server-side apply.</param>
internal readonly record struct WriteOptions(bool DryRun, string FieldManager, string FieldValidation, bool? Force)
{
    /// <summary>Reads and checks them; <paramref name="kind"/> is what an error calls them.</summary>
    public static WriteOptions Parse(ApiRequest request, string kind)
    {
        var query = request.Query;
        var dryRun = Dry(query.All("dryRun"), kind);
        var manager = query["fieldManager"];
        if (manager is { Length: > 0 } && ManagerFaults(manager) is { Count: > 0 } causes) throw new ApiException(ApiStatus.Invalid("meta.k8s.io", kind, "", causes));
        var validation = query["fieldValidation"] ?? "";
        if (validation is not ("" or "Ignore" or "Warn" or "Strict"))
        {
            throw new ApiException(ApiStatus.Invalid("meta.k8s.io", kind, "", [Cause.NotSupported("fieldValidation", Go.Quote(validation), "Ignore", "Strict", "Warn")]));
        }
        if (kind == "PatchOptions" && query["force"] is not null && !(request.Http.Request.ContentType ?? "").StartsWith("application/apply-patch", StringComparison.Ordinal))
        {
            throw new ApiException(ApiStatus.Invalid("meta.k8s.io", kind, "", [Cause.Forbidden("force", "may not be specified for non-apply patch")]));
        }
        return new WriteOptions(dryRun, Manager(request, manager), validation.Length == 0 ? "Warn" : validation, query["force"] is null ? null : query.Flag("force"));
    }

    /// <summary>True for "All"; 422 for anything else.</summary>
    public static bool Dry(IEnumerable<string> values, string kind)
    {
        var all = values.ToArray();
        if (all.Length == 0) return false;
        if (all.Any(v => v != "All"))
        {
            var given = "[]string{" + string.Join(", ", all.Select(Go.Quote)) + "}";
            throw new ApiException(ApiStatus.Invalid("meta.k8s.io", kind, "", [Cause.NotSupported("dryRun", given, "All")]));
        }
        return true;
    }

    /// <summary>A manager's name is at most 128 bytes long and can be printed (apimachinery/pkg/apis/meta/v1/validation, ValidateFieldManager).</summary>
    private static List<Cause>? ManagerFaults(string manager)
    {
        List<Cause>? causes = null;
        if (manager.Length > 128 || Encoding.UTF8.GetByteCount(manager) > 128) (causes = []).Add(Cause.TooLong("fieldManager", 128));
        var at = 0;
        foreach (var rune in manager.EnumerateRunes())
        {
            if (rune.Value != ' ' && (Rune.IsControl(rune) || Rune.IsWhiteSpace(rune) || Rune.GetUnicodeCategory(rune) is UnicodeCategory.Format or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned))
            {
                (causes ??= []).Add(Cause.Invalid("fieldManager", manager, string.Create(CultureInfo.InvariantCulture, $"invalid character U+{rune.Value:X4} (at position {at})")));
            }
            at += rune.Utf8SequenceLength;
        }
        return causes;
    }

    /// <summary>Who gives no name is named by what its user agent begins with.</summary>
    private static string Manager(ApiRequest request, string? given)
    {
        if (!string.IsNullOrEmpty(given)) return given;
        var agent = request.Http.Request.Headers.UserAgent.ToString();
        var slash = agent.IndexOf('/', StringComparison.Ordinal);
        var name = slash < 0 ? agent : agent[..slash];
        return name.Length == 0 ? "unknown" : name.Length > 128 ? name[..128] : name;
    }
}
