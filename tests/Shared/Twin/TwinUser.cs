namespace K8sScaleTest.Twin;

/// <summary>Who asks; both servers have such a user, under the same name where a text shows it.</summary>
internal enum TwinUser
{
    /// <summary>The administrator, by token.</summary>
    Admin,

    /// <summary>The administrator, by client certificate and without a token.</summary>
    Certificate,

    /// <summary>The user <c>nobody</c>, who has no rights.</summary>
    NoRights,

    /// <summary>A user to whom the limits of priority and fairness apply. The servers' have different names and rights.</summary>
    Limited,

    /// <summary>Comes without a token.</summary>
    Anonymous,
}
