// How many pods a budget counts on: the scale of whatever manages its pods, and how many of them must be healthy.
import { builtinKinds, type Pod, type PodDisruptionBudget } from "@knots/api";
import type { KubeObject, OwnerReference } from "@knots/machinery";
import { controllerRefOf } from "../shared/owner.ts";

/** Something that says how many pods it wants. */
export interface Scaled extends KubeObject {
  readonly spec?: { readonly replicas?: number };
}
/** What a budget is measured by. */
export interface Expectation {
  readonly expectedPods: number;
  readonly desiredHealthy: number;
  /** Pods that nobody manages and that a share of the scale therefore cannot count. */
  readonly unmanaged: readonly Pod[];
}
/** Why pods cannot be counted. */
export interface Uncountable {
  readonly fault: string;
}
interface Scale {
  readonly expectedPods: number;
  readonly unmanaged: readonly Pod[];
}

const SCALED: Readonly<Record<string, string>> = {
  ReplicaSet: "apps",
  Deployment: "apps",
  StatefulSet: "apps",
  ReplicationController: "",
};
const groupOf = (apiVersion: string): string => (apiVersion.includes("/") ? (apiVersion.split("/")[0] ?? "") : "");

/** Whether the owner is of a kind that has a scale and manages pods. */
export const hasScale = ({ apiVersion, kind }: OwnerReference): boolean => SCALED[kind] === groupOf(apiVersion);

function withoutScale({ apiVersion, kind }: OwnerReference): Uncountable {
  const group = groupOf(apiVersion);
  const known = builtinKinds.find((each) => each.group === group && each.kind === kind);
  const resource = known?.plural ?? `${kind.toLowerCase()}s`;
  const name = group ? `${resource}.${group}` : resource;
  return { fault: `${name} does not implement the scale subresource` };
}

type Owners = ReadonlyMap<string, Scaled>;

/** The last of a pod's managers: that of its ReplicaSet where there is one; undefined when it is gone. */
function managerOf(reference: OwnerReference, owners: Owners): Scaled | undefined {
  const direct = owners.get(reference.uid);
  const above = direct && controllerRefOf(direct);
  return above?.kind === "Deployment" && groupOf(above.apiVersion) === "apps" ? owners.get(above.uid) : direct;
}

function scaleOf(pods: readonly Pod[], owners: Owners): Scale | Uncountable {
  const replicas = new Map<string, number>();
  const unmanaged: Pod[] = [];
  for (const pod of pods) {
    const reference = controllerRefOf(pod);
    if (!reference) {
      unmanaged.push(pod);
      continue;
    }
    if (!hasScale(reference)) return withoutScale(reference);
    const manager = managerOf(reference, owners);
    if (!manager) return { fault: `found no controllers for pod ${JSON.stringify(pod.metadata.name)}` };
    replicas.set(manager.metadata.uid ?? "", manager.spec?.replicas ?? 1);
  }
  return { expectedPods: [...replicas.values()].reduce((total, count) => total + count, 0), unmanaged };
}

/** Percentages are rounded up, for what may be missing as for what must stay. */
const share = (amount: number | string, total: number): number =>
  typeof amount === "number" ? amount : Math.ceil((Number.parseInt(amount, 10) * total) / 100);

/** The numbers of one budget; a plain `minAvailable` counts the pods that are there, everything else their scale. */
export function expectationOf(
  { spec }: PodDisruptionBudget,
  pods: readonly Pod[],
  owners: Owners,
): Expectation | Uncountable {
  const { minAvailable, maxUnavailable } = spec ?? {};
  if (typeof minAvailable === "number" && maxUnavailable === undefined)
    return { expectedPods: pods.length, desiredHealthy: minAvailable, unmanaged: [] };
  if (minAvailable === undefined && maxUnavailable === undefined)
    return { expectedPods: 0, desiredHealthy: 0, unmanaged: [] };
  const scale = scaleOf(pods, owners);
  if ("fault" in scale) return scale;
  const { expectedPods } = scale;
  const desiredHealthy =
    maxUnavailable === undefined
      ? share(minAvailable ?? 0, expectedPods)
      : Math.max(0, expectedPods - share(maxUnavailable, expectedPods));
  return { ...scale, desiredHealthy };
}
