"""Keeps a copy of ConfigMaps as controllers in Python do: list, watch from there, and list again when the watch cannot go on.

Prints a line for each difference to the copy, and "listed" after each list; ends when it has the object called "last".
"""

import time

import urllib3
from kubernetes import client, config, watch
from kubernetes.client.rest import ApiException

SELECTED = {"namespace": "default", "label_selector": "made=kept"}


def tell(kind, name):
    print(kind, name, flush=True)


def become(copy, items):
    """Makes the copy what a list says."""
    now = {item.metadata.name: item.metadata.resource_version for item in items}
    for name in [name for name in copy if name not in now]:
        del copy[name]
        tell("gone", name)
    for name, version in now.items():
        if copy.get(name) != version:
            tell("changed" if name in copy else "new", name)
            copy[name] = version


def follow(core, copy, revision):
    stream = watch.Watch().stream(
        core.list_namespaced_config_map, resource_version=revision, _request_timeout=5, **SELECTED
    )
    for event in stream:
        metadata = event["object"].metadata
        if event["type"] == "DELETED":
            copy.pop(metadata.name, None)
            tell("gone", metadata.name)
        else:
            tell("changed" if metadata.name in copy else "new", metadata.name)
            copy[metadata.name] = metadata.resource_version
        if "last" in copy:
            return


def main():
    config.load_kube_config()
    core = client.CoreV1Api()
    copy = {}
    while "last" not in copy:
        try:
            listed = core.list_namespaced_config_map(**SELECTED)
            become(copy, listed.items)
            tell("listed", len(listed.items))
            follow(core, copy, listed.metadata.resource_version)
        except ApiException as error:
            if error.status not in (410, 429, 500, 503):
                raise
        except urllib3.exceptions.HTTPError:
            pass
        time.sleep(0.1)


main()
