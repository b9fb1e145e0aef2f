namespace K8sScaleTest.Engine.Api;

/// <summary>One or more kubeconfig files, merged as kubectl merges them: the first file to name an entry, or the current context, wins.</summary>
internal sealed class Kubeconfig
{
    private readonly Dictionary<string, KubeconfigCluster> _clusters = new(StringComparer.Ordinal);
    private readonly Dictionary<string, KubeconfigUser> _users = new(StringComparer.Ordinal);
    private readonly Dictionary<string, KubeconfigContext> _contexts = new(StringComparer.Ordinal);

    private Kubeconfig(string source) => Source = source;

    /// <summary>The files it comes from, for messages.</summary>
    public string Source { get; }

    public string? CurrentContext { get; private set; }

    public IReadOnlyDictionary<string, KubeconfigCluster> Clusters => _clusters;

    public IReadOnlyDictionary<string, KubeconfigUser> Users => _users;

    public IReadOnlyDictionary<string, KubeconfigContext> Contexts => _contexts;

    /// <summary>Whether no file said anything, as after <c>kubectl config unset</c> of everything: kubectl then looks for the in-cluster account.</summary>
    public bool IsEmpty => _clusters.Count == 0 && _users.Count == 0 && _contexts.Count == 0 && CurrentContext is null;

    /// <summary>
    /// Finds the files in kubectl's order: the one named, <c>$KUBECONFIG</c>, <c>~/.kube/config</c>. Null when there is none.
    /// </summary>
    /// <exception cref="ApiException">A file that was named does not exist, or one cannot be read or understood.</exception>
    public static async Task<Kubeconfig?> LoadAsync(TargetOptions options, CancellationToken cancellationToken)
    {
        if (options.Kubeconfig is { Length: > 0 } named)
        {
            return File.Exists(named)
                ? await LoadFilesAsync([named], cancellationToken)
                : throw new ApiException(ApiReasons.KubeconfigNotFound, Directory.Exists(named)
                    ? $"The kubeconfig {named} is a directory: name a file in it with -Kubeconfig."
                    : $"The kubeconfig {named} does not exist: check -Kubeconfig.");
        }

        var files = Candidates(options.Environment).Where(File.Exists).ToArray();
        return files.Length == 0 ? null : await LoadFilesAsync(files, cancellationToken);
    }

    /// <summary>The files that are looked for when none is named.</summary>
    public static IReadOnlyList<string> Candidates(TargetEnvironment environment)
    {
        // A list that is set keeps kubectl from looking at the home folder, even when none of its files exists.
        if (environment.Variable("KUBECONFIG") is { Length: > 0 } list)
            return [.. list.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries).Select(file => Path.GetFullPath(file, environment.WorkingFolder)).Distinct()];
        return environment.HomeFolder.Length == 0 ? [] : [Path.Combine(environment.HomeFolder, ".kube", "config")];
    }

    private static async Task<Kubeconfig> LoadFilesAsync(IReadOnlyList<string> files, CancellationToken cancellationToken)
    {
        var merged = new Kubeconfig(string.Join(", ", files));
        foreach (var file in files)
        {
            var path = Path.GetFullPath(file);
            if (YamlMap.Parse(await ReadAsync(path, cancellationToken), path) is { } root) merged.Add(root, path);
        }

        return merged;
    }

    private static async Task<string> ReadAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            return await File.ReadAllTextAsync(path, cancellationToken);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ApiException(ApiReasons.KubeconfigInvalid, $"The kubeconfig {path} cannot be read: {e.Message}", innerException: e);
        }
    }

    private void Add(YamlMap root, string file)
    {
        var folder = Path.GetDirectoryName(file)!;
        CurrentContext ??= root.Text("current-context");
        foreach (var entry in Named(root, "clusters", file)) _clusters.TryAdd(entry.Name, Cluster(entry.Name, entry.Map.Map("cluster"), folder));
        foreach (var entry in Named(root, "users", file)) _users.TryAdd(entry.Name, User(entry.Name, entry.Map.Map("user"), folder, file));
        foreach (var entry in Named(root, "contexts", file)) _contexts.TryAdd(entry.Name, Context(entry.Name, entry.Map.Map("context"), file));
    }

    private static IEnumerable<(string Name, YamlMap Map)> Named(YamlMap root, string list, string file) => root.Maps(list).Select(entry =>
        (entry.Text("name") ?? throw new ApiException(ApiReasons.KubeconfigInvalid, $"The kubeconfig {file} is wrong: an entry of '{list}' has no name."), entry));

    private static KubeconfigCluster Cluster(string name, YamlMap? map, string folder) => new()
    {
        Name = name,
        Server = map?.Text("server"),
        CertificateAuthority = Rooted(map?.Text("certificate-authority"), folder),
        CertificateAuthorityData = map?.Text("certificate-authority-data"),
        InsecureSkipTlsVerify = map?.Flag("insecure-skip-tls-verify") ?? false,
        TlsServerName = map?.Text("tls-server-name"),
        ProxyUrl = map?.Text("proxy-url"),
        ExecConfig = map?.Maps("extensions").FirstOrDefault(extension => extension.Text("name") == "client.authentication.k8s.io/exec")?.Json("extension"),
    };

    private static KubeconfigContext Context(string name, YamlMap? map, string file) => new()
    {
        Name = name,
        File = file,
        Cluster = map?.Text("cluster"),
        User = map?.Text("user"),
        Namespace = map?.Text("namespace"),
    };

    private static KubeconfigUser User(string name, YamlMap? map, string folder, string file)
    {
        if (map is null) return new KubeconfigUser { Name = name };
        var extra = map.Map("as-user-extra");
        var provider = map.Map("auth-provider");
        var providerConfig = provider?.Map("config");
        return new KubeconfigUser
        {
            Name = name,
            Token = map.Text("token"),
            TokenFile = Rooted(map.Text("tokenFile"), folder),
            ClientCertificate = Rooted(map.Text("client-certificate"), folder),
            ClientCertificateData = map.Text("client-certificate-data"),
            ClientKey = Rooted(map.Text("client-key"), folder),
            ClientKeyData = map.Text("client-key-data"),
            UserName = map.Text("username"),
            Password = map.Text("password"),
            As = map.Text("as"),
            AsUid = map.Text("as-uid"),
            AsGroups = map.Texts("as-groups"),
            AsUserExtra = extra is null ? [] : [.. extra.Keys.SelectMany(key => extra.Texts(key).Select(value => KeyValuePair.Create(key, value)))],
            Exec = map.Map("exec") is { } exec ? Exec(name, exec, folder, file) : null,
            AuthProvider = provider?.Text("name"),
            AuthProviderConfig = providerConfig?.Keys.ToDictionary(key => key, key => providerConfig.Text(key) ?? "") ?? [],
        };
    }

    private static KubeconfigExec Exec(string user, YamlMap map, string folder, string file)
    {
        var command = map.Text("command") ?? throw Incomplete("command");
        return new KubeconfigExec
        {
            // A bare name is sought in PATH; anything with a separator is relative to the kubeconfig.
            Command = command.Contains(Path.DirectorySeparatorChar, StringComparison.Ordinal) ? Rooted(command, folder)! : command,
            ApiVersion = map.Text("apiVersion") ?? throw Incomplete("apiVersion"),
            Arguments = map.Texts("args"),
            Variables = [.. map.Maps("env").Select(variable => KeyValuePair.Create(variable.Text("name") ?? throw Incomplete("env.name"), variable.Text("value") ?? ""))],
            InstallHint = map.Text("installHint"),
            ProvideClusterInfo = map.Flag("provideClusterInfo"),
            InteractiveMode = map.Text("interactiveMode"),
        };

        ApiException Incomplete(string field) =>
            new(ApiReasons.KubeconfigInvalid, $"The kubeconfig {file} is wrong: the credential plugin ('exec') of user '{user}' has no '{field}'.");
    }

    private static string? Rooted(string? path, string folder) => path is null ? null : Path.GetFullPath(path, folder);
}
