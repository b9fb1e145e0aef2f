using System.Text.Json;

namespace K8sScaleTest.LocalApi.Tests.Kubectl;

/// <summary>What kubectl shows. Where a text is compared, a real server's is the same.</summary>
public sealed class KubectlReadTests(ServerFixture fixture) : IDisposable
{
    private const string Objects = """
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: one, labels: {app: x, tier: front}}
        data: {k: first, other: more}
        ---
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: two, labels: {app: x}}
        data: {k: second}
        ---
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: three}
        ---
        apiVersion: wardle.example.com/v1beta1
        kind: Flunder
        metadata: {name: one, labels: {app: x}}
        spec: {flunderReference: two, referenceType: Flunder}
        """;

    private readonly KubectlClient _kubectl = new(fixture);

    public void Dispose() => _kubectl.Dispose();

    [Fact]
    public async Task It_shows_the_warnings_of_the_server()
    {
        var space = await _kubectl.NamespaceAsync("kubectl-warned");
        var manifest = _kubectl.Write("flunder.yaml", "apiVersion: wardle.example.com/v1alpha1\nkind: Flunder\nmetadata: {name: a}\n");
        var (code, _, said) = await _kubectl.EndAsync("create", "-f", manifest, "-n", space);
        Assert.Equal((0, "Warning: wardle.example.com/v1alpha1 Flunder is deprecated in v1.3+, unavailable in v1.10+"), (code, said));
        (code, _, said) = await _kubectl.EndAsync("get", "flunders.v1alpha1.wardle.example.com", "-n", space);
        Assert.Equal((0, "Warning: wardle.example.com/v1alpha1 Flunder is deprecated in v1.3+, unavailable in v1.10+"), (code, said));
        (code, _, said) = await _kubectl.EndAsync("get", "flunders.v1beta1.wardle.example.com", "-n", space);
        Assert.Equal((0, ""), (code, said));
    }

    [Fact]
    public async Task Get_in_all_forms()
    {
        var space = await MakeAsync("kubectl-get");
        Assert.Matches("^NAME +DATA +AGE\none +2 +[0-9]+s\nthree +0 +[0-9]+s\ntwo +1 +[0-9]+s$", await GetAsync(space, "cm"));
        Assert.Matches("^NAME +DATA +AGE\none +2 +[0-9]+s$", await GetAsync(space, "cm", "one", "-o", "wide"));
        Assert.Matches("^NAME +DATA +AGE +TIER +APP\none +2 +[0-9]+s +front +x$", await GetAsync(space, "cm", "one", "-L", "tier,app"));
        Assert.Equal("configmap/one\nconfigmap/three\nconfigmap/two", await GetAsync(space, "cm", "--chunk-size=1", "-o", "name"));
        Assert.Equal("""{"k":"first","other":"more"}""", await GetAsync(space, "cm", "one", "-o", "jsonpath={.data}"));
        Assert.Equal("one=first;two=second;", await GetAsync(space, "cm", "-l", "app=x", "-o", "go-template={{range .items}}{{.metadata.name}}={{.data.k}};{{end}}"));
        Assert.Matches("^NAME +K\none +first\nthree +<none>\ntwo +second$", await GetAsync(space, "cm", "-o", "custom-columns=NAME:.metadata.name,K:.data.k"));
        Assert.Matches("configmap/one +2 .*\n.*\n.*\n\nNAME +CREATED AT\nflunder.wardle.example.com/one +20", await GetAsync(space, "cm,flunders"));
        using var json = JsonDocument.Parse(await GetAsync(space, "cm", "one", "-o", "json"));
        Assert.Equal(["apiVersion", "data", "kind", "metadata"], json.RootElement.EnumerateObject().Select(p => p.Name));
        Assert.Equal(["creationTimestamp", "labels", "name", "namespace", "resourceVersion", "uid"], json.RootElement.GetProperty("metadata").EnumerateObject().Select(p => p.Name));
        Assert.Matches("""^apiVersion: v1\ndata:\n  k: first\n  other: more\nkind: ConfigMap\nmetadata:\n  creationTimestamp: "20.*Z"\n  labels:\n    app: x\n    tier: front\n  name: one\n  namespace: kubectl-get\n  resourceVersion: "[0-9]+"\n  uid: [0-9a-f-]{36}$""", await GetAsync(space, "cm", "one", "-o", "yaml"));
        Assert.Contains("    manager: kubectl-create\n    operation: Update\n", await GetAsync(space, "cm", "one", "-o", "yaml", "--show-managed-fields"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Get_what_is_selected()
    {
        var space = await MakeAsync("kubectl-select");
        Assert.Equal("configmap/one\nconfigmap/two", await GetAsync(space, "cm", "-l", "app=x", "-o", "name"));
        Assert.Equal("configmap/two", await GetAsync(space, "cm", "-l", "app in (x,y),!tier", "-o", "name"));
        Assert.Equal("configmap/three", await GetAsync(space, "cm", "--field-selector", "metadata.name=three", "-o", "name"));
        Assert.Equal("configmap/one\nconfigmap/two", await GetAsync(space, "cm", "--field-selector", "metadata.name!=three", "-o", "name"));
        Assert.Matches("^NAMESPACE +NAME +DATA +AGE\nkubectl-select +two +1 +[0-9]+s$", await _kubectl.RunAsync("get", "cm", "-A", "--field-selector", "metadata.namespace=kubectl-select,metadata.name=two"));
        Assert.Equal("Error from server (BadRequest): Unable to find \"/v1, Resource=configmaps\" that match label selector \"\", field selector \"data.k=first\": \"data.k\" is not a known field selector: only \"metadata.name\", \"metadata.namespace\"", await _kubectl.FailAsync("get", "cm", "-n", space, "--field-selector", "data.k=first"));
        Assert.Equal("Error from server (NotFound): configmaps \"four\" not found", await _kubectl.FailAsync("get", "cm", "four", "-n", space));
        Assert.Equal("", await GetAsync(space, "cm", "four", "--ignore-not-found"));
        Assert.Equal("error: the server doesn't have a resource type \"gizmos\"", await _kubectl.FailAsync("get", "gizmos", "-n", space));
        Assert.Equal((0, "", "No resources found in nowhere namespace."), await _kubectl.EndAsync("get", "cm", "-n", "nowhere"));
    }

    [Fact]
    public async Task Describe_with_events()
    {
        var space = await MakeAsync("kubectl-describe");
        var uid = await GetAsync(space, "flunder", "one", "-o", "jsonpath={.metadata.uid}");
        await _kubectl.RunAsync("create", "-n", space, "-f", _kubectl.Write("event.yaml", $$"""
            apiVersion: v1
            kind: Event
            metadata: {name: odd}
            involvedObject: {kind: Flunder, name: one, namespace: {{space}}, uid: {{uid}}, apiVersion: wardle.example.com/v1beta1, fieldPath: spec}
            type: Warning
            reason: Odd
            message: it looks odd
            source: {component: somebody, host: here}
            count: 3
            firstTimestamp: "{{DateTime.UtcNow.AddDays(-3):yyyy-MM-ddTHH:mm:ssZ}}"
            lastTimestamp: "{{DateTime.UtcNow.AddDays(-2):yyyy-MM-ddTHH:mm:ssZ}}"
            """));
        var described = await _kubectl.RunAsync("describe", "cm", "one", "-n", space);
        Assert.Matches("^Name: +one\nNamespace: +kubectl-describe\nLabels: +app=x\n +tier=front\nAnnotations: +<none>\n\nData\n====\n", described);
        // In whichever order: some versions of kubectl leave that to a map of Go.
        Assert.Contains("k:\n----\nfirst\n", described, StringComparison.Ordinal);
        Assert.Contains("other:\n----\nmore\n", described, StringComparison.Ordinal);
        Assert.Contains("Flunder Reference:  two\n  Reference Type:     Flunder", await _kubectl.RunAsync("describe", "flunder", "one", "-n", space), StringComparison.Ordinal);
        Assert.Matches("^LAST SEEN +TYPE +REASON +OBJECT +MESSAGE\n2d +Warning +Odd +flunder/one +it looks odd$", await GetAsync(space, "events"));
        Assert.Matches("^LAST SEEN +TYPE +REASON +OBJECT +SUBOBJECT +SOURCE +MESSAGE +FIRST SEEN +COUNT +NAME\n2d +Warning +Odd +flunder/one +spec +somebody, here +it looks odd +3d +3 +odd$", await GetAsync(space, "events", "-o", "wide"));
        Assert.Matches("2d.* +Warning +Odd +Flunder/one +it looks odd", await _kubectl.RunAsync("events", "-n", space, "--for", "flunder.wardle.example.com/one"));
        Assert.Equal("", await GetAsync(space, "events", "--field-selector", "reason=Even", "-o", "name"));
        Assert.Matches("Events:\n +Type +Reason +Age +From +Message\n.*\n +Warning +Odd +2d.* +somebody +it looks odd", await _kubectl.RunAsync("describe", "flunder", "one", "-n", space));
        Assert.Equal("Error from server (NotFound): configmaps \"four\" not found", await _kubectl.FailAsync("describe", "cm", "four", "-n", space));
    }

    [Fact]
    public async Task The_service_that_the_server_itself_is()
    {
        var port = new Uri(fixture.Server.Url).Port;
        Assert.Matches("^NAME +TYPE +CLUSTER-IP +EXTERNAL-IP +PORT\\(S\\) +AGE +SELECTOR\nkubernetes +ClusterIP +10.96.0.1 +<none> +443/TCP +[0-9ms]+ +<none>$", await GetAsync("default", "svc", "-o", "wide"));
        Assert.Matches($"Endpoints: +127.0.0.1:{port}\n", await _kubectl.RunAsync("describe", "svc", "kubernetes", "-n", "default"));
        Assert.Matches($"^NAME +ADDRESSTYPE +PORTS +ENDPOINTS +AGE\nkubernetes +IPv4 +{port} +127.0.0.1 ", await GetAsync("default", "endpointslices"));
    }

    [Fact]
    public async Task Endpoint_slices_that_are_posted()
    {
        var space = await _kubectl.NamespaceAsync("kubectl-slices");
        var file = _kubectl.Write("slice.yaml", """
            apiVersion: discovery.k8s.io/v1
            kind: EndpointSlice
            metadata: {name: a, labels: {kubernetes.io/service-name: s}}
            addressType: IPv4
            endpoints: [{addresses: [10.0.0.1], conditions: {ready: true}}, {addresses: [10.0.0.2], conditions: {ready: false}}]
            ports: [{name: http, port: 80, protocol: TCP}]
            """);
        Assert.Equal("endpointslice.discovery.k8s.io/a created", await _kubectl.RunAsync("create", "-f", file, "-n", space));
        Assert.Matches("^NAME +ADDRESSTYPE +PORTS +ENDPOINTS +AGE\na +IPv4 +80 +10.0.0.1,10.0.0.2 +[0-9]+s$", await GetAsync(space, "endpointslices"));
        Assert.Equal("s IPv4 10.0.0.1 true http/80/TCP", await GetAsync(space, "endpointslice", "a", "-o", "jsonpath={.metadata.labels.kubernetes\\.io/service-name} {.addressType} {.endpoints[0].addresses[0]} {.endpoints[0].conditions.ready} {.ports[0].name}/{.ports[0].port}/{.ports[0].protocol}"));
        Assert.Matches("AddressType: +IPv4\n(.*\n)*.*Addresses: +10.0.0.1\n", await _kubectl.RunAsync("describe", "endpointslice", "a", "-n", space));
    }

    [Fact]
    public async Task What_there_is_and_what_it_means()
    {
        // Beside those there are the groups of other tests.
        var versions = (await _kubectl.RunAsync("api-versions")).Split('\n');
        Assert.Equal(["coordination.k8s.io/v1", "discovery.k8s.io/v1", "v1", "wardle.example.com/v1alpha1", "wardle.example.com/v1beta1"], versions.Intersect(["coordination.k8s.io/v1", "discovery.k8s.io/v1", "v1", "wardle.example.com/v1alpha1", "wardle.example.com/v1beta1"]));
        Assert.Equal("fischers.wardle.example.com\nflunders.wardle.example.com", await _kubectl.RunAsync("api-resources", "--api-group=wardle.example.com", "-o", "name"));
        Assert.Matches("configmaps +cm +v1 +true +ConfigMap +create,delete,deletecollection,get,list,patch,update,watch", await _kubectl.RunAsync("api-resources", "-o", "wide"));
        Assert.Contains("Kubernetes control plane", await _kubectl.RunAsync("cluster-info"), StringComparison.Ordinal);
        Assert.Contains("is running at", await _kubectl.RunAsync("cluster-info"), StringComparison.Ordinal);
        Assert.Matches("KIND: +ConfigMap\nVERSION: +v1\n", await _kubectl.RunAsync("explain", "cm"));
        Assert.Matches("  metadata\t<ObjectMeta>\n(.*\n)*    ownerReferences\t<\\[\\]OwnerReference>\n      apiVersion\t<string> -required-\n", await _kubectl.RunAsync("explain", "cm", "--recursive"));
        Assert.Matches("GROUP: +wardle.example.com\nKIND: +Flunder\nVERSION: +v1alpha1\n(.*\n)*FIELD: spec <FlunderSpec>(.*\n)*  reference\t<string>\n", await _kubectl.RunAsync("explain", "flunder.spec", "--api-version=wardle.example.com/v1alpha1"));
        Assert.Contains("field \"nothing\" does not exist", await _kubectl.FailAsync("explain", "cm.nothing"), StringComparison.Ordinal);
        // The definitions in protobuf, which Go's client reads with a code that nobody here wrote.
        Assert.Matches("KIND: +ConfigMap\nVERSION: +v1\n(.*\n)*FIELDS:\n(.*\n)*   data\t<map\\[string\\]string>\n +Data contains the configuration data.", await _kubectl.RunAsync("explain", "cm", "--output=plaintext-openapiv2"));
        Assert.Matches("FIELDS:\n(.*\n)*   enum\t<\\[\\]>\n", await _kubectl.RunAsync("explain", "crd.spec.versions.schema.openAPIV3Schema", "--output=plaintext-openapiv2"));
    }

    [Fact]
    public async Task Get_raw_paths()
    {
        Assert.Equal("ok", await _kubectl.RunAsync("get", "--raw", "/livez/ping"));
        Assert.Contains("\n[+]ping ok\n", "\n" + await _kubectl.RunAsync("get", "--raw", "/readyz?verbose"), StringComparison.Ordinal);
        Assert.Contains("\"gitVersion\": \"v1.36.0\"", await _kubectl.RunAsync("get", "--raw", "/version"), StringComparison.Ordinal);
        Assert.StartsWith("""{"kind":"APIGroup","apiVersion":"v1","name":"wardle.example.com",""", await _kubectl.RunAsync("get", "--raw", "/apis/wardle.example.com"), StringComparison.Ordinal);
        Assert.Contains("apiserver_request_total{", await _kubectl.RunAsync("get", "--raw", "/metrics"), StringComparison.Ordinal);
        Assert.Equal("Error from server (NotFound): the server could not find the requested resource", await _kubectl.FailAsync("get", "--raw", "/nothing"));
        Assert.Equal("Error from server (NotFound): configmaps \"four\" not found", await _kubectl.FailAsync("get", "--raw", "/api/v1/namespaces/scaletest/configmaps/four"));
        Assert.EndsWith("json parse error: invalid character 'a' looking for beginning of value (61706956657273696f6e3a2076310a6b696e643a20436f6e6669674d6170 ...)", await _kubectl.FailAsync("create", "--raw", "/api/v1/namespaces/scaletest/configmaps", "-f", _kubectl.Write("cm.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n")), StringComparison.Ordinal);
    }

    private async Task<string> MakeAsync(string space)
    {
        await _kubectl.NamespaceAsync(space);
        await _kubectl.RunAsync("create", "-n", space, "-f", _kubectl.Write("objects.yaml", Objects));
        return space;
    }

    private Task<string> GetAsync(string space, params string[] arguments) => _kubectl.RunAsync(["get", "-n", space, .. arguments]);
}
