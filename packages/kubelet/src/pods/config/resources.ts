// From requests and limits to what the kernel is told.
import type { Container, Pod } from "@knots/api";
import { quantityMilli, quantityValue } from "@knots/machinery";
import type { LinuxContainerResources } from "../../cri/messages/sandbox.ts";
import type { GroupLimits } from "../ports.ts";
import { allContainers } from "../view.ts";
import { qosClass } from "./qos.ts";
import type { NodeSettings } from "./settings.ts";

const PERIOD = 100_000;
const MIN_QUOTA = 1000;
const MIN_SHARES = 2;
const MAX_SHARES = 262_144;
const SHARES_PER_CORE = 1024;

/** Who is killed first when memory runs out: upstream's scores. */
const SAFEST = -997;
const FIRST = 1000;

type Resources = Container["resources"];

const milli = (amount: string | undefined): number => (amount === undefined ? 0 : quantityMilli(amount));
const bytes = (amount: string | undefined): number => (amount === undefined ? 0 : quantityValue(amount));

/** Weight of `cpu` thousandths of a core. */
export const cpuShares = (cpu: number): number =>
  Math.min(MAX_SHARES, Math.max(MIN_SHARES, Math.floor((cpu * SHARES_PER_CORE) / 1000)));
/** Microseconds per period of 100 ms for a limit of `cpu` thousandths of a core. */
export const cpuQuota = (cpu: number): number => Math.max(MIN_QUOTA, Math.floor((cpu * PERIOD) / 1000));

const requestOf = (resources: Resources, name: string): string | undefined =>
  resources?.requests?.[name] ?? resources?.limits?.[name];

/** How willingly the kernel kills the container, from -997 (last) to 1000 (first). */
export function oomScore(pod: Pod, container: Container, memoryBytes: number): number {
  const qos = qosClass(pod);
  if (qos === "Guaranteed" || (pod.spec.priority ?? 0) >= 2_000_000_000) return SAFEST;
  if (qos === "BestEffort") return FIRST;
  const share = Math.floor((1000 * bytes(requestOf(container.resources, "memory"))) / memoryBytes);
  return Math.min(FIRST - 1, Math.max(FIRST + SAFEST, FIRST - share));
}

/** Limits of one container. */
export function containerResources(pod: Pod, container: Container, settings: NodeSettings): LinuxContainerResources {
  const { resources } = container;
  const limit = milli(resources?.limits?.["cpu"]);
  const memory = bytes(resources?.limits?.["memory"]);
  return {
    cpuPeriod: PERIOD,
    cpuShares: cpuShares(milli(requestOf(resources, "cpu"))),
    ...(limit > 0 && { cpuQuota: cpuQuota(limit) }),
    ...(memory > 0 && { memoryLimitInBytes: memory }),
    oomScoreAdj: oomScore(pod, container, settings.memoryBytes),
  };
}

/** What the pod takes at most at one time: all that run together, or the greatest that runs before them. */
function together(pod: Pod, amount: (resources: Resources) => number): number {
  const containers = allContainers(pod);
  const of = (role: string): number[] => containers.filter((c) => c.role === role).map((c) => amount(c.spec.resources));
  const sum = [...of("main"), ...of("sidecar")].reduce((a, b) => a + b, 0);
  return Math.max(sum, ...of("init"));
}

/** Limits of the pod's group as a whole: a limit holds only when every container has one. */
export function podLimits(pod: Pod): GroupLimits {
  const counted = allContainers(pod).filter(({ role }) => role !== "ephemeral");
  const all = (name: string): boolean => counted.every(({ spec }) => spec.resources?.limits?.[name] !== undefined);
  const shares = cpuShares(together(pod, (resources) => milli(requestOf(resources, "cpu"))));
  const cpu = all("cpu") ? together(pod, (resources) => milli(resources?.limits?.["cpu"])) : 0;
  const memory = all("memory") ? together(pod, (resources) => bytes(resources?.limits?.["memory"])) : 0;
  return {
    cpuShares: shares,
    ...(cpu > 0 && { cpuQuota: { quota: cpuQuota(cpu), period: PERIOD } }),
    ...(memory > 0 && { memoryBytes: memory }),
  };
}

/** The pod's group: below that of its class, as upstream's are. */
export function podGroup(pod: Pod, { groupRoot }: NodeSettings): string {
  const qos = qosClass(pod);
  const parent = qos === "Guaranteed" ? groupRoot : `${groupRoot}/${qos.toLowerCase()}`;
  return `${parent}/pod${pod.metadata.uid}`;
}

/** Where the group of a pod can be whose class is not known. */
export const podGroups = (uid: string, { groupRoot }: NodeSettings): readonly string[] =>
  ["", "/burstable", "/besteffort"].map((qos) => `${groupRoot}${qos}/pod${uid}`);
