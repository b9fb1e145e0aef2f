namespace K8sScaleTest.LocalApi.Tests.Kubectl;

/// <summary>A custom resource as kubectl sees it: made, waited for, scaled, explained, deleted.</summary>
public sealed class KubectlCustomTests(ServerFixture fixture) : IDisposable
{
    private const string Space = "kubectl-custom";
    private readonly KubectlClient _kubectl = new(fixture);

    public void Dispose() => _kubectl.Dispose();

    /// <summary>A definition with a status and a scale in the group kubectl.example.com.</summary>
    internal static string Definition(string plural, string kind) => $$"""
        apiVersion: apiextensions.k8s.io/v1
        kind: CustomResourceDefinition
        metadata: {name: {{plural}}.kubectl.example.com}
        spec:
          group: kubectl.example.com
          scope: Namespaced
          names: {plural: {{plural}}, singular: {{kind.ToLowerInvariant()}}, kind: {{kind}}, categories: [{{plural}}-all]}
          versions:
          - name: v1
            served: true
            storage: true
            subresources:
              status: {}
              scale: {specReplicasPath: .spec.replicas, statusReplicasPath: .status.replicas, labelSelectorPath: .status.selector}
            additionalPrinterColumns:
            - {name: Replicas, type: integer, jsonPath: .spec.replicas}
            - {name: Colour, type: string, jsonPath: .spec.colour, priority: 1}
            schema:
              openAPIV3Schema:
                type: object
                description: Something that is scaled.
                properties:
                  spec:
                    type: object
                    required: [replicas]
                    properties:
                      replicas: {type: integer, minimum: 0, description: How many there should be.}
                      colour: {type: string, enum: [red, green], default: red}
                  status:
                    type: object
                    properties:
                      replicas: {type: integer}
                      selector: {type: string}
                      phase: {type: string}
                      conditions:
                        type: array
                        items: {type: object, properties: {type: {type: string}, status: {type: string} } }
        """;

    [Fact]
    public async Task It_is_made_waited_for_scaled_explained_and_deleted()
    {
        await _kubectl.NamespaceAsync(Space);
        Assert.Equal("customresourcedefinition.apiextensions.k8s.io/gadgets.kubectl.example.com created", await _kubectl.RunAsync("create", "-f", _kubectl.Write("crd.yaml", Definition("gadgets", "Gadget"))));
        Assert.Equal("customresourcedefinition.apiextensions.k8s.io/gadgets.kubectl.example.com condition met", await _kubectl.RunAsync("wait", "--for=condition=Established", "crd/gadgets.kubectl.example.com", "--timeout=30s"));
        Assert.Matches("^NAME +CREATED AT\ngadgets.kubectl.example.com +20", await _kubectl.RunAsync("get", "crd", "gadgets.kubectl.example.com"));
        Assert.Contains("Message:               the initial names have been accepted", await _kubectl.RunAsync("describe", "crd", "gadgets.kubectl.example.com"), StringComparison.Ordinal);
        var file = _kubectl.Write("gadget.yaml", "apiVersion: kubectl.example.com/v1\nkind: Gadget\nmetadata: {name: a}\nspec: {replicas: 2}\n");
        Assert.Equal("gadget.kubectl.example.com/a created", await RunAsync("apply", "-f", file));
        Assert.Matches("^NAME +REPLICAS +COLOUR\na +2 +red$", await RunAsync("get", "gadgets", "-o", "wide"));
        Assert.Equal("gadget.kubectl.example.com/a", await RunAsync("get", "gadgets-all", "-o", "name"));

        Assert.Equal("gadget.kubectl.example.com/a scaled", await RunAsync("scale", "gadget", "a", "--replicas=5"));
        Assert.Equal("error: Expected replicas to be 1, was 5", await _kubectl.FailAsync("scale", "gadget", "a", "-n", Space, "--replicas=6", "--current-replicas=1"));
        Assert.Equal("5", await RunAsync("get", "gadget", "a", "-o", "jsonpath={.spec.replicas}"));
        Assert.Matches("^NAME +DESIRED +AVAILABLE +AGE\na +5 +0 +[0-9]+s$", await RunAsync("get", "gadget", "a", "--subresource=scale"));
        await RunAsync("create", "configmap", "a");
        Assert.Equal("Error from server (NotFound): the server could not find the requested resource", await _kubectl.FailAsync("scale", "cm", "a", "-n", Space, "--replicas=1"));

        using var waiting = _kubectl.Start("wait", "--for=condition=Ready", "gadget/a", "-n", Space, "--timeout=60s");
        Assert.Equal("error: timed out waiting for the condition on gadgets/a", await _kubectl.FailAsync("wait", "--for=jsonpath={.status.phase}=Up", "gadget/a", "-n", Space, "--timeout=1s"));
        Assert.False(waiting.HasExited);
        Assert.Equal("gadget.kubectl.example.com/a patched", await RunAsync("patch", "gadget", "a", "--subresource=status", "--type=merge", "-p", """{"status":{"phase":"Up","replicas":5,"conditions":[{"type":"Ready","status":"True"}]}}"""));
        Assert.Equal("gadget.kubectl.example.com/a condition met", await KubectlClient.LineAsync(waiting));
        Assert.Equal("gadget.kubectl.example.com/a condition met", await RunAsync("wait", "--for=jsonpath={.status.phase}=Up", "gadget/a", "--timeout=30s"));
        Assert.Matches("\na +5 +5 +[0-9]+s$", await RunAsync("get", "gadget", "a", "--subresource=scale"));

        Assert.Equal("The Gadget \"a\" is invalid: spec.colour: Unsupported value: \"blue\": supported values: \"red\", \"green\"", await _kubectl.FailAsync("patch", "gadget", "a", "-n", Space, "--type=merge", "-p", """{"spec":{"colour":"blue"}}"""));
        Assert.Equal("gadget.kubectl.example.com/a configured", await RunAsync("apply", "-f", file));
        Assert.Equal("2 Up", await RunAsync("get", "gadget", "a", "-o", "jsonpath={.spec.replicas} {.status.phase}"));
        Assert.Matches("GROUP: +kubectl.example.com\nKIND: +Gadget\nVERSION: +v1\n(.*\n)*FIELD: spec <Object>\n(.*\n)*  replicas\t<integer> -required-\n +How many there should be.", await _kubectl.RunAsync("explain", "gadget.spec"));
        Assert.Equal("yes", await RunAsync("auth", "can-i", "create", "gadgets.kubectl.example.com"));

        Assert.Matches("^customresourcedefinition.apiextensions.k8s.io \"gadgets.kubectl.example.com\" deleted", await _kubectl.RunAsync("delete", "crd", "gadgets.kubectl.example.com", "--timeout=60s"));
        Assert.NotEqual("", await _kubectl.FailAsync("get", "gadgets", "-n", Space));

        Task<string> RunAsync(string verb, params string[] more) => _kubectl.RunAsync([verb, .. more, "-n", Space]);
    }
}
