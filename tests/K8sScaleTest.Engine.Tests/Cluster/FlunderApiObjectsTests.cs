using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using K8sScaleTest.Engine.Cluster;

namespace K8sScaleTest.Engine.Tests.Cluster;

public sealed class FlunderApiObjectsTests
{
    private const string Installer = "a test";

    [Fact]
    public void The_definition_has_the_fields_of_the_Go_types_in_both_versions()
    {
        using var document = JsonDocument.Parse(FlunderDefinition.Build(Installer).ToJson());
        var spec = document.RootElement.GetProperty("spec");
        Assert.Equal("Namespaced", spec.GetProperty("scope").GetString());
        var fields = spec.GetProperty("versions").EnumerateArray().ToDictionary(
            version => version.GetProperty("name").GetString()!,
            version => version.GetProperty("schema").GetProperty("openAPIV3Schema").GetProperty("properties").GetProperty("spec").GetProperty("properties").EnumerateObject().Select(each => each.Name).Order().ToArray());
        Assert.Equal(["v1alpha1", "v1beta1"], fields.Keys.Order());
        Assert.Equal(["reference", "referenceType"], fields["v1alpha1"]);
        Assert.Equal(["fischerReference", "flunderReference", "referenceType"], fields["v1beta1"]);
        Assert.Single(spec.GetProperty("versions").EnumerateArray(), version => version.GetProperty("storage").GetBoolean());
    }

    [Fact]
    public void Everything_is_marked_as_ours()
    {
        var certificate = ServingCertificate.ForService(FlunderApi.Name, "wardle", DateTimeOffset.UtcNow);
        ClusterObject[] all =
        [
            FlunderDefinition.Build(Installer), FlunderServer.NamespaceObject("wardle", Installer), FlunderServer.SecretObject("wardle", certificate, Installer),
            .. FlunderServer.WorkloadObjects("wardle", "server", "etcd", Installer), .. FlunderServer.RegistrationObjects("wardle", certificate.AuthorityPem, Installer),
        ];
        Assert.All(all, item =>
        {
            using var document = JsonDocument.Parse(item.ToJson());
            Assert.True(Ownership.IsOurs(document.RootElement, FlunderApi.Name), item.Description);
            Assert.False(Ownership.IsOurs(document.RootElement, "something-else"));
        });
    }

    [Fact]
    public void The_certificate_is_for_the_Service_and_signed_by_the_authority()
    {
        var made = ServingCertificate.ForService("flunder-api", "wardle", DateTimeOffset.UtcNow);
        using var leaf = X509Certificate2.CreateFromPem(Text(made.CertificatePem), Text(made.KeyPem));
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.CustomTrustStore.ImportFromPem(Text(made.AuthorityPem));
        Assert.True(chain.Build(leaf), string.Join("; ", chain.ChainStatus.Select(status => status.StatusInformation)));
        Assert.True(leaf.MatchesHostname("flunder-api.wardle.svc"));
        Assert.False(leaf.MatchesHostname("flunder-api.elsewhere.svc"));
    }

    [Theory]
    [InlineData("flunder-api", "wardle", 0, true)]
    [InlineData("flunder-api", "elsewhere", 0, false)]
    [InlineData("flunder-api", "wardle", 1800, false)]
    public void A_certificate_is_kept_while_it_is_good_for_this_Service_and_some_time(string service, string ns, int daysLater, bool kept)
    {
        var now = DateTimeOffset.UtcNow;
        var made = ServingCertificate.ForService("flunder-api", "wardle", now);
        using var secret = JsonDocument.Parse(FlunderServer.SecretObject("wardle", made, Installer).ToJson());
        var found = ServingCertificate.FromSecret(secret.RootElement, service, ns, now.AddDays(daysLater));
        Assert.Equal(kept, found is not null);
        if (kept) Assert.Equal(Text(made.CertificatePem), Text(found!.CertificatePem));
    }

    [Theory]
    [InlineData("""{"labels":{"app.kubernetes.io/managed-by":"Helm"},"annotations":{"meta.helm.sh/release-name":"shop"}}""", "managed by Helm, release 'shop'")]
    [InlineData("""{"managedFields":[{"manager":"a","time":"2026-01-01T00:00:00Z"},{"manager":"kubectl-create","time":"2026-02-01T00:00:00Z"}]}""", "last written by 'kubectl-create' at 2026-02-01T00:00:00Z")]
    [InlineData("""{"ownerReferences":[{"kind":"Operator","name":"boss"}]}""", "owned by Operator 'boss'")]
    [InlineData("""{"creationTimestamp":"2026-01-01T00:00:00Z"}""", "nothing in it says whose; created 2026-01-01T00:00:00Z")]
    public void Whose_an_object_is_can_be_said(string metadata, string said)
    {
        using var document = JsonDocument.Parse($$"""{"metadata":{{metadata}}}""");
        Assert.Equal(said, Ownership.Describe(document.RootElement));
    }

    private static string Text(ReadOnlyMemory<byte> pem) => Encoding.UTF8.GetString(pem.Span);
}
