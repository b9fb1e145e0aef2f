"""The Python client (Debian's python3-kubernetes) with a resource that it defines: custom.py KUBECONFIG NAMESPACE. It ends with "ok"."""
import json
import sys
import threading

from kubernetes import client, config, watch
from kubernetes.client.rest import ApiException

kubeconfig, namespace = sys.argv[1:]
config.load_kube_config(kubeconfig)
group, plural = f"{namespace}.example.com", "gears"
definitions = client.ApiextensionsV1Api()
custom = client.CustomObjectsApi()


def equal(expected, found):
    if expected != found:
        sys.exit(f"expected {expected!r}, found {found!r}")


def refused(code, reason, call, *arguments, **more):
    """The causes of a request that must fail."""
    try:
        call(*arguments, **more)
    except ApiException as error:
        status = json.loads(error.body)
        equal((code, reason), (error.status, status.get("reason")))
        return [(cause["field"], cause["message"]) for cause in status.get("details", {}).get("causes", [])]
    sys.exit(f"{call.__name__} succeeded")


def gear(name, version="v1", **spec):
    return {"apiVersion": f"{group}/{version}", "kind": "Gear", "metadata": {"name": name, "labels": {"is": name}}, "spec": spec}


Props = client.V1JSONSchemaProps
spec = Props(type="object", required=["teeth"], properties={
    "teeth": Props(type="integer", minimum=3, maximum=99),
    "metal": Props(type="string", enum=["brass", "steel"], default="brass"),
    "mark": Props(type="string", pattern="^[a-z]+$", max_length=5, min_length=2),
    "made": Props(type="string", format="date-time"),
    "tags": Props(type="array", items=Props(type="string"), max_items=2, min_items=1, x_kubernetes_list_type="set"),
})
schema = client.V1CustomResourceValidation(open_apiv3_schema=Props(type="object", properties={"spec": spec, "status": Props(type="object", properties={"turns": Props(type="integer")})}))


def version(name, storage):
    return client.V1CustomResourceDefinitionVersion(name=name, served=True, storage=storage, schema=schema, subresources=client.V1CustomResourceSubresources(status={}))


def definition(**more):
    names = client.V1CustomResourceDefinitionNames(plural=plural, singular="gear", kind="Gear")
    given = {"group": group, "scope": "Namespaced", "names": names, "versions": [version("v1", True), version("v2", False)]} | more
    return client.V1CustomResourceDefinition(metadata=client.V1ObjectMeta(name=f"{plural}.{group}"), spec=client.V1CustomResourceDefinitionSpec(**given))


def on(call, *arguments, at="v1", **more):
    return call(group, at, namespace, plural, *arguments, **more)


# A definition that is none, one that is, and what it makes to be served.
equal([("spec.scope", 'Unsupported value: "Everywhere": supported values: "Cluster", "Namespaced"')], refused(422, "Invalid", definitions.create_custom_resource_definition, definition(scope="Everywhere")))
bare = [client.V1CustomResourceDefinitionVersion(name="v1", served=True, storage=True)]
equal([("spec.versions[0].schema.openAPIV3Schema", "Required value")], refused(422, "Invalid", definitions.create_custom_resource_definition, definition(versions=bare)))
equal(1, definitions.create_custom_resource_definition(definition()).metadata.generation)
for event in watch.Watch().stream(definitions.list_custom_resource_definition, field_selector=f"metadata.name={plural}.{group}", timeout_seconds=60):
    if any(c.type == "Established" and c.status == "True" for c in event["object"].status.conditions or []):
        break
equal({"NamesAccepted": "True", "Established": "True"}, {c.type: c.status for c in definitions.read_custom_resource_definition(f"{plural}.{group}").status.conditions})
try:
    on(custom.list_namespaced_custom_object, at="v3")
    sys.exit("a version that is not was listed")
except ApiException as gone:
    equal((404, "404 page not found\n"), (gone.status, gone.body))

# Created with its defaults and without what nobody knows, read in both versions, replaced under its resourceVersion alone.
made = on(custom.create_namespaced_custom_object, gear("a", teeth=12, unknown=1))
equal(({"teeth": 12, "metal": "brass"}, 1), (made["spec"], made["metadata"]["generation"]))
equal((f"{group}/v2", {"teeth": 12, "metal": "brass"}), ((seen := on(custom.get_namespaced_custom_object, "a", at="v2"))["apiVersion"], seen["spec"]))
refused(409, "AlreadyExists", on, custom.create_namespaced_custom_object, gear("a", teeth=12))
refused(422, "Invalid", on, custom.replace_namespaced_custom_object, "a", gear("a", teeth=13))
refused(400, "BadRequest", on, custom.create_namespaced_custom_object, gear("b", version="v2", teeth=13))
made["spec"]["teeth"] = 13
changed = on(custom.replace_namespaced_custom_object, "a", made)
equal((13, 2), (changed["spec"]["teeth"], changed["metadata"]["generation"]))
refused(409, "Conflict", on, custom.replace_namespaced_custom_object, "a", made)

# What the schema refuses.
for bad, field, message in (
    ({}, "spec.teeth", "Required value"),
    ({"teeth": "x"}, "spec.teeth", 'Invalid value: "string": spec.teeth in body must be of type integer: "string"'),
    ({"teeth": 2}, "spec.teeth", "Invalid value: 2: spec.teeth in body should be greater than or equal to 3"),
    ({"teeth": 100}, "spec.teeth", "Invalid value: 100: spec.teeth in body should be less than or equal to 99"),
    ({"teeth": 3, "metal": "tin"}, "spec.metal", 'Unsupported value: "tin": supported values: "brass", "steel"'),
    ({"teeth": 3, "mark": "AB"}, "spec.mark", "Invalid value: \"AB\": spec.mark in body should match '^[a-z]+$'"),
    ({"teeth": 3, "mark": "abcdef"}, "spec.mark", "Too long: may not be more than 5 bytes"),
    ({"teeth": 3, "made": "x"}, "spec.made", 'Invalid value: "x": spec.made in body must be of type date-time: "x"'),
    ({"teeth": 3, "tags": ["a", "a"]}, "spec.tags[1]", 'Duplicate value: "a"'),
    ({"teeth": 3, "tags": ["a", "b", "c"]}, "spec.tags", "Too many: 3: must have at most 2 items"),
):
    equal([(field, message)], refused(422, "Invalid", on, custom.create_namespaced_custom_object, gear("bad", **bad)))

# Its status apart, patches, pages, a dry run.
status = on(custom.patch_namespaced_custom_object_status, "a", {"spec": {"teeth": 50}, "status": {"turns": 7}})
equal((13, 7, 2), (status["spec"]["teeth"], status["status"]["turns"], status["metadata"]["generation"]))
equal((20, 7), ((patched := on(custom.patch_namespaced_custom_object, "a", {"spec": {"teeth": 20}, "status": {"turns": 9}}))["spec"]["teeth"], patched["status"]["turns"]))
on(custom.create_namespaced_custom_object, gear("dry", teeth=3), dry_run="All")
for name in ("b", "c"):
    on(custom.create_namespaced_custom_object, gear(name, teeth=3))
first = on(custom.list_namespaced_custom_object, limit=2)
rest = on(custom.list_namespaced_custom_object, limit=2, _continue=first["metadata"]["continue"])
equal((["a", "b"], ["c"], "GearList"), ([i["metadata"]["name"] for i in first["items"]], [i["metadata"]["name"] for i in rest["items"]], first["kind"]))
equal(["b"], [i["metadata"]["name"] for i in on(custom.list_namespaced_custom_object, label_selector="is=b")["items"]])

# A watch from the list's resourceVersion sees what comes after.
start = on(custom.list_namespaced_custom_object)["metadata"]["resourceVersion"]


def write():
    on(custom.patch_namespaced_custom_object, "b", {"spec": {"teeth": 4}})
    on(custom.delete_namespaced_custom_object, "c")
    on(custom.delete_collection_namespaced_custom_object)


writer = threading.Thread(target=write)
writer.start()
events = []
stream = watch.Watch()
for event in stream.stream(custom.list_namespaced_custom_object, group, "v1", namespace, plural, resource_version=start, timeout_seconds=60):
    events.append((event["type"], event["object"]["metadata"]["name"], event["object"]["spec"]["teeth"]))
    if len(events) == 4:
        stream.stop()
writer.join()
equal([("MODIFIED", "b", 4), ("DELETED", "c", 3), ("DELETED", "a", 20), ("DELETED", "b", 4)], events[:2] + sorted(events[2:]))

# A deleted definition takes its objects along, and its path.
on(custom.create_namespaced_custom_object, gear("z", teeth=3))
events = []
stream = watch.Watch()
for event in stream.stream(custom.list_namespaced_custom_object, group, "v1", namespace, plural, resource_version="0", timeout_seconds=60):
    events.append((event["type"], event["object"]["metadata"]["name"]))
    if event["type"] == "ADDED":
        definitions.delete_custom_resource_definition(f"{plural}.{group}")
    else:
        stream.stop()
equal([("ADDED", "z"), ("DELETED", "z")], events)
print("ok")
