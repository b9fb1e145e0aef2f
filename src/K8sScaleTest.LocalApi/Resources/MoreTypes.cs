using K8sScaleTest.LocalApi.Schema;

namespace K8sScaleTest.LocalApi.Resources;

/// <summary>The object types beside those that the drivers write: what kubectl, controllers and leader election meet.</summary>
internal static class MoreTypes
{
    private static readonly ObjectType ObjectReference = new(
        "io.k8s.api.core.v1.ObjectReference", "v1.ObjectReference", "ObjectReference contains enough information to let you inspect or modify the referred object.",
        new Field("kind", FieldType.String, "Kind of the referent.") { Number = 1 },
        new Field("namespace", FieldType.String, "Namespace of the referent.") { Number = 2 },
        new Field("name", FieldType.String, "Name of the referent.") { Number = 3 },
        new Field("uid", FieldType.String, "UID of the referent.") { Number = 4 },
        new Field("apiVersion", FieldType.String, "API version of the referent.") { Number = 5 },
        new Field("resourceVersion", FieldType.String, "Specific resourceVersion to which this reference is made, if any.") { Number = 6 },
        new Field("fieldPath", FieldType.String, "If referring to a piece of an object instead of an entire object, this string should contain a valid JSON/Go field access statement.") { Number = 7 });

    public static readonly ObjectType Secret = new(
        "io.k8s.api.core.v1.Secret", "v1.Secret", "Secret holds secret data of a certain type.",
        new Field("immutable", FieldType.Boolean, "Immutable, if set to true, ensures that data stored in the Secret cannot be updated.") { Pointer = true, Number = 5 },
        new Field("data", FieldType.BytesMap, "Data contains the secret data. Each key must consist of alphanumeric characters, '-', '_' or '.'. The serialized form of the secret data is a base64 encoded string, representing the arbitrary (possibly non-string) data value here.") { Number = 2 },
        new Field("stringData", FieldType.StringMap, "stringData allows specifying non-binary secret data in string form. It is provided as a write-only input field for convenience.") { Number = 4 },
        new Field("type", FieldType.String, "Used to facilitate programmatic handling of secret data.") { Number = 3 });

    public static readonly ObjectType Event = new(
        "io.k8s.api.core.v1.Event", "v1.Event", "Event is a report of an event somewhere in the cluster.",
        new Field("involvedObject", FieldType.Of(ObjectReference), "The object that this event is about.") { Atomic = true, Always = true, Required = true, Number = 2 },
        new Field("reason", FieldType.String, "This should be a short, machine understandable string that gives the reason for the transition into the object's current status.") { Number = 3 },
        new Field("message", FieldType.String, "A human-readable description of the status of this operation.") { Number = 4 },
        new Field("source", FieldType.Of(new ObjectType(
            "io.k8s.api.core.v1.EventSource", "v1.EventSource", "EventSource contains information for an event.",
            new Field("component", FieldType.String, "Component from which the event is generated.") { Number = 1 },
            new Field("host", FieldType.String, "Node name on which the event is generated.") { Number = 2 })), "The component reporting this event.")
        { Always = true, Number = 5 },
        new Field("firstTimestamp", FieldType.Time, "The time at which the event was first recorded.") { Always = true, Number = 6 },
        new Field("lastTimestamp", FieldType.Time, "The time at which the most recent occurrence of this event was recorded.") { Always = true, Number = 7 },
        new Field("count", FieldType.Int32, "The number of times this event has occurred.") { Number = 8 },
        new Field("type", FieldType.String, "Type of this event (Normal, Warning), new types could be added in the future") { Number = 9 },
        new Field("eventTime", FieldType.MicroTime, "Time when this Event was first observed.") { Always = true, Number = 10 },
        new Field("series", FieldType.Of(new ObjectType(
            "io.k8s.api.core.v1.EventSeries", "v1.EventSeries", "EventSeries contain information on series of events.",
            new Field("count", FieldType.Int32, "Number of occurrences in this series up to the last heartbeat time") { Number = 1 },
            new Field("lastObservedTime", FieldType.MicroTime, "Time of the last occurrence observed") { Always = true, Number = 2 })), "Data about the Event series this event represents or nil if it's a singleton Event.")
        { Number = 11 },
        new Field("action", FieldType.String, "What action was taken/failed regarding to the Regarding object.") { Number = 12 },
        new Field("related", FieldType.Of(ObjectReference), "Optional secondary object for more complex actions.") { Atomic = true, Number = 13 },
        new Field("reportingComponent", FieldType.String, "Name of the controller that emitted this Event, e.g. `kubernetes.io/kubelet`.") { Always = true, Number = 14 },
        new Field("reportingInstance", FieldType.String, "ID of the controller instance, e.g. `kubelet-xyzf`.") { Always = true, Number = 15 });

    public static readonly ObjectType Lease = new(
        "io.k8s.api.coordination.v1.Lease", "v1.Lease", "Lease defines a lease concept.",
        new Field("spec", FieldType.Of(new ObjectType(
            "io.k8s.api.coordination.v1.LeaseSpec", "v1.LeaseSpec", "LeaseSpec is a specification of a Lease.",
            new Field("holderIdentity", FieldType.String, "holderIdentity contains the identity of the holder of a current lease.") { Pointer = true, Number = 1 },
            new Field("leaseDurationSeconds", FieldType.Int32, "leaseDurationSeconds is a duration that candidates for a lease need to wait to force acquire it.") { Pointer = true, Number = 2 },
            new Field("acquireTime", FieldType.MicroTime, "acquireTime is a time when the current lease was acquired.") { Number = 3 },
            new Field("renewTime", FieldType.MicroTime, "renewTime is a time when the current holder of a lease has last updated the lease.") { Number = 4 },
            new Field("leaseTransitions", FieldType.Int32, "leaseTransitions is the number of transitions of a lease between holders.") { Pointer = true, Number = 5 },
            new Field("strategy", FieldType.String, "Strategy indicates the strategy for picking the leader for coordinated leader election.") { Pointer = true, Number = 6 },
            new Field("preferredHolder", FieldType.String, "PreferredHolder signals to a lease holder that the lease has a more optimal holder and should be given up.") { Pointer = true, Number = 7 })), "spec contains the specification of the Lease.")
        { Always = true, Number = 2 });

    public static readonly ObjectType Endpoints = new(
        "io.k8s.api.core.v1.Endpoints", "v1.Endpoints", "Endpoints is a collection of endpoints that implement the actual service.",
        new Field("subsets", FieldType.ListOf(new ObjectType(
            "io.k8s.api.core.v1.EndpointSubset", "v1.EndpointSubset", "EndpointSubset is a group of addresses with a common set of ports.",
            new Field("addresses", FieldType.ListOf(EndpointAddress()), "IP addresses which offer the related ports that are marked as ready.") { Number = 1 },
            new Field("notReadyAddresses", FieldType.ListOf(EndpointAddress()), "IP addresses which offer the related ports but are not currently marked as ready.") { Number = 2 },
            new Field("ports", FieldType.ListOf(new ObjectType(
                "io.k8s.api.core.v1.EndpointPort", "v1.EndpointPort", "EndpointPort is a tuple that describes a single port.",
                new Field("name", FieldType.String, "The name of this port.") { Number = 1 },
                new Field("port", FieldType.Int32, "The port number of the endpoint.") { Always = true, Required = true, Number = 2 },
                new Field("protocol", FieldType.String, "The IP protocol for this port.") { Number = 3 },
                new Field("appProtocol", FieldType.String, "The application protocol for this port.") { Pointer = true, Number = 4 })), "Port numbers available on the related IP addresses.")
            { Number = 3 })), "The set of all endpoints is the union of all subsets.")
        { Number = 2 });

    public static readonly ObjectType EndpointSlice = new(
        "io.k8s.api.discovery.v1.EndpointSlice", "v1.EndpointSlice", "EndpointSlice represents a set of service endpoints.",
        new Field("addressType", FieldType.String, "addressType specifies the type of address carried by this EndpointSlice.") { Always = true, Required = true, Number = 4 },
        new Field("endpoints", FieldType.ListOf(new ObjectType(
            "io.k8s.api.discovery.v1.Endpoint", "v1.Endpoint", "Endpoint represents a single logical \"backend\" implementing a service.",
            new Field("addresses", FieldType.StringList, "addresses of this endpoint.") { Always = true, Required = true, Number = 1 },
            new Field("conditions", FieldType.Of(new ObjectType(
                "io.k8s.api.discovery.v1.EndpointConditions", "v1.EndpointConditions", "EndpointConditions represents the current condition of an endpoint.",
                new Field("ready", FieldType.Boolean, "ready indicates that this endpoint is ready to receive traffic.") { Pointer = true, Number = 1 },
                new Field("serving", FieldType.Boolean, "serving indicates that this endpoint is able to receive traffic.") { Pointer = true, Number = 2 },
                new Field("terminating", FieldType.Boolean, "terminating indicates that this endpoint is terminating.") { Pointer = true, Number = 3 })), "conditions contains information about the current status of the endpoint.")
            { Always = true, Number = 2 },
            new Field("hostname", FieldType.String, "hostname of this endpoint.") { Pointer = true, Number = 3 },
            new Field("targetRef", FieldType.Of(ObjectReference), "targetRef is a reference to a Kubernetes object that represents this endpoint.") { Pointer = true, Number = 4 },
            new Field("deprecatedTopology", FieldType.StringMap, "deprecatedTopology contains topology information part of the v1beta1 API.") { Number = 5 },
            new Field("nodeName", FieldType.String, "nodeName represents the name of the Node hosting this endpoint.") { Pointer = true, Number = 6 },
            new Field("zone", FieldType.String, "zone is the name of the Zone this endpoint exists in.") { Pointer = true, Number = 7 },
            new Field("hints", FieldType.Any, "hints contains information associated with how an endpoint should be consumed."))), "endpoints is a list of unique endpoints in this slice.")
        { Always = true, Required = true, Number = 2 },
        new Field("ports", FieldType.ListOf(new ObjectType(
            "io.k8s.api.discovery.v1.EndpointPort", "v1.EndpointPort", "EndpointPort represents a Port used by an EndpointSlice",
            new Field("name", FieldType.String, "name represents the name of this port.") { Pointer = true, Number = 1 },
            new Field("protocol", FieldType.String, "protocol represents the IP protocol for this port.") { Pointer = true, Number = 2 },
            new Field("port", FieldType.Int32, "port represents the port number of the endpoint.") { Pointer = true, Number = 3 },
            new Field("appProtocol", FieldType.String, "The application protocol for this port.") { Pointer = true, Number = 4 })), "ports specifies the list of network ports exposed by each endpoint in this slice.")
        { Always = true, Number = 3 });

    private static ObjectType EndpointAddress() => new(
        "io.k8s.api.core.v1.EndpointAddress", "v1.EndpointAddress", "EndpointAddress is a tuple that describes single IP address.",
        new Field("ip", FieldType.String, "The IP of this endpoint.") { Always = true, Required = true, Number = 1 },
        new Field("hostname", FieldType.String, "The Hostname of this endpoint") { Number = 3 },
        new Field("nodeName", FieldType.String, "Optional: Node hosting this endpoint.") { Pointer = true, Number = 4 },
        new Field("targetRef", FieldType.Of(ObjectReference), "Reference to object providing the endpoint.") { Atomic = true, Pointer = true, Number = 2 });
}
