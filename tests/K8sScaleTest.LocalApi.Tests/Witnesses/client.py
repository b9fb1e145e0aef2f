"""The Python client (Debian's python3-kubernetes) against a server: client.py KUBECONFIG NAMESPACE. It ends with "ok"."""
import sys
import threading

from kubernetes import client, config, watch
from kubernetes.client.rest import ApiException

kubeconfig, namespace = sys.argv[1:]
config.load_kube_config(kubeconfig)
core = client.CoreV1Api()


def equal(expected, found):
    if expected != found:
        sys.exit(f"expected {expected!r}, found {found!r}")


def config_map(name, **data):
    return client.V1ConfigMap(metadata=client.V1ObjectMeta(name=name, labels={"is": name}), data=data)


# Create, a name that exists, read, list by selector and in pages.
made = core.create_namespaced_config_map(namespace, config_map("a", k="v"))
equal(("a", {"k": "v"}), (made.metadata.name, made.data))
try:
    core.create_namespaced_config_map(namespace, config_map("a"))
    sys.exit("the second create succeeded")
except ApiException as refused:
    equal((409, True), (refused.status, "AlreadyExists" in refused.body))
for name in ("b", "c"):
    core.create_namespaced_config_map(namespace, config_map(name))
equal(["b"], [item.metadata.name for item in core.list_namespaced_config_map(namespace, label_selector="is=b").items])
first = core.list_namespaced_config_map(namespace, limit=2)
rest = core.list_namespaced_config_map(namespace, limit=2, _continue=first.metadata._continue)
equal((["a", "b"], ["c"], 1), ([i.metadata.name for i in first.items], [i.metadata.name for i in rest.items], first.metadata.remaining_item_count))

# A watch from the list's resourceVersion sees what comes after, in order, and ends at its time-out.
start = core.list_namespaced_config_map(namespace).metadata.resource_version


def write():
    core.patch_namespaced_config_map("a", namespace, {"data": {"k": "w"}})
    core.replace_namespaced_config_map("b", namespace, config_map("b", k="new"))
    core.delete_namespaced_config_map("c", namespace)


threading.Thread(target=write).start()
seen = []
stream = watch.Watch()
for event in stream.stream(core.list_namespaced_config_map, namespace, resource_version=start, timeout_seconds=60):
    seen.append((event["type"], event["object"].metadata.name, (event["object"].data or {}).get("k")))
    if len(seen) == 3:
        stream.stop()
equal([("MODIFIED", "a", "w"), ("MODIFIED", "b", "new"), ("DELETED", "c", None)], seen)
equal([], list(watch.Watch().stream(core.list_namespaced_config_map, namespace, resource_version=core.list_namespaced_config_map(namespace).metadata.resource_version, timeout_seconds=1)))

# Optimistic concurrency, in the leader election's resource.
leases = client.CoordinationV1Api()
lease = leases.create_namespaced_lease(namespace, client.V1Lease(metadata=client.V1ObjectMeta(name="leader"), spec=client.V1LeaseSpec(holder_identity="one", lease_duration_seconds=15)))
stale = lease.metadata.resource_version
lease.spec.holder_identity = "two"
lease = leases.replace_namespaced_lease("leader", namespace, lease)
equal("two", lease.spec.holder_identity)
lease.metadata.resource_version = stale
try:
    leases.replace_namespaced_lease("leader", namespace, lease)
    sys.exit("the stale replace succeeded")
except ApiException as refused:
    equal((409, True), (refused.status, "the object has been modified" in refused.body))

# Custom objects: Flunders.
custom = client.CustomObjectsApi()
flunder = custom.create_namespaced_custom_object("wardle.example.com", "v1alpha1", namespace, "flunders", {"apiVersion": "wardle.example.com/v1alpha1", "kind": "Flunder", "metadata": {"name": "f"}, "spec": {"reference": "x"}})
equal("x", flunder["spec"]["reference"])
equal("y", custom.patch_namespaced_custom_object("wardle.example.com", "v1alpha1", namespace, "flunders", "f", {"spec": {"reference": "y"}})["spec"]["reference"])
custom.delete_namespaced_custom_object("wardle.example.com", "v1alpha1", namespace, "flunders", "f")

# What is gone is not found.
core.delete_namespaced_config_map("a", namespace)
try:
    core.read_namespaced_config_map("a", namespace)
    sys.exit("what was deleted is still there")
except ApiException as gone:
    equal(404, gone.status)
print("ok")
