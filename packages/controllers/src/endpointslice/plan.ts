// EndpointSlices: the pods behind a service, ready, serving or terminating, in slices of at most 100.
import { type Endpoint, EndpointSlice, type Node, type Pod, Service } from "@knots/api";
import type { Plan, Write } from "@knots/client";
import { deepEqual } from "@knots/std";
import {
  type Backend,
  type BackendPort,
  backendOf,
  isHeadless,
  selectorOfService,
  targetRefOf,
} from "../shared/backends.ts";
import { controllerRefTo } from "../shared/owner.ts";
import { type Assigned, assign } from "./assign.ts";

export const SERVICE_NAME = "kubernetes.io/service-name";
export const MANAGED_BY = "endpointslice.kubernetes.io/managed-by";
export const MANAGER = "endpointslice-controller.k8s.io";
const HEADLESS = "service.kubernetes.io/headless";
const ZONE = "topology.kubernetes.io/zone";

/** What a decision about one service's slices is made from. */
export interface Snapshot {
  readonly service: Service;
  /** Pods of the service's namespace that its selector matches. */
  readonly pods: readonly Pod[];
  /** Slices of the service that this controller manages. */
  readonly slices: readonly EndpointSlice[];
  /** Nodes of these pods. */
  readonly nodes: readonly Node[];
}
type Family = "IPv4" | "IPv6";

function endpointOf(backend: Backend, zones: ReadonlyMap<string, string>): Endpoint {
  const { pod, addresses, ready, serving, terminating, hostname } = backend;
  const nodeName = pod.spec?.nodeName;
  const zone = nodeName && zones.get(nodeName);
  return {
    addresses,
    conditions: { ready, serving, terminating },
    targetRef: targetRefOf(pod),
    ...(hostname && { hostname }),
    ...(nodeName && { nodeName }),
    ...(zone && { zone }),
  };
}

function labelsOf(service: Service): Readonly<Record<string, string>> {
  const { [HEADLESS]: _headless, ...labels } = service.metadata.labels ?? {};
  const headless: Readonly<Record<string, string>> = isHeadless(service) ? { [HEADLESS]: "" } : {};
  return { ...labels, ...headless, [SERVICE_NAME]: service.metadata.name, [MANAGED_BY]: MANAGER };
}

interface Group {
  readonly family: Family;
  readonly ports: readonly BackendPort[];
  readonly endpoints: readonly Endpoint[];
}

/** Pods whose named ports have different numbers cannot share a slice. */
function groupsOf({ service, pods, nodes }: Snapshot, family: Family): readonly Group[] {
  const zones = new Map(nodes.map(({ metadata }) => [metadata.name, metadata.labels?.[ZONE] ?? ""]));
  const groups = new Map<string, { ports: readonly BackendPort[]; endpoints: Endpoint[] }>();
  for (const pod of pods.toSorted((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1))) {
    const backend = backendOf(service, pod, family);
    if (!backend) continue;
    const key = JSON.stringify(backend.ports);
    const group = groups.get(key) ?? { ports: backend.ports, endpoints: [] };
    group.endpoints.push(endpointOf(backend, zones));
    groups.set(key, group);
  }
  // Without any pod one empty slice says that the service is known.
  return groups.size === 0
    ? [{ family, ports: [], endpoints: [] }]
    : [...groups.values()].map((group) => ({ family, ...group }));
}

const portsKey = (ports: readonly BackendPort[]): string =>
  JSON.stringify(ports.map(({ name, port, protocol, appProtocol = "" }) => [name, port, protocol, appProtocol]));
const portsOfSlice = ({ ports = [] }: EndpointSlice): readonly BackendPort[] =>
  ports.map(({ name = "", port = 0, protocol = "TCP", appProtocol }) => ({
    name,
    port,
    protocol,
    ...(appProtocol && { appProtocol }),
  }));

function sliceFor(service: Service, group: Group, endpoints: readonly Endpoint[]): Write {
  const { name, namespace } = service.metadata;
  const object = {
    apiVersion: "discovery.k8s.io/v1",
    kind: "EndpointSlice",
    metadata: {
      generateName: `${name}-`,
      namespace,
      labels: labelsOf(service),
      ownerReferences: [controllerRefTo(Service, service)],
    },
    addressType: group.family,
    endpoints,
    ports: group.ports,
  };
  return { verb: "create", kind: EndpointSlice, object };
}

function writeFor(service: Service, group: Group, { slice, endpoints, changed }: Assigned): readonly Write[] {
  if (!slice) return [sliceFor(service, group, endpoints)];
  const labels = labelsOf(service);
  if (!changed && deepEqual(slice.metadata.labels, labels)) return [];
  const object = { ...slice, metadata: { ...slice.metadata, labels }, endpoints, ports: group.ports };
  return [{ verb: "update", kind: EndpointSlice, object }];
}

const deletion = (object: EndpointSlice): Write => ({ verb: "delete", kind: EndpointSlice, object });

/** The slices of one group; an empty group takes over one slice whatever its ports. */
function writesOfGroup(service: Service, group: Group, slices: readonly EndpointSlice[]): readonly Write[] {
  if (group.endpoints.length === 0) {
    const [kept, ...surplus] = slices;
    if (!kept) return [sliceFor(service, group, [])];
    const changed = (kept.endpoints ?? []).length > 0 || (kept.ports ?? []).length > 0;
    return [...writeFor(service, group, { slice: kept, endpoints: [], changed }), ...surplus.map(deletion)];
  }
  const assigned = assign(slices, group.endpoints);
  return assigned.flatMap((one): readonly Write[] =>
    one.slice && one.endpoints.length === 0 ? [deletion(one.slice)] : writeFor(service, group, one),
  );
}

function writesOfFamily(snapshot: Snapshot, family: Family): readonly Write[] {
  const { service } = snapshot;
  const slices = snapshot.slices.filter(({ addressType }) => addressType === family);
  const groups = groupsOf(snapshot, family);
  const [first] = groups;
  if (first && first.endpoints.length === 0) return writesOfGroup(service, first, slices);
  const keys = new Set(groups.map(({ ports }) => portsKey(ports)));
  const surplus = slices.filter((slice) => !keys.has(portsKey(portsOfSlice(slice))));
  const writes = groups.flatMap((group) => {
    const own = slices.filter((slice) => portsKey(portsOfSlice(slice)) === portsKey(group.ports));
    return writesOfGroup(service, group, own);
  });
  return [...writes, ...surplus.map(deletion)];
}

/** Decides about the slices of one service. */
export function plan(snapshot: Snapshot): Plan {
  const { service, slices } = snapshot;
  if (!selectorOfService(service) || service.metadata.deletionTimestamp !== undefined) return {};
  const families: readonly Family[] = service.spec?.ipFamilies ?? ["IPv4"];
  const lost = slices.filter(({ addressType }) => !families.some((family) => family === addressType));
  return { writes: [...families.flatMap((family) => writesOfFamily(snapshot, family)), ...lost.map(deletion)] };
}
