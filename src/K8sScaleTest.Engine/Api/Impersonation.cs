using System.Text;

namespace K8sScaleTest.Engine.Api;

/// <summary>The headers of a kubeconfig's <c>as</c>, as client-go sends them.</summary>
internal static class Impersonation
{
    /// <summary>The headers; empty when the user impersonates nobody.</summary>
    /// <exception cref="ApiException">
    /// Groups, uid or extras without a user: the server would refuse every request. Or a header that would have to be sent twice: .NET joins its values
    /// with a comma, and the server would take the whole for one group.
    /// </exception>
    public static IReadOnlyList<KeyValuePair<string, string>> Headers(KubeconfigUser user)
    {
        if (user.As is null)
        {
            return user.AsUid is null && user.AsGroups.Count == 0 && user.AsUserExtra.Count == 0
                ? []
                : throw new ApiException(ApiReasons.KubeconfigInvalid, $"The kubeconfig's user '{user.Name}' has 'as-uid', 'as-groups' or 'as-user-extra' without 'as'.");
        }

        List<KeyValuePair<string, string>> headers = [new("Impersonate-User", user.As)];
        if (user.AsUid is not null) headers.Add(new("Impersonate-Uid", user.AsUid));
        headers.AddRange(user.AsGroups.Select(group => KeyValuePair.Create("Impersonate-Group", group)));
        headers.AddRange(user.AsUserExtra.Select(extra => KeyValuePair.Create("Impersonate-Extra-" + Escape(extra.Key), extra.Value)));
        if (headers.CountBy(header => header.Key, StringComparer.OrdinalIgnoreCase).FirstOrDefault(each => each.Value > 1) is { Key: { } twice })
        {
            throw new ApiException(ApiReasons.KubeconfigInvalid,
                $"The kubeconfig's user '{user.Name}' impersonates with more than one {twice}, which .NET's HTTP client cannot send. Keep one, or use a user that needs no impersonation.");
        }

        return headers;
    }

    /// <summary>client-go's headerKeyEscape: percent-encodes what a header's name may not hold, and the percent sign.</summary>
    private static string Escape(string key)
    {
        var escaped = new StringBuilder(key.Length);
        foreach (var octet in Encoding.UTF8.GetBytes(key))
        {
            if (octet != '%' && (char.IsAsciiLetterOrDigit((char)octet) || "!#$&'*+-.^_`|~".Contains((char)octet, StringComparison.Ordinal))) escaped.Append((char)octet);
            else escaped.Append('%').Append(octet.ToString("X2", System.Globalization.CultureInfo.InvariantCulture));
        }

        return escaped.ToString();
    }
}
