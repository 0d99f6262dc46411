// An APIService for every group and version that the server itself serves.
import type { Transport } from "@knots/client";
import type { KubeObject } from "@knots/machinery";
import type { ResourceTable } from "../resources/table.ts";
import { ensure } from "./bootstrap.ts";

const RESOURCE = { group: "apiregistration.k8s.io", version: "v1", resource: "apiservices" };

/** Order of the group among others. */
const GROUP_ORDER: Readonly<Record<string, number>> = {
  "": 18_000,
  apps: 17_800,
  "events.k8s.io": 17_750,
  "authentication.k8s.io": 17_700,
  "authorization.k8s.io": 17_600,
  autoscaling: 17_500,
  batch: 17_400,
  "certificates.k8s.io": 17_300,
  "networking.k8s.io": 17_200,
  policy: 17_100,
  "rbac.authorization.k8s.io": 17_000,
  "storage.k8s.io": 16_800,
  "apiextensions.k8s.io": 16_700,
  "admissionregistration.k8s.io": 16_700,
  "scheduling.k8s.io": 16_600,
  "coordination.k8s.io": 16_500,
  "node.k8s.io": 16_300,
  "discovery.k8s.io": 16_200,
  "flowcontrol.apiserver.k8s.io": 16_100,
  "resource.k8s.io": 15_900,
};
const OTHER_ORDER = 1000;
/** Versions other than v1 of built-in groups, and the core group. */
const VERSION_ORDER: Readonly<Record<string, number>> = { "/v1": 1, "autoscaling/v2": 30 };
const V1_ORDER = 15;
const OTHER_VERSION_ORDER = 9;

function serviceOf(group: string, version: string): KubeObject {
  const usual = version === "v1" ? V1_ORDER : OTHER_VERSION_ORDER;
  const spec = {
    ...(group !== "" && { group }),
    version,
    groupPriorityMinimum: GROUP_ORDER[group] ?? OTHER_ORDER,
    versionPriority: VERSION_ORDER[`${group}/${version}`] ?? usual,
  };
  const labels = { "kube-aggregator.kubernetes.io/automanaged": "onstart" };
  return { metadata: { name: `${version}.${group}`, labels }, spec } as KubeObject;
}

/** Creates what is missing; the group of APIServices themselves has none. */
export async function createApiServices(transport: Transport, table: ResourceTable): Promise<void> {
  if (!table.find(RESOURCE)) return;
  const served = new Map(table.all().map(({ group, version }) => [`${group}/${version}`, { group, version }]));
  const wanted = [...served.values()].filter(({ group }) => group !== RESOURCE.group);
  await Promise.all(wanted.map(({ group, version }) => ensure(transport, RESOURCE, serviceOf(group, version))));
}
