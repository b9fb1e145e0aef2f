namespace K8sScaleTest.LocalApi.Access;

/// <summary>Who asks, as authentication or impersonation found out.</summary>
/// <param name="Name">The user's name.</param>
/// <param name="Uid">Empty for a user that has none.</param>
/// <param name="Groups">In the order in which a review shows them.</param>
internal sealed record User(string Name, string Uid, IReadOnlyList<string> Groups)
{
    public const string Masters = "system:masters";
    public const string Authenticated = "system:authenticated";

    /// <summary>What the authenticator says besides, by key.</summary>
    public IReadOnlyList<KeyValuePair<string, IReadOnlyList<string>>> Extra { get; init; } = [];

    /// <summary>Allowed everything, whatever the roles say; exempt from priority and fairness too.</summary>
    public bool IsMaster { get; } = Groups.Contains(Masters);
}
