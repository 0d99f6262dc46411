// The flow schemas and priority levels of every cluster, with upstream's names and numbers (KEP-1040).
import type { FlowSchemaSpec, PriorityLevelConfigurationSpec } from "@knots/api";
import { AUTHENTICATED_GROUP, MASTERS_GROUP, UNAUTHENTICATED_GROUP } from "../user.ts";

/** Says that the server keeps the object as it should be; an administrator who sets it to `false` keeps his own. */
export const AUTOUPDATE = "apf.kubernetes.io/autoupdate-spec";

type Rule = NonNullable<FlowSchemaSpec["rules"]>[number];
type Subject = Rule["subjects"][number];
type ResourceRule = NonNullable<Rule["resourceRules"]>[number];

/** An object that must exist; a mandatory one is as it is here, whatever anybody writes. */
export interface Seed<T> {
  readonly name: string;
  readonly spec: T;
  readonly mandatory?: true;
}

const group = (name: string): Subject => ({ kind: "Group", group: { name } });
const user = (name: string): Subject => ({ kind: "User", user: { name } });
const systemAccount = (name: string): Subject => ({
  kind: "ServiceAccount",
  serviceAccount: { namespace: "kube-system", name },
});

const EVERYBODY = [group(UNAUTHENTICATED_GROUP), group(AUTHENTICATED_GROUP)];
const MANAGER = user("system:kube-controller-manager");
const SCHEDULER = user("system:kube-scheduler");
const NODES = [group("system:nodes")];

const anyResource: ResourceRule = {
  verbs: ["*"],
  apiGroups: ["*"],
  resources: ["*"],
  clusterScope: true,
  namespaces: ["*"],
};
const inNamespaces = (verbs: readonly string[], apiGroup: string, resource: string): ResourceRule => ({
  verbs,
  apiGroups: [apiGroup],
  resources: [resource],
  namespaces: ["*"],
});
const anything = (subjects: readonly Subject[]): readonly Rule[] => [
  { subjects, resourceRules: [anyResource], nonResourceRules: [{ verbs: ["*"], nonResourceURLs: ["*"] }] },
];

/** A level whose requests wait in queues. `shares` of the server's seats, of which `lendable` percent may be borrowed. */
const queueing = (
  shares: number,
  lendable: number,
  queues: number,
  handSize: number,
): PriorityLevelConfigurationSpec => ({
  type: "Limited",
  limited: {
    nominalConcurrencyShares: shares,
    lendablePercent: lendable,
    limitResponse: { type: "Queue", queuing: { queues, handSize, queueLengthLimit: 50 } },
  },
});

export const seedLevels: readonly Seed<PriorityLevelConfigurationSpec>[] = [
  {
    name: "exempt",
    mandatory: true,
    spec: { type: "Exempt", exempt: { nominalConcurrencyShares: 0, lendablePercent: 0 } },
  },
  {
    name: "catch-all",
    mandatory: true,
    spec: {
      type: "Limited",
      limited: { nominalConcurrencyShares: 5, lendablePercent: 0, limitResponse: { type: "Reject" } },
    },
  },
  { name: "system", spec: queueing(30, 33, 64, 6) },
  { name: "node-high", spec: queueing(40, 25, 64, 6) },
  { name: "leader-election", spec: queueing(10, 0, 16, 4) },
  { name: "workload-high", spec: queueing(40, 50, 128, 6) },
  { name: "workload-low", spec: queueing(100, 90, 128, 6) },
  { name: "global-default", spec: queueing(20, 50, 128, 6) },
];

interface SchemaOptions {
  readonly level: string;
  readonly precedence: number;
  readonly rules: readonly Rule[];
  readonly by?: "ByUser" | "ByNamespace";
  readonly mandatory?: true;
}

function schema(name: string, { level, precedence, rules, by, mandatory }: SchemaOptions): Seed<FlowSchemaSpec> {
  const spec = { priorityLevelConfiguration: { name: level }, matchingPrecedence: precedence, rules };
  return {
    name,
    spec: { ...spec, ...(by && { distinguisherMethod: { type: by } }) },
    ...(mandatory && { mandatory }),
  };
}

const LEASES = inNamespaces(["get", "create", "update"], "coordination.k8s.io", "leases");
const ENDPOINTS = inNamespaces(["get", "create", "update"], "", "endpoints");
const NODE_OBJECTS: readonly ResourceRule[] = [
  { ...inNamespaces(["*"], "", "nodes"), resources: ["nodes", "nodes/status"], clusterScope: true },
  inNamespaces(["*"], "coordination.k8s.io", "leases"),
];
const PROBES = { verbs: ["get"], nonResourceURLs: ["/healthz", "/readyz", "/livez"] };
const NODES_OWN = { subjects: NODES, resourceRules: NODE_OBJECTS };
const ENDPOINTS_WRITERS = [
  MANAGER,
  systemAccount("endpoint-controller"),
  systemAccount("endpointslicemirroring-controller"),
];
const ELECTIONS = { subjects: [MANAGER, SCHEDULER, systemAccount("*")], resourceRules: [LEASES] };

export const seedSchemas: readonly Seed<FlowSchemaSpec>[] = [
  schema("exempt", { level: "exempt", precedence: 1, rules: anything([group(MASTERS_GROUP)]), mandatory: true }),
  schema("catch-all", {
    level: "catch-all",
    precedence: 10_000,
    rules: anything(EVERYBODY),
    by: "ByUser",
    mandatory: true,
  }),
  schema("probes", { level: "exempt", precedence: 2, rules: [{ subjects: EVERYBODY, nonResourceRules: [PROBES] }] }),
  schema("system-leader-election", { level: "leader-election", precedence: 100, rules: [ELECTIONS], by: "ByUser" }),
  schema("endpoint-controller", {
    level: "workload-high",
    precedence: 150,
    rules: [{ subjects: ENDPOINTS_WRITERS, resourceRules: [ENDPOINTS] }],
    by: "ByUser",
  }),
  schema("workload-leader-election", {
    level: "leader-election",
    precedence: 200,
    rules: [{ subjects: [systemAccount("*")], resourceRules: [LEASES] }],
    by: "ByUser",
  }),
  schema("system-node-high", { level: "node-high", precedence: 400, rules: [NODES_OWN], by: "ByUser" }),
  schema("system-nodes", { level: "system", precedence: 500, rules: anything(NODES), by: "ByUser" }),
  schema("kube-controller-manager", {
    level: "workload-high",
    precedence: 800,
    rules: anything([MANAGER]),
    by: "ByNamespace",
  }),
  schema("kube-scheduler", {
    level: "workload-high",
    precedence: 800,
    rules: anything([SCHEDULER]),
    by: "ByNamespace",
  }),
  schema("kube-system-service-accounts", {
    level: "workload-high",
    precedence: 900,
    rules: anything([systemAccount("*")]),
    by: "ByNamespace",
  }),
  schema("service-accounts", {
    level: "workload-low",
    precedence: 9000,
    rules: anything([group("system:serviceaccounts")]),
    by: "ByUser",
  }),
  schema("global-default", { level: "global-default", precedence: 9900, rules: anything(EVERYBODY), by: "ByUser" }),
];
