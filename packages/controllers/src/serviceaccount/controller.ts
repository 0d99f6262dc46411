// Every namespace has the service account `default`.
import { Namespace, ServiceAccount } from "@knots/api";
import { controller, type Plan, watch } from "@knots/client";

const NAME = "default";

export interface Snapshot {
  readonly namespace: Namespace;
  readonly account: ServiceAccount | undefined;
}

export function plan({ namespace, account }: Snapshot): Plan {
  if (account || namespace.metadata.deletionTimestamp !== undefined) return {};
  const metadata = { name: NAME, namespace: namespace.metadata.name };
  const object = { apiVersion: "v1", kind: "ServiceAccount", metadata };
  return { writes: [{ verb: "create", kind: ServiceAccount, object, ignoreExisting: true }] };
}

export const serviceAccountController = controller<Snapshot>({
  name: "serviceaccount",
  component: "service-account-controller",
  primary: Namespace,
  watches: [
    watch({ kind: Namespace, keys: ({ metadata }) => [metadata.name] }),
    watch({ kind: ServiceAccount, keys: ({ metadata }) => (metadata.name === NAME ? [metadata.namespace] : []) }),
  ],
  snapshot(key, caches) {
    const namespace = caches.of(Namespace).get("", key);
    return namespace && { namespace, account: caches.of(ServiceAccount).get(key, NAME) };
  },
  plan,
});
