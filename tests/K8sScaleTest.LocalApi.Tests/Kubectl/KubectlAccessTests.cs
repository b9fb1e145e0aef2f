namespace K8sScaleTest.LocalApi.Tests.Kubectl;

/// <summary>kubectl auth, and kubectl as somebody else.</summary>
public sealed class KubectlAccessTests(ServerFixture fixture) : IDisposable
{
    private readonly KubectlClient _kubectl = new(fixture);

    public void Dispose() => _kubectl.Dispose();

    [Theory]
    [InlineData("yes", "create", "configmaps")]
    [InlineData("yes", "*", "*")]
    [InlineData("yes", "get", "/metrics")]
    [InlineData("yes", "get", "cm", "--as=reader")]
    [InlineData("yes", "watch", "flunders.wardle.example.com", "--as=reader", "-A")]
    [InlineData("no", "create", "cm", "--as=reader")]
    [InlineData("no", "get", "cm", "--as=nobody")]
    [InlineData("no", "delete", "namespaces", "--as=nobody")]
    [InlineData("yes", "get", "/healthz", "--as=nobody")]
    [InlineData("no", "get", "/metrics", "--as=nobody")]
    [InlineData("yes", "delete", "secrets", "--as=nobody", "--as-group=system:masters")]
    public async Task Can_i(string expected, params string[] question)
    {
        var (code, output, _) = await _kubectl.EndAsync(["auth", "can-i", .. question]);

        Assert.Equal((expected, expected == "yes" ? 0 : 1), (output, code));
    }

    [Fact]
    public async Task What_can_i()
    {
        Assert.Matches("^Resources +Non-Resource URLs +Resource Names +Verbs\n\\*\\.\\* +\\[\\] +\\[\\] +\\[\\*\\]\n +\\[\\*\\] +\\[\\] +\\[\\*\\]\n", await _kubectl.RunAsync("auth", "can-i", "--list"));
        var nobody = await _kubectl.RunAsync("auth", "can-i", "--list", "--as=nobody");
        Assert.Matches("selfsubjectaccessreviews.authorization.k8s.io +\\[\\] +\\[\\] +\\[create\\]", nobody);
        Assert.DoesNotContain("*.*", nobody, StringComparison.Ordinal);
        Assert.Matches("\\*\\.\\* +\\[\\] +\\[\\] +\\[get list watch\\]", await _kubectl.RunAsync("auth", "can-i", "--list", "--as=reader"));
        Assert.Matches("Username +admin\n(UID +admin\n)?Groups +\\[system:masters system:authenticated\\]", await _kubectl.RunAsync("auth", "whoami"));
    }

    [Theory]
    [InlineData("Error from server (Forbidden): configmaps is forbidden: User \"nobody\" cannot list resource \"configmaps\" in API group \"\" in the namespace \"scaletest\"", "get", "cm", "-n", "scaletest")]
    [InlineData("Error from server (Forbidden): configmaps is forbidden: User \"nobody\" cannot list resource \"configmaps\" in API group \"\" at the cluster scope", "get", "cm", "-A")]
    [InlineData("Error from server (Forbidden): configmaps \"a\" is forbidden: User \"nobody\" cannot delete resource \"configmaps\" in API group \"\" in the namespace \"scaletest\"", "delete", "cm", "a", "-n", "scaletest")]
    [InlineData("error: failed to create configmap: configmaps is forbidden: User \"nobody\" cannot create resource \"configmaps\" in API group \"\" in the namespace \"scaletest\"", "create", "configmap", "a", "-n", "scaletest")]
    [InlineData("Error from server (Forbidden): flunders.wardle.example.com \"a\" is forbidden: User \"nobody\" cannot get resource \"flunders\" in API group \"wardle.example.com\" in the namespace \"scaletest\"", "get", "flunder", "a", "-n", "scaletest")]
    public async Task Who_may_not_is_told_so(string expected, params string[] command)
    {
        Assert.Equal(expected, await _kubectl.FailAsync([.. command, "--as=nobody"]));
    }
}
