namespace K8sScaleTest.LocalApi.Tests.Kubectl;

/// <summary>kubectl's commands that write, one object at a time.</summary>
public sealed class KubectlWriteTests(ServerFixture fixture) : IDisposable
{
    private readonly KubectlClient _kubectl = new(fixture);

    public void Dispose() => _kubectl.Dispose();

    [Fact]
    public async Task Create_and_what_it_refuses()
    {
        var space = await _kubectl.NamespaceAsync("kubectl-create");
        var file = _kubectl.Write("cm.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {k: v}\n");
        Assert.Equal("configmap/a created (server dry run)", await _kubectl.RunAsync("create", "-n", space, "-f", file, "--dry-run=server"));
        Assert.Equal("configmap/a created", await _kubectl.RunAsync("create", "-n", space, "-f", file));
        Assert.Equal($"Error from server (AlreadyExists): error when creating \"{file}\": configmaps \"a\" already exists", await _kubectl.FailAsync("create", "-n", space, "-f", file));
        Assert.Equal("configmap/b created", await _kubectl.RunAsync("create", "configmap", "b", "-n", space, "--from-literal=k=v", "--from-file=" + file));
        Assert.Equal("v apiVersion", await _kubectl.RunAsync("get", "cm", "b", "-n", space, "-o", "go-template={{.data.k}} {{slice (index .data \"cm.yaml\") 0 10}}"));
        Assert.Equal("secret/s created", await _kubectl.RunAsync("create", "secret", "docker-registry", "s", "-n", space, "--docker-username=u", "--docker-password=p", "--docker-server=example.com"));
        Assert.Matches("^NAME +TYPE +DATA +AGE\ns +kubernetes.io/dockerconfigjson +1 ", await _kubectl.RunAsync("get", "secret", "-n", space));
        Assert.Equal("The Secret \"t\" is invalid: data[tls.key]: Required value", await _kubectl.FailAsync("create", "-n", space, "-f", _kubectl.Write("secret.yaml", "apiVersion: v1\nkind: Secret\nmetadata: {name: t}\ntype: kubernetes.io/tls\nstringData: {tls.crt: a}\n")));
        Assert.Equal("The Secret \"t\" is invalid: data[.dockerconfigjson]: Invalid value: \"<secret contents redacted>\": unexpected end of JSON input", await _kubectl.FailAsync("create", "-n", space, "-f", _kubectl.Write("secret.yaml", "apiVersion: v1\nkind: Secret\nmetadata: {name: t}\ntype: kubernetes.io/dockerconfigjson\nstringData: {.dockerconfigjson: '{'}\n")));
        Assert.StartsWith("The ConfigMap \"Bad_Name\" is invalid: metadata.name: Invalid value: \"Bad_Name\": a lowercase RFC 1123 subdomain must consist of", await _kubectl.FailAsync("create", "-n", space, "-f", _kubectl.Write("bad.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: Bad_Name}\n")), StringComparison.Ordinal);
        Assert.Contains("unknown field \"dat\"", await _kubectl.FailAsync("create", "-n", space, "-f", _kubectl.Write("unknown.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\ndat: {k: v}\n")), StringComparison.Ordinal);
        Assert.Contains("no matches for kind \"Gizmo\" in version \"gizmos.example.com/v1\"", await _kubectl.FailAsync("create", "-n", space, "-f", _kubectl.Write("gizmo.yaml", "apiVersion: gizmos.example.com/v1\nkind: Gizmo\nmetadata: {name: c}\n")), StringComparison.Ordinal);
        Assert.Equal("error: failed to create configmap: namespaces \"nowhere\" not found", await _kubectl.FailAsync("create", "configmap", "c", "-n", "nowhere"));
        Assert.Contains("a lowercase RFC 1123 label must consist of", await _kubectl.FailAsync("create", "namespace", "Bad_Name"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Patch_of_every_type()
    {
        var space = await _kubectl.NamespaceAsync("kubectl-patch");
        await _kubectl.RunAsync("create", "configmap", "a", "-n", space, "--from-literal=k=v", "--from-literal=l=v");
        Assert.Equal("configmap/a patched", await PatchAsync("""{"data":{"k":"s"}}"""));
        Assert.Equal("configmap/a patched (no change)", await PatchAsync("""{"data":{"k":"s"}}"""));
        Assert.Equal("configmap/a patched", await PatchAsync("""{"data":{"k":"m","l":null}}""", "--type=merge"));
        Assert.Equal("configmap/a patched", await PatchAsync("""[{"op":"test","path":"/data/k","value":"m"},{"op":"add","path":"/data/n","value":"j"}]""", "--type=json"));
        Assert.Equal("""{"k":"dry","n":"j"}""", await PatchAsync("""{"data":{"k":"dry"}}""", "--dry-run=server", "-o", "jsonpath={.data}"));
        Assert.Equal("""{"k":"m","n":"j"}""", await _kubectl.RunAsync("get", "cm", "a", "-n", space, "-o", "jsonpath={.data}"));
        Assert.Equal("The request is invalid: the server rejected our request due to an error in our request", await RefusedAsync("""[{"op":"test","path":"/data/k","value":"no"}]""", "--type=json"));
        Assert.Equal("The request is invalid: the server rejected our request due to an error in our request", await RefusedAsync("""[{"op":"remove","path":"/data/none"}]""", "--type=json"));
        Assert.Equal("Error from server (BadRequest): json: cannot unmarshal object into Go value of type jsonpatch.Patch", await RefusedAsync("""{"data":1}""", "--type=json"));
        Assert.Equal("The request is invalid: patch: Invalid value: \"map[data:map[k:1]]\": cannot convert int64 to string", await RefusedAsync("""{"data":{"k":1}}"""));
        Assert.Equal("Error from server (NotFound): configmaps \"none\" not found", await _kubectl.FailAsync("patch", "cm", "none", "-n", space, "-p", "{}"));
        Assert.Contains("application/strategic-merge-patch+json is not supported by", await StrategicOnCustomAsync(space), StringComparison.Ordinal);

        Task<string> PatchAsync(string patch, params string[] more) => _kubectl.RunAsync(["patch", "cm", "a", "-n", space, "-p", patch, .. more]);
        Task<string> RefusedAsync(string patch, params string[] more) => _kubectl.FailAsync(["patch", "cm", "a", "-n", space, "-p", patch, .. more]);
    }

    [Fact]
    public async Task Label_and_annotate()
    {
        var space = await _kubectl.NamespaceAsync("kubectl-label");
        await _kubectl.RunAsync("create", "configmap", "a", "-n", space);
        await _kubectl.RunAsync("create", "configmap", "b", "-n", space);
        Assert.Equal("configmap/a labeled", await RunAsync("label", "cm", "a", "x=1"));
        Assert.Equal("error: 'x' already has a value (1), and --overwrite is false", await _kubectl.FailAsync("label", "cm", "a", "-n", space, "x=2"));
        Assert.Equal("configmap/a labeled", await RunAsync("label", "cm", "a", "x=2", "--overwrite"));
        Assert.Equal("configmap/a not labeled", await RunAsync("label", "cm", "a", "x=2", "--overwrite"));
        Assert.Equal("configmap/a labeled", await RunAsync("label", "cm", "-l", "x=2", "y=1"));
        Assert.Equal("configmap/a labeled\nconfigmap/b labeled", await RunAsync("label", "cm", "--all", "z=1"));
        Assert.Equal("configmap/a unlabeled", await RunAsync("label", "cm", "a", "x-"));
        // kubectl lists labels in the order of a Go map: any.
        Assert.Equal(["y=1", "z=1"], (await RunAsync("label", "cm", "a", "--list")).Split('\n').Order(StringComparer.Ordinal));
        Assert.Contains("a valid label must be an empty string or consist of", await _kubectl.FailAsync("label", "cm", "a", "-n", space, "x=a/b"), StringComparison.Ordinal);
        Assert.Contains("the object has been modified; please apply your changes to the latest version and try again", await _kubectl.FailAsync("label", "cm", "a", "-n", space, "x=1", "--resource-version=1"), StringComparison.Ordinal);
        Assert.Equal("configmap/a annotated", await RunAsync("annotate", "cm", "a", "note=one"));
        Assert.Contains("--overwrite is false but found the following declared annotation(s): 'note' already has a value (one)", await _kubectl.FailAsync("annotate", "cm", "a", "-n", space, "note=two"), StringComparison.Ordinal);
        Assert.Equal("configmap/a annotated (server dry run)", await RunAsync("annotate", "cm", "a", "note=two", "--overwrite", "--dry-run=server"));
        Assert.Equal("one", await RunAsync("get", "cm", "a", "-o", "jsonpath={.metadata.annotations.note}"));
        Assert.Equal("configmap/a annotated", await RunAsync("annotate", "cm", "a", "note-"));
        Assert.Equal("", await RunAsync("get", "cm", "a", "-o", "jsonpath={.metadata.annotations}"));

        Task<string> RunAsync(string verb, params string[] more) => _kubectl.RunAsync([verb, "-n", space, .. more]);
    }

    [Fact]
    public async Task Edit_with_an_editor_that_is_a_script()
    {
        var space = await _kubectl.NamespaceAsync("kubectl-edit");
        await _kubectl.RunAsync("create", "configmap", "a", "-n", space, "--from-literal=k=v");
        var folder = _kubectl.Folder;
        Editor("sed -i 's/  k: v/  k: edited/' \"$1\"");
        Assert.Equal("configmap/a edited", await EditAsync());
        Assert.Equal("edited", await _kubectl.RunAsync("get", "cm", "a", "-n", space, "-o", "jsonpath={.data.k}"));
        Editor("true");
        Assert.Equal((0, "", "Edit cancelled, no changes made."), await _kubectl.EndAsync("edit", "cm", "a", "-n", space));
        // Refused by the server: kubectl opens the editor again with what was wrong, and gives up when nothing changes.
        Editor("cp \"$1\" \"$(dirname \"$0\")/seen\"; grep -q 'a b' \"$1\" || sed -i 's/^data:/data:\\n  a b: x/' \"$1\"");
        var refused = await _kubectl.FailAsync("edit", "cm", "a", "-n", space);
        Assert.StartsWith("error: configmaps \"a\" is invalid\n", refused, StringComparison.Ordinal);
        Assert.EndsWith("error: Edit cancelled, no valid changes were saved.", refused, StringComparison.Ordinal);
        var seen = await File.ReadAllTextAsync(Path.Combine(folder, "seen"), TestContext.Current.CancellationToken);
        Assert.Contains("# configmaps \"a\" was not valid:\n# * data[a b]: Invalid value: \"a b\": a valid config key must consist of alphanumeric characters", seen, StringComparison.Ordinal);
        Assert.Equal("""{"k":"edited"}""", await _kubectl.RunAsync("get", "cm", "a", "-n", space, "-o", "jsonpath={.data}"));
        Editor("sed -i 's/^  name: a/  name: other/' \"$1\"");
        Assert.Contains("error: At least one of apiVersion, kind and name was changed", await _kubectl.FailAsync("edit", "cm", "a", "-n", space), StringComparison.Ordinal);

        Task<string> EditAsync() => _kubectl.RunAsync("edit", "cm", "a", "-n", space);
        void Editor(string script)
        {
            var path = _kubectl.Write("editor", script + "\n");
            _kubectl.Environment["KUBE_EDITOR"] = "sh " + path;
            // What was refused is kept where the temporary files are.
            _kubectl.Environment["TMPDIR"] = folder;
        }
    }

    [Fact]
    public async Task Replace()
    {
        var space = await _kubectl.NamespaceAsync("kubectl-replace");
        var file = _kubectl.Write("cm.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {k: new}\n");
        Assert.Equal($"Error from server (NotFound): error when replacing \"{file}\": configmaps \"a\" not found", await _kubectl.FailAsync("replace", "-n", space, "-f", file));
        await _kubectl.RunAsync("create", "configmap", "a", "-n", space, "--from-literal=k=old", "--from-literal=l=old");
        var uid = await _kubectl.RunAsync("get", "cm", "a", "-n", space, "-o", "jsonpath={.metadata.uid}");
        Assert.Equal("configmap/a replaced", await _kubectl.RunAsync("replace", "-n", space, "-f", file));
        Assert.Equal("""{"k":"new"} """ + uid, await _kubectl.RunAsync("get", "cm", "a", "-n", space, "-o", "jsonpath={.data} {.metadata.uid}"));
        Assert.EndsWith("configmap/a replaced", await _kubectl.RunAsync("replace", "--force", "-n", space, "-f", file), StringComparison.Ordinal);
        Assert.NotEqual(uid, await _kubectl.RunAsync("get", "cm", "a", "-n", space, "-o", "jsonpath={.metadata.uid}"));
        var stale = _kubectl.Write("stale.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, resourceVersion: \"1\"}\n");
        Assert.Contains("(Conflict): error when replacing", await _kubectl.FailAsync("replace", "-n", space, "-f", stale), StringComparison.Ordinal);
    }

    private async Task<string> StrategicOnCustomAsync(string space)
    {
        await _kubectl.RunAsync("apply", "-f", _kubectl.Write("crd.yaml", KubectlCustomTests.Definition("patchables", "Patchable")));
        await _kubectl.RunAsync("wait", "--for=condition=Established", "crd/patchables.kubectl.example.com", "--timeout=30s");
        await _kubectl.RunAsync("create", "-n", space, "-f", _kubectl.Write("custom.yaml", "apiVersion: kubectl.example.com/v1\nkind: Patchable\nmetadata: {name: a}\nspec: {replicas: 1}\n"));
        return await _kubectl.FailAsync("patch", "patchable", "a", "-n", space, "-p", "{}");
    }
}
