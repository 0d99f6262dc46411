// Endpoints: the older single-object form of a service's backends, which older clients still read.
import { Endpoints, type Pod, type Service } from "@knots/api";
import type { Plan } from "@knots/client";
import { deepEqual } from "@knots/std";
import { type Backend, backendOf, isHeadless, selectorOfService, targetRefOf } from "../shared/backends.ts";

/** Most addresses that one object holds. */
const LIMIT = 1000;
const HEADLESS = "service.kubernetes.io/headless";
const MANAGED_BY = "endpoints.kubernetes.io/managed-by";

export interface Snapshot {
  readonly service: Service;
  readonly pods: readonly Pod[];
  readonly endpoints: Endpoints | undefined;
}
type Subset = NonNullable<Endpoints["subsets"]>[number];

const addressOf = ({ pod, addresses, hostname }: Backend) => ({
  ip: addresses[0] ?? "",
  ...(hostname && { hostname }),
  ...(pod.spec?.nodeName && { nodeName: pod.spec.nodeName }),
  targetRef: targetRefOf(pod),
});
const byAddress = (a: { readonly ip: string }, b: { readonly ip: string }): number =>
  a.ip < b.ip ? -1 : a.ip > b.ip ? 1 : 0;

function subsetOf(backends: readonly Backend[]): Subset {
  const ready = backends
    .filter((backend) => backend.ready)
    .map(addressOf)
    .sort(byAddress);
  const waiting = backends
    .filter((backend) => !backend.ready)
    .map(addressOf)
    .sort(byAddress);
  const ports = (backends[0]?.ports ?? []).map(({ name, ...rest }) => ({ ...(name && { name }), ...rest }));
  return {
    ...(ready.length > 0 && { addresses: ready }),
    ...(waiting.length > 0 && { notReadyAddresses: waiting }),
    ...(ports.length > 0 && { ports }),
  };
}

/** Pods with equal ports share a subset; terminating pods do not count. */
function subsetsOf({ service, pods }: Snapshot): readonly Subset[] {
  const family = service.spec?.ipFamilies?.[0] ?? "IPv4";
  const groups = new Map<string, Backend[]>();
  for (const pod of pods) {
    const backend = backendOf(service, pod, family);
    if (!backend || (backend.terminating && !service.spec?.publishNotReadyAddresses)) continue;
    const key = JSON.stringify(backend.ports);
    groups.set(key, [...(groups.get(key) ?? []), backend]);
  }
  return [...groups].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, backends]) => subsetOf(backends.slice(0, LIMIT)));
}

export function plan(snapshot: Snapshot): Plan {
  const { service, endpoints } = snapshot;
  if (!selectorOfService(service) || service.metadata.deletionTimestamp !== undefined) return {};
  const { name, namespace } = service.metadata;
  const headless: Readonly<Record<string, string>> = isHeadless(service) ? { [HEADLESS]: "" } : {};
  const labels = { ...service.metadata.labels, ...headless, [MANAGED_BY]: "endpoint-controller" };
  const subsets = subsetsOf(snapshot);
  if (!endpoints) {
    const object = { apiVersion: "v1", kind: "Endpoints", metadata: { name, namespace, labels }, subsets };
    return { writes: [{ verb: "create", kind: Endpoints, object }] };
  }
  if (deepEqual(endpoints.subsets ?? [], subsets) && deepEqual(endpoints.metadata.labels ?? {}, labels)) return {};
  const object = { ...endpoints, metadata: { ...endpoints.metadata, labels }, subsets };
  return { writes: [{ verb: "update", kind: Endpoints, object }] };
}
