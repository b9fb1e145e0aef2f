using K8sScaleTest.LocalApi.Schema;

namespace K8sScaleTest.LocalApi.Resources;

/// <summary>Services: no traffic flows through them here, but clients look up <c>kubernetes</c> among them.</summary>
internal static class ServiceType
{
    public static readonly ObjectType Service = new(
        "io.k8s.api.core.v1.Service", "v1.Service", "Service is a named abstraction of software service (for example, mysql) consisting of local port (for example 3306) that the proxy listens on.",
        new Field("spec", FieldType.Of(new ObjectType(
            "io.k8s.api.core.v1.ServiceSpec", "v1.ServiceSpec", "ServiceSpec describes the attributes that a user creates on a service.",
            new Field("ports", FieldType.ListOf(new ObjectType(
                "io.k8s.api.core.v1.ServicePort", "v1.ServicePort", "ServicePort contains information on service's port.",
                new Field("name", FieldType.String, "The name of this port within the service.") { Number = 1 },
                new Field("protocol", FieldType.String, "The IP protocol for this port.") { Number = 2 },
                new Field("appProtocol", FieldType.String, "The application protocol for this port.") { Pointer = true, Number = 6 },
                new Field("port", FieldType.Int32, "The port that will be exposed by this service.") { Always = true, Required = true, Number = 3 },
                new Field("targetPort", FieldType.IntOrString, "Number or name of the port to access on the pods targeted by the service.") { Number = 4 },
                new Field("nodePort", FieldType.Int32, "The port on each node on which this service is exposed when type is NodePort or LoadBalancer.") { Number = 5 })), "The list of ports that are exposed by this service.")
            { MergeKey = "port", MapKeys = ["port", "protocol"], Number = 1 },
            new Field("selector", FieldType.StringMap, "Route service traffic to pods with label keys and values matching this selector.") { Atomic = true, Number = 2 },
            new Field("clusterIP", FieldType.String, "clusterIP is the IP address of the service and is usually assigned randomly.") { Number = 3 },
            new Field("clusterIPs", FieldType.StringList, "ClusterIPs is a list of IP addresses assigned to this service.") { Number = 18 },
            new Field("type", FieldType.String, "type determines how the Service is exposed.") { Number = 4 },
            new Field("externalIPs", FieldType.StringList, "externalIPs is a list of IP addresses for which nodes in the cluster will also accept traffic for this service.") { Number = 5 },
            new Field("sessionAffinity", FieldType.String, "Supports \"ClientIP\" and \"None\".") { Number = 7 },
            new Field("loadBalancerIP", FieldType.String, "Only applies to Service Type: LoadBalancer.") { Number = 8 },
            new Field("loadBalancerSourceRanges", FieldType.StringList, "If specified and supported by the platform, this will restrict traffic through the cloud-provider load-balancer.") { Number = 9 },
            new Field("externalName", FieldType.String, "externalName is the external reference that discovery mechanisms will return as an alias for this service.") { Number = 10 },
            new Field("externalTrafficPolicy", FieldType.String, "externalTrafficPolicy describes how nodes distribute service traffic they receive on one of the Service's \"externally-facing\" addresses.") { Number = 11 },
            new Field("healthCheckNodePort", FieldType.Int32, "healthCheckNodePort specifies the healthcheck nodePort for the service.") { Number = 12 },
            new Field("publishNotReadyAddresses", FieldType.Boolean, "publishNotReadyAddresses indicates that any agent which deals with endpoints for this Service should disregard any indications of ready/not-ready.") { Number = 13 },
            new Field("sessionAffinityConfig", FieldType.Any, "sessionAffinityConfig contains the configurations of session affinity."),
            new Field("ipFamilies", FieldType.StringList, "IPFamilies is a list of IP families (e.g. IPv4, IPv6) assigned to this service.") { Number = 19 },
            new Field("ipFamilyPolicy", FieldType.String, "IPFamilyPolicy represents the dual-stack-ness requested or required by this Service.") { Pointer = true, Number = 17 },
            new Field("allocateLoadBalancerNodePorts", FieldType.Boolean, "allocateLoadBalancerNodePorts defines if NodePorts will be automatically allocated for services with type LoadBalancer.") { Pointer = true, Number = 20 },
            new Field("loadBalancerClass", FieldType.String, "loadBalancerClass is the class of the load balancer implementation this Service belongs to.") { Pointer = true, Number = 21 },
            new Field("internalTrafficPolicy", FieldType.String, "InternalTrafficPolicy describes how nodes distribute service traffic they receive on the ClusterIP.") { Pointer = true, Number = 22 },
            new Field("trafficDistribution", FieldType.String, "TrafficDistribution offers a way to express preferences for how traffic is distributed to Service endpoints.") { Pointer = true, Number = 23 })))
        { Always = true, Number = 2 },
        new Field("status", FieldType.Of(new ObjectType(
            "io.k8s.api.core.v1.ServiceStatus", "v1.ServiceStatus", "ServiceStatus represents the current status of a service.",
            new Field("loadBalancer", FieldType.Of(new ObjectType(
                "io.k8s.api.core.v1.LoadBalancerStatus", "v1.LoadBalancerStatus", "LoadBalancerStatus represents the status of a load-balancer.",
                new Field("ingress", new FieldType(Shape.List, FieldType.Any), "Ingress is a list containing ingress points for the load-balancer."))), "LoadBalancer contains the current status of the load-balancer, if one is present.")
            { Always = true, Number = 1 },
            new Field("conditions", new FieldType(Shape.List, FieldType.Any), "Current service state"))))
        { Always = true, Number = 3 });
}
