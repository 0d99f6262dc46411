"""What python.test.ts asks of Debian's Python client: one function for each of its tests; it prints one JSON value that the test judges."""

import datetime
import json
import sys

from kubernetes import client, config, watch
from kubernetes.client.rest import ApiException

NAMESPACE = "default"


def config_map(name, data=None):
    metadata = client.V1ObjectMeta(name=name, labels={"made": "python"})
    return client.V1ConfigMap(metadata=metadata, data=data or {})


def refusal(call, *arguments, **named):
    try:
        call(*arguments, **named)
    except ApiException as error:
        status = json.loads(error.body)
        return [error.status, status["reason"], status["message"]]
    raise AssertionError("the call was not refused")


def life(core):
    """Create, read, replace, list in pages and by selectors, delete with options."""
    made = core.create_namespaced_config_map(NAMESPACE, config_map("life", {"a": "1"}))
    stamp = made.metadata.creation_timestamp
    made.data = {"b": "2"}
    replaced = core.replace_namespaced_config_map("life", NAMESPACE, made)
    stale = refusal(core.replace_namespaced_config_map, "life", NAMESPACE, made)
    for name in ("p1", "p2", "p3"):
        core.create_namespaced_config_map(NAMESPACE, config_map(name))
    first = core.list_namespaced_config_map(NAMESPACE, label_selector="made=python", limit=2)
    rest = core.list_namespaced_config_map(
        NAMESPACE, label_selector="made=python", limit=2, _continue=first.metadata._continue
    )
    named = core.list_namespaced_config_map(NAMESPACE, field_selector="metadata.name=p2")
    wrong = client.V1DeleteOptions(preconditions=client.V1Preconditions(uid="another"))
    kept = refusal(core.delete_namespaced_config_map, "life", NAMESPACE, body=wrong)
    right = client.V1DeleteOptions(
        propagation_policy="Background", preconditions=client.V1Preconditions(uid=replaced.metadata.uid)
    )
    core.delete_namespaced_config_map("life", NAMESPACE, body=right, dry_run="All")
    still = core.read_namespaced_config_map("life", NAMESPACE)
    gone = core.delete_namespaced_config_map("life", NAMESPACE, body=right)
    missing = refusal(core.read_namespaced_config_map, "life", NAMESPACE)
    core.delete_collection_namespaced_config_map(NAMESPACE, label_selector="made=python")
    left = core.list_namespaced_config_map(NAMESPACE, label_selector="made=python")
    age = datetime.datetime.now(datetime.timezone.utc) - stamp
    return {
        "aware": stamp.tzinfo is not None and abs(age) < datetime.timedelta(minutes=5),
        "replaced": replaced.data,
        "stale": stale[:2],
        "pages": [[item.metadata.name for item in page.items] for page in (first, rest)],
        "sameRevision": first.metadata.resource_version == rest.metadata.resource_version,
        "named": [item.metadata.name for item in named.items],
        "kept": kept[:2],
        "still": still.metadata.name,
        "gone": gone.status,
        "missing": missing,
        "left": len(left.items),
    }


def patches(core):
    """The client sends lists as JSON patches, objects as strategic ones, and the rest as its default headers say."""
    core.create_namespaced_config_map(NAMESPACE, config_map("patched", {"a": "1"}))
    operations = [{"op": "test", "path": "/data/a", "value": "1"}, {"op": "add", "path": "/data/b", "value": "2"}]
    by_operations = core.patch_namespaced_config_map("patched", NAMESPACE, operations)
    service = client.V1Service(
        metadata=client.V1ObjectMeta(name="patched"),
        spec=client.V1ServiceSpec(ports=[client.V1ServicePort(name="http", port=80)]),
    )
    core.create_namespaced_service(NAMESPACE, service)
    more = {"spec": {"ports": [{"name": "https", "port": 443}]}}
    strategic = core.patch_namespaced_service("patched", NAMESPACE, more)
    merging = client.CoreV1Api(
        client.ApiClient(header_name="Content-Type", header_value="application/merge-patch+json")
    )
    merged = merging.patch_namespaced_service("patched", NAMESPACE, more)
    wrong = refusal(
        core.patch_namespaced_config_map, "patched", NAMESPACE, [{"op": "test", "path": "/data/a", "value": "x"}]
    )
    core.delete_namespaced_service("patched", NAMESPACE)
    core.delete_namespaced_config_map("patched", NAMESPACE)
    return {
        "operations": by_operations.data,
        "strategic": sorted(port.name for port in strategic.spec.ports),
        "merged": [port.name for port in merged.spec.ports],
        "wrong": wrong,
    }


def events(core):
    """A watch from the revision of a list tells each change once, as objects of the client; it ends when its time is over."""
    listed = core.list_namespaced_config_map(NAMESPACE)
    core.create_namespaced_config_map(NAMESPACE, config_map("seen"))
    core.patch_namespaced_config_map("seen", NAMESPACE, {"data": {"a": "1"}})
    core.delete_namespaced_config_map("seen", NAMESPACE)
    stream = watch.Watch().stream(
        core.list_namespaced_config_map,
        NAMESPACE,
        resource_version=listed.metadata.resource_version,
        timeout_seconds=2,
    )
    heard = []
    for event in stream:
        item = event["object"]
        heard.append([event["type"], type(item).__name__, item.metadata.name, item.data])
    return heard


def raw(core):
    """Bodies as they are on the wire, and paths that the client has no method for."""
    response = core.list_namespace(_preload_content=False)
    body = json.loads(response.data)
    version = client.VersionApi().get_code()
    crowd = client.ApisApi().get_api_versions()
    custom = client.CustomObjectsApi().list_cluster_custom_object("apps", "v1", "deployments")
    return {
        "status": response.status,
        "type": response.headers["Content-Type"],
        "kind": body["kind"],
        "default": any(item["metadata"]["name"] == "default" for item in body["items"]),
        "major": version.major,
        "apps": any(group.name == "apps" for group in crowd.groups),
        "custom": custom["kind"],
    }


CASES = {"life": life, "patches": patches, "events": events, "raw": raw}

if __name__ == "__main__":
    config.load_kube_config()
    print(json.dumps(CASES[sys.argv[1]](client.CoreV1Api())))
