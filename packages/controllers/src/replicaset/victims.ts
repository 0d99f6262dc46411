// Which pods of a ReplicaSet go first when it has too many: those that will be missed least.
import type { Pod } from "@knots/api";
import { parseTime } from "@knots/std";
import { isActive, isReady, readySince } from "../shared/pods.ts";

const PHASES: Readonly<Record<string, number>> = { Pending: 0, Unknown: 1, Running: 2 };
/** Lets users lower or raise the price of losing a pod. */
export const DELETION_COST = "controller.kubernetes.io/pod-deletion-cost";

/** What the order needs to know of one pod. */
interface Candidate {
  readonly pod: Pod;
  readonly uid: string;
  readonly ready: boolean;
  /** Active pods of the same family on the same node. */
  readonly crowd: number;
}
type Order = (a: Candidate, b: Candidate) => number;

const smallerFirst =
  (measure: (candidate: Candidate) => number): Order =>
  (a, b) =>
    measure(a) - measure(b);

function deletionCost(pod: Pod): number {
  const text = pod.metadata.annotations?.[DELETION_COST];
  const cost = text !== undefined && /^(0|[-+]?[1-9]\d*)$/.test(text) ? Number(text) : 0;
  return Math.abs(cost) <= 2_147_483_647 ? cost : 0;
}

function restarts(pod: Pod): number {
  return Math.max(0, ...(pod.status?.containerStatuses ?? []).map((status) => status.restartCount ?? 0));
}

/** Ages are compared by order of magnitude, so that of two old pods the choice is not always the newer one. */
function ageRank(since: number | undefined, now: number): number {
  return since !== undefined && now > since ? Math.floor(Math.log2((now - since) * 1e6)) : -1;
}
const byUid: Order = (a, b) => (a.uid < b.uid ? -1 : 1);

const byAge =
  (since: (pod: Pod) => number | undefined, now: number): Order =>
  (a, b) => {
    const [left, right] = [since(a.pod), since(b.pod)];
    if (left === right) return 0;
    if (left === undefined || right === undefined) return left === undefined ? -1 : 1;
    return ageRank(left, now) - ageRank(right, now) || byUid(a, b);
  };

function orders(now: number): readonly Order[] {
  const readyAge = byAge(readySince, now);
  return [
    smallerFirst(({ pod }) => (pod.spec?.nodeName ? 1 : 0)),
    smallerFirst(({ pod }) => PHASES[pod.status?.phase ?? "Pending"] ?? 0),
    smallerFirst(({ ready }) => (ready ? 1 : 0)),
    smallerFirst(({ pod }) => deletionCost(pod)),
    smallerFirst(({ crowd }) => -crowd),
    (a, b) => (a.ready && b.ready ? readyAge(a, b) : 0),
    smallerFirst(({ pod }) => -restarts(pod)),
    byAge((pod) => parseTime(pod.metadata.creationTimestamp), now),
    byUid,
  ];
}

/** Active pods by node. */
function crowdsOf(related: readonly Pod[]): ReadonlyMap<string | undefined, number> {
  const crowds = new Map<string | undefined, number>();
  for (const { spec } of related.filter(isActive)) crowds.set(spec?.nodeName, (crowds.get(spec?.nodeName) ?? 0) + 1);
  return crowds;
}

/**
 * The first `count` of `pods` to delete: unassigned, pending, not ready, cheap, sharing a node with many of `related`,
 * ready for a short time, often restarted, new.
 */
export function chooseVictims(
  pods: readonly Pod[],
  count: number,
  context: { readonly related: readonly Pod[]; readonly now: number },
): readonly Pod[] {
  if (count >= pods.length) return pods;
  const crowds = crowdsOf(context.related);
  const candidates = pods.map((pod): Candidate => {
    const crowd = crowds.get(pod.spec?.nodeName) ?? 0;
    return { pod, uid: pod.metadata.uid, ready: isReady(pod), crowd };
  });
  const rules = orders(context.now);
  candidates.sort((a, b) => {
    for (const rule of rules) {
      const difference = rule(a, b);
      if (difference !== 0) return difference;
    }
    return 0;
  });
  return candidates.slice(0, count).map(({ pod }) => pod);
}
