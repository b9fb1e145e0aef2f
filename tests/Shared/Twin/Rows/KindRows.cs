namespace K8sScaleTest.Twin;

/// <summary>The kinds that are built in, each with what is its own.</summary>
internal static class KindRows
{
    public static IEnumerable<Row> All =>
    [
        new("namespaces: created, read, labelled", Parts.Kinds, static async s =>
        {
            var name = s.ReserveNamespace();
            await s.PostAsync("/api/v1/namespaces", $$$$"""{"metadata":{"name":"{{{{name}}}}","labels":{"x":"y"}}}""");
            await s.GetAsync("/api/v1/namespaces/" + name);
            await s.PatchAsync("/api/v1/namespaces/" + name, """{"metadata":{"labels":{"x":null}}}""");
        })
        {
            Changed = "A namespace is labelled with its name: api/core/v1/well_known_labels.go:72 (v0.36.3)",
        },
        new("namespaces: their names are labels", Parts.Kinds, static async s =>
        {
            await s.PostAsync("/api/v1/namespaces?dryRun=All", """{"metadata":{"name":"a.b"}}""");
            await s.PostAsync("/api/v1/namespaces?dryRun=All", """{"metadata":{"name":"A"}}""");
            await s.PostAsync("/api/v1/namespaces?dryRun=All", $$$"""{"metadata":{"name":"{{{new string('a', 64)}}}"}}""");
        })
        {
            Changed = "The label with its name is checked too: api/core/v1/well_known_labels.go:72 (v0.36.3)",
        },
        new("namespaces: the delete answers with what is Terminating", Parts.Kinds, static async s =>
        {
            var name = s.ReserveNamespace();
            await s.QuietAsync("POST", "/api/v1/namespaces", $$$"""{"metadata":{"name":"{{{name}}}","finalizers":["example.com/hold"]}}""");
            await s.DeleteAsync("/api/v1/namespaces/" + name);
            await s.QuietAsync("PATCH", "/api/v1/namespaces/" + name, """{"metadata":{"finalizers":null}}""", Scenario.MergePatch);
        })
        {
            Changed = "A namespace is labelled with its name: api/core/v1/well_known_labels.go:72 (v0.36.3)",
        },
        new("namespaces: nothing new while it is Terminating", Parts.Kinds, static async s =>
        {
            var name = s.ReserveNamespace();
            await s.QuietAsync("POST", "/api/v1/namespaces", $$$"""{"metadata":{"name":"{{{name}}}","finalizers":["example.com/hold"]}}""");
            await s.QuietAsync("DELETE", "/api/v1/namespaces/" + name);
            await s.PostAsync($"/api/v1/namespaces/{name}/configmaps", """{"metadata":{"name":"a"}}""");
            await s.QuietAsync("PATCH", "/api/v1/namespaces/" + name, """{"metadata":{"finalizers":null}}""", Scenario.MergePatch);
        }),
        new("namespaces: those of the cluster stay", Parts.Kinds, static async s =>
        {
            await s.DeleteAsync("/api/v1/namespaces/default");
            await s.DeleteAsync("/api/v1/namespaces/kube-system");
            await s.DeleteAsync("/api/v1/namespaces/kube-public");
        }),
        new("namespaces: deletion empties them, and then they are gone", Parts.Kinds, static async s =>
        {
            var name = await s.CreateNamespaceAsync();
            await s.QuietAsync("POST", $"/api/v1/namespaces/{name}/configmaps", """{"metadata":{"name":"a"}}""");
            await s.QuietAsync("POST", $"/apis/wardle.example.com/v1alpha1/namespaces/{name}/flunders", """{"metadata":{"name":"a"}}""");
            using var watch = await s.WatchAsync($"/api/v1/namespaces/{name}/configmaps?watch=1&timeoutSeconds=20&resourceVersion=0");
            await watch.ReadAsync(1);
            await s.QuietAsync("DELETE", "/api/v1/namespaces/" + name);
            await watch.ReadAsync(1);
            for (var i = 0; i < 300 && (await s.QuietAsync("GET", "/api/v1/namespaces/" + name)).Code != 404; i++) await Task.Delay(50);
            await s.GetAsync("/api/v1/namespaces/" + name);
            await s.GetAsync($"/apis/wardle.example.com/v1alpha1/namespaces/{name}/flunders");
        })
        {
            Since = 21,
            Witness = "kubectl (A_namespace_goes_with_all_that_is_in_it): the real one has no namespace controller here",
        },
        new("Secrets: immutable ones stay", Parts.Kinds, static async s =>
        {
            await s.PostAsync(s.In("secrets"), """{"metadata":{"name":"a"},"data":{"k":"dg=="},"immutable":true}""");
            await s.PatchAsync(s.In("secrets") + "/a", """{"stringData":{"k":"w"}}""");
        }),
        new("Events: what a recorder writes and aggregates", Parts.Kinds, static async s =>
        {
            await s.PostAsync(s.In("events"), $$$"""{"metadata":{"name":"a.1"},"involvedObject":{"kind":"ConfigMap","namespace":"{{{s.Namespace}}}","name":"a","apiVersion":"v1"},"reason":"Tested","message":"it was","type":"Normal","source":{"component":"test"},"firstTimestamp":"2020-01-01T00:00:00Z","lastTimestamp":"2020-01-01T00:00:00Z","count":1}""");
            await s.PatchAsync(s.In("events") + "/a.1", """{"count":2,"lastTimestamp":"2020-01-02T00:00:00Z"}""", Scenario.StrategicPatch);
            await s.GetAsync(s.In("events"));
        }),
        new("Events: their object's namespace must be theirs", Parts.Kinds, static async s =>
        {
            await s.PostAsync(s.In("events"), """{"metadata":{"name":"a"},"involvedObject":{"kind":"ConfigMap","namespace":"other","name":"a"}}""");
            await s.PostAsync(s.In("events"), """{"metadata":{"name":"a"}}""");
        }),
        new("Leases: taken, renewed, given up", Parts.Kinds, static async s =>
        {
            var made = await s.PostAsync(s.Leases, """{"metadata":{"name":"a"},"spec":{"holderIdentity":"one","leaseDurationSeconds":15,"acquireTime":"2020-01-01T00:00:00.000000Z","renewTime":"2020-01-01T00:00:00.000000Z","leaseTransitions":0}}""");
            await s.PutAsync(s.Leases + "/a", $$$"""{"metadata":{"name":"a","resourceVersion":"{{{made.ResourceVersion}}}"},"spec":{"holderIdentity":"one","leaseDurationSeconds":15,"renewTime":"2020-01-01T00:00:10.123456Z"}}""");
            await s.PutAsync(s.Leases + "/a", $$$"""{"metadata":{"name":"a","resourceVersion":"{{{made.ResourceVersion}}}"},"spec":{"holderIdentity":"two"}}""");
            await s.PatchAsync(s.Leases + "/a", """{"spec":{"holderIdentity":null}}""");
            await s.GetAsync(s.Leases, Scenario.Table);
        }),
        new("Endpoints: kept as they are given", Parts.Kinds, static async s =>
        {
            await s.PostAsync(s.In("endpoints"), """{"metadata":{"name":"a"},"subsets":[{"addresses":[{"ip":"10.0.0.1","hostname":"x"}],"notReadyAddresses":[{"ip":"10.0.0.2"}],"ports":[{"name":"http","port":80,"protocol":"TCP"}]}]}""");
            await s.GetAsync(s.In("endpoints"));
        })
        {
            Changed = "A warning says that they are deprecated: api/core/v1/types.go:6420 (v0.36.3)",
        },
        new("EndpointSlices: kept as they are given", Parts.Kinds, static async s =>
        {
            var path = $"/apis/discovery.k8s.io/v1/namespaces/{s.Namespace}/endpointslices";
            await s.PostAsync(path, """{"metadata":{"name":"a","labels":{"kubernetes.io/service-name":"s"}},"addressType":"IPv4","endpoints":[{"addresses":["10.0.0.1"],"conditions":{"ready":true}}],"ports":[{"name":"http","port":80,"protocol":"TCP"}]}""");
            await s.GetAsync(path);
            await s.GetAsync(path, Scenario.Table);
        })
        {
            Since = 21,
            Witness = "kubectl (Endpoint_slices_that_are_posted)",
        },
        new("the kubernetes service is there, with the addresses that the server listens on", Parts.Kinds, static async s =>
        {
            var service = await s.QuietAsync("GET", "/api/v1/namespaces/default/services/kubernetes");
            Assert.Equal("ClusterIP", service.Json.GetProperty("spec").GetProperty("type").GetString());
            Assert.Equal(443, service.Json.GetProperty("spec").GetProperty("ports")[0].GetProperty("port").GetInt32());
            var endpoints = await s.QuietAsync("GET", "/api/v1/namespaces/default/endpoints/kubernetes");
            var subset = endpoints.Json.GetProperty("subsets")[0];
            Assert.Equal("127.0.0.1", subset.GetProperty("addresses")[0].GetProperty("ip").GetString());
            Assert.Equal(s.Server.Url.Port, subset.GetProperty("ports")[0].GetProperty("port").GetInt32());
            var slice = await s.QuietAsync("GET", "/apis/discovery.k8s.io/v1/namespaces/default/endpointslices/kubernetes");
            Assert.Equal("127.0.0.1", slice.Json.GetProperty("endpoints")[0].GetProperty("addresses")[0].GetString());
        })
        {
            Since = 21,
            Witness = "kubectl (The_service_that_the_server_itself_is); with several addresses: Several_addresses_share_a_port_and_stand_in_the_endpoints_of_the_kubernetes_service. A real one refuses loopback addresses there",
        },
        new("Flunders: defaults and the fields of both versions", Parts.Kinds, static async s =>
        {
            await s.PostAsync(s.Flunders, """{"metadata":{"name":"a"},"spec":{"reference":"x","referenceType":"Fischer"}}""");
            await s.GetAsync(s.FlundersBeta + "/a");
            await s.PostAsync(s.FlundersBeta, """{"metadata":{"name":"b"},"spec":{"flunderReference":"y","referenceType":"Flunder"}}""");
            await s.GetAsync(s.Flunders + "/b");
            await s.PostAsync(s.Flunders, """{"metadata":{"name":"c"},"spec":{"reference":"z"}}""");
            await s.GetAsync(s.FlundersBeta + "/c");
        }),
        new("Flunders: their table", Parts.Kinds, static async s =>
        {
            await s.QuietAsync("POST", s.Flunders, """{"metadata":{"name":"a"}}""");
            var table = await s.QuietAsync("GET", s.Flunders + "/a");
            Assert.Equal("a", table.Name);
            s.Shown.BodyLimit = int.MaxValue;
            await s.GetAsync(s.Flunders, Scenario.Table);
        }),
        new("Fischers: in no namespace, with names that are not allowed", Parts.Kinds, static async s =>
        {
            var name = s.ReserveNamespace();
            await s.PostAsync("/apis/wardle.example.com/v1alpha1/fischers", $$$"""{"metadata":{"name":"{{{name}}}"},"disallowedFlunders":["never-{{{name}}}"]}""");
            await s.GetAsync("/apis/wardle.example.com/v1alpha1/fischers/" + name);
            await s.PostAsync(s.Flunders, $$$"""{"metadata":{"name":"never-{{{name}}}"}}""");
            await s.DeleteAsync("/apis/wardle.example.com/v1alpha1/fischers/" + name);
        }),
    ];
}
