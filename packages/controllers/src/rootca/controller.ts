// Every namespace has the ConfigMap `kube-root-ca.crt`, with which pods check the API server.
import { ConfigMap, Namespace } from "@knots/api";
import { type Controller, controller, type Plan, watch } from "@knots/client";
import { deepEqual } from "@knots/std";

const NAME = "kube-root-ca.crt";

export interface Snapshot {
  readonly namespace: Namespace;
  readonly published: ConfigMap | undefined;
  /** PEM certificates. */
  readonly bundle: string;
}

export function plan({ namespace, published, bundle }: Snapshot): Plan {
  if (namespace.metadata.deletionTimestamp !== undefined) return {};
  const data = { "ca.crt": bundle };
  if (!published) {
    const metadata = { name: NAME, namespace: namespace.metadata.name };
    const object = { apiVersion: "v1", kind: "ConfigMap", metadata, data };
    return { writes: [{ verb: "create", kind: ConfigMap, object, ignoreExisting: true }] };
  }
  if (deepEqual(published.data, data)) return {};
  const object = { ...published, data };
  return { writes: [{ verb: "update", kind: ConfigMap, object }] };
}

/** Publishes `bundle` in every namespace. */
export const rootCaController = (bundle: string): Controller =>
  controller<Snapshot>({
    name: "rootca",
    component: "root-ca-certificate-publisher",
    primary: Namespace,
    watches: [
      watch({ kind: Namespace, keys: ({ metadata }) => [metadata.name] }),
      watch({ kind: ConfigMap, keys: ({ metadata }) => (metadata.name === NAME ? [metadata.namespace] : []) }),
    ],
    snapshot(key, caches) {
      const namespace = caches.of(Namespace).get("", key);
      return namespace && { namespace, bundle, published: caches.of(ConfigMap).get(key, NAME) };
    },
    plan,
  });
