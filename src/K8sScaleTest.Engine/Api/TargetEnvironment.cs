namespace K8sScaleTest.Engine.Api;

/// <summary>What the resolution of a target reads from its surroundings.</summary>
public sealed record TargetEnvironment
{
    /// <summary>This process's own surroundings.</summary>
    public static TargetEnvironment Process { get; } = new();

    /// <summary>Reads an environment variable; null when it is not set.</summary>
    public Func<string, string?> Variable { get; init; } = System.Environment.GetEnvironmentVariable;

    /// <summary>The folder to which relative paths in <c>$KUBECONFIG</c> belong: a PowerShell session's location is not its process's.</summary>
    public string WorkingFolder { get; init; } = System.Environment.CurrentDirectory;

    /// <summary>The folder that holds <c>.kube/config</c>.</summary>
    public string HomeFolder { get; init; } = System.Environment.GetFolderPath(System.Environment.SpecialFolder.UserProfile);

    /// <summary>The folder in which a pod finds its service account.</summary>
    public string ServiceAccountFolder { get; init; } = "/var/run/secrets/kubernetes.io/serviceaccount";

    /// <summary>How often a token file is read again; client-go's minute unless a test says otherwise.</summary>
    public TimeSpan TokenFilePeriod { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>The first non-empty of some variables, as Go reads <c>HTTPS_PROXY</c> and <c>https_proxy</c>.</summary>
    internal string? AnyVariable(params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            if (Variable(name) is { Length: > 0 } value) return value;
        }

        return null;
    }
}
