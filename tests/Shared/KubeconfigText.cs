namespace K8sScaleTest.TestSupport;

/// <summary>Kubeconfigs for tests.</summary>
internal static class KubeconfigText
{
    /// <summary>One context, one cluster, one user. The texts are the flow mappings of cluster and user.</summary>
    public static string Of(string cluster, string user = "{}", string name = "one", string context = "") => $$"""
        apiVersion: v1
        kind: Config
        current-context: {{name}}
        clusters:
        - name: {{name}}
          cluster: {{cluster}}
        users:
        - name: {{name}}
          user: {{user}}
        contexts:
        - name: {{name}}
          context: {cluster: {{name}}, user: {{name}}{{context}}}
        """;
}
