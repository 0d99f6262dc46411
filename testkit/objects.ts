// Builders of stored objects for tests: complete metadata, sensible specs, and the fields that a test cares about.
import type { Deployment, Namespace, Node, Pod, ReplicaSet, Service } from "@knots/api";
import type { KubeObject, NamespacedMeta, OwnerReference } from "@knots/machinery";
import { formatTime } from "@knots/std";

/** The moment at which builders' objects were created, and from which tests count. */
export const NOON = Date.UTC(2026, 0, 1, 12);
/** RFC 3339 time, `seconds` after noon. */
export const at = (seconds: number): string => formatTime(NOON + seconds * 1000);

type MetaChange = Partial<NamespacedMeta>;

/** Metadata of a stored object; the UID follows from the name. */
export function meta(name: string, change: MetaChange = {}): NamespacedMeta {
  const made = { name, namespace: "default", uid: `${name}-uid`, resourceVersion: "1", generation: 1 };
  return { ...made, creationTimestamp: at(0), ...change };
}

/** A managing owner reference to `owner`. */
export const managedBy = (owner: KubeObject): readonly OwnerReference[] => [
  {
    apiVersion: owner.apiVersion ?? "",
    kind: owner.kind ?? "",
    name: owner.metadata.name ?? "",
    uid: owner.metadata.uid ?? "",
    controller: true,
    blockOwnerDeletion: true,
  },
];

type PodSpec = NonNullable<Pod["spec"]>;
type PodStatus = NonNullable<Pod["status"]>;
interface PodChange {
  readonly meta?: MetaChange;
  readonly spec?: Partial<PodSpec>;
  readonly status?: Partial<PodStatus>;
  /** Seconds after noon at which the pod became ready. */
  readonly readyAt?: number;
}

/** A pod, running on node-1 and ready when `readyAt` is given, otherwise pending. */
export function aPod(name: string, change: PodChange = {}): Pod {
  const { readyAt } = change;
  const ready =
    readyAt === undefined
      ? { phase: "Pending" as const }
      : {
          phase: "Running" as const,
          conditions: [{ type: "Ready", status: "True" as const, lastTransitionTime: at(readyAt) }],
        };
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: meta(name, { labels: { app: "web" }, ...change.meta }),
    spec: {
      containers: [{ name: "app", image: "nginx" }],
      ...(readyAt !== undefined && { nodeName: "node-1" }),
      ...change.spec,
    },
    status: { ...ready, ...change.status },
  };
}

interface SetChange {
  readonly meta?: MetaChange;
  readonly spec?: Partial<NonNullable<ReplicaSet["spec"]>>;
  readonly status?: Partial<NonNullable<ReplicaSet["status"]>>;
}
const TEMPLATE = { metadata: { labels: { app: "web" } }, spec: { containers: [{ name: "app", image: "nginx" }] } };

/** A ReplicaSet of pods with `app: web`. */
export function aReplicaSet(name: string, replicas: number, change: SetChange = {}): ReplicaSet {
  return {
    apiVersion: "apps/v1",
    kind: "ReplicaSet",
    metadata: meta(name, change.meta),
    spec: { replicas, selector: { matchLabels: { app: "web" } }, template: TEMPLATE, ...change.spec },
    status: { replicas: 0, ...change.status },
  };
}

interface DeploymentChange {
  readonly meta?: MetaChange;
  readonly spec?: Partial<NonNullable<Deployment["spec"]>>;
  readonly status?: NonNullable<Deployment["status"]>;
}

/** A Deployment of pods with `app: web`, with the server's defaults. */
export function aDeployment(name: string, replicas: number, change: DeploymentChange = {}): Deployment {
  const strategy = { type: "RollingUpdate" as const, rollingUpdate: { maxSurge: "25%", maxUnavailable: "25%" } };
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: meta(name, change.meta),
    spec: {
      replicas,
      selector: { matchLabels: { app: "web" } },
      template: TEMPLATE,
      strategy,
      revisionHistoryLimit: 10,
      progressDeadlineSeconds: 600,
      ...change.spec,
    },
    status: change.status ?? {},
  };
}

interface NodeChange {
  readonly meta?: MetaChange;
  readonly spec?: NonNullable<Node["spec"]>;
  readonly status?: Partial<NonNullable<Node["status"]>>;
}

/** A ready node with 4 cores, 8Gi of memory and room for 110 pods. */
export function aNode(name: string, change: NodeChange = {}): Node {
  const { namespace: _namespace, ...metadata } = meta(name, change.meta);
  const allocatable = { cpu: "4", memory: "8Gi", pods: "110" };
  const conditions = [{ type: "Ready", status: "True" as const, lastHeartbeatTime: at(0), lastTransitionTime: at(0) }];
  return {
    apiVersion: "v1",
    kind: "Node",
    metadata: { ...metadata, labels: { "kubernetes.io/hostname": name, ...change.meta?.labels } },
    spec: change.spec ?? {},
    status: { capacity: allocatable, allocatable, conditions, ...change.status },
  };
}

/** A namespace with the finalizer that the server gives it. */
export function aNamespace(name: string, change: MetaChange = {}): Namespace {
  const { namespace: _namespace, ...metadata } = meta(name, change);
  const phase = change.deletionTimestamp === undefined ? ("Active" as const) : ("Terminating" as const);
  return { apiVersion: "v1", kind: "Namespace", metadata, spec: { finalizers: ["kubernetes"] }, status: { phase } };
}

/** A service that selects `app: web` on port 80. */
export function aService(
  name: string,
  spec: Partial<NonNullable<Service["spec"]>> = {},
  change: MetaChange = {},
): Service {
  const ports = [{ port: 80, targetPort: 80, protocol: "TCP" as const }];
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: meta(name, change),
    spec: {
      selector: { app: "web" },
      type: "ClusterIP",
      clusterIP: "10.96.0.10",
      clusterIPs: ["10.96.0.10"],
      ports,
      ...spec,
    },
  };
}
