namespace K8sScaleTest.LocalApi.Access;

/// <summary>A role, and the one user or group that has it; both are called by the role's name.</summary>
/// <param name="Role">The name.</param>
/// <param name="User">A user's name, or null.</param>
/// <param name="Group">A group's name, or null.</param>
/// <param name="Rules">What the role allows.</param>
internal sealed record RoleBinding(string Role, string? User, string? Group, AccessRule[] Rules)
{
    /// <summary>What a review gives as the reason.</summary>
    public string Reason { get; } = $"RBAC: allowed by ClusterRoleBinding \"{Role}\" of ClusterRole \"{Role}\" to " + (User is not null ? $"User \"{User}\"" : $"Group \"{Group}\"");

    public bool Binds(User user) => User is not null ? user.Name == User : user.Groups.Contains(Group!);
}
