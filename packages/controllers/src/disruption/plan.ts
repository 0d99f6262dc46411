// Disruption budgets: how many pods of a group are healthy, and how many of them may be evicted now.
import type { Pod, PodDisruptionBudget, PodDisruptionBudgetStatus } from "@knots/api";
import type { Plan, PlannedEvent } from "@knots/client";
import { formatLabelSelector, selectorFromObject, withCondition } from "@knots/machinery";
import { formatTime, parseTime } from "@knots/std";
import { isReady } from "../shared/pods.ts";
import { expectationOf, type Scaled } from "./expected.ts";

/** How long an allowed eviction is believed in while its pod stays. Milliseconds. */
export const EVICTION_TIMEOUT = 120_000;

/** What a decision about one budget is made from. */
export interface Snapshot {
  readonly budget: PodDisruptionBudget;
  /** Pods that it selects. */
  readonly pods: readonly Pod[];
  /** By UID: what manages these pods, and what manages that. */
  readonly owners: ReadonlyMap<string, Scaled>;
}

type Times = Readonly<Record<string, string>>;

/** Evictions that were allowed and whose pods are not leaving yet. */
interface Disrupted {
  readonly pods: Times;
  /** When the first of them is given up. */
  readonly recheckAt: number | undefined;
  /** Pods that should have gone by now. */
  readonly overdue: readonly Pod[];
}

function disruptedOf({ budget, pods }: Snapshot, now: number): Disrupted {
  const allowed: Times = budget.status?.disruptedPods ?? {};
  const waiting = new Map<string, string>();
  const overdue: Pod[] = [];
  for (const pod of pods) {
    const since = allowed[pod.metadata.name];
    if (since === undefined || pod.metadata.deletionTimestamp !== undefined) continue;
    if (parseTime(since) + EVICTION_TIMEOUT < now) overdue.push(pod);
    else waiting.set(pod.metadata.name, since);
  }
  const times = [...waiting.values()].map(parseTime);
  const recheckAt = times.length > 0 ? Math.min(...times) + EVICTION_TIMEOUT + 1 : undefined;
  return { pods: Object.fromEntries(waiting), recheckAt, overdue };
}

const healthyOf = (pods: readonly Pod[], disrupted: Times): number =>
  pods.filter(
    (pod) => pod.metadata.deletionTimestamp === undefined && disrupted[pod.metadata.name] === undefined && isReady(pod),
  ).length;

interface Verdict {
  readonly reason: "SufficientPods" | "InsufficientPods" | "SyncFailed";
  readonly message?: string;
}

function withVerdict(status: PodDisruptionBudgetStatus, { reason, message = "" }: Verdict, now: number) {
  const condition = {
    type: "DisruptionAllowed",
    status: reason === "SufficientPods" ? ("True" as const) : ("False" as const),
    reason,
    message,
    observedGeneration: status.observedGeneration ?? 0,
    lastTransitionTime: formatTime(now),
  };
  return { ...status, conditions: withCondition(status.conditions, condition) };
}

const warning = (regarding: Pod | PodDisruptionBudget, reason: string, message: string): PlannedEvent => ({
  regarding,
  type: "Warning",
  reason,
  message,
});

/** Nothing may be evicted while it is not known how many pods there should be. */
function failed(budget: PodDisruptionBudget, fault: string, now: number): Plan {
  const observedGeneration = budget.metadata.generation ?? 0;
  const counts = { expectedPods: 0, desiredHealthy: 0, currentHealthy: 0, ...budget.status };
  const status = withVerdict(
    { ...counts, disruptionsAllowed: 0, observedGeneration },
    { reason: "SyncFailed", message: fault },
    now,
  );
  const message = `Failed to calculate the number of expected pods: ${fault}`;
  return {
    status: { ...budget, status } as PodDisruptionBudget,
    events: [warning(budget, "CalculateExpectedPodCountFailed", message)],
  };
}

function eventsOf({ budget, pods }: Snapshot, overdue: readonly Pod[], unmanaged: readonly Pod[]) {
  const { namespace, name } = budget.metadata;
  const selector = formatLabelSelector(selectorFromObject(budget.spec?.selector));
  const events: PlannedEvent[] = [];
  if (pods.length === 0) {
    events.push({ regarding: budget, type: "Normal", reason: "NoPods", message: "No matching pods found" });
  }
  if (unmanaged.length > 0) {
    const advice = 'set ".spec.minAvailable" to a number to have them counted';
    const message = `${unmanaged.length} pods that this budget selects (${selector}) have no controller and are left out: ${advice}`;
    events.push(warning(budget, "UnmanagedPods", message));
  }
  for (const pod of overdue) {
    events.push(warning(pod, "NotDeleted", `Pod was expected by PDB ${namespace}/${name} to be deleted but it wasn't`));
  }
  return events;
}

/** Counts one budget's pods and says how many may go. */
export function plan(snapshot: Snapshot, now: number): Plan {
  const { budget, pods, owners } = snapshot;
  const expectation = expectationOf(budget, pods, owners);
  if ("fault" in expectation) return failed(budget, expectation.fault, now);
  const { expectedPods, desiredHealthy, unmanaged } = expectation;
  const disrupted = disruptedOf(snapshot, now);
  const currentHealthy = healthyOf(pods, disrupted.pods);
  const disruptionsAllowed = expectedPods <= 0 ? 0 : Math.max(0, currentHealthy - desiredHealthy);
  const { disruptedPods: _before, ...before } = budget.status ?? {};
  const counted: PodDisruptionBudgetStatus = {
    ...before,
    ...(Object.keys(disrupted.pods).length > 0 && { disruptedPods: disrupted.pods }),
    disruptionsAllowed,
    currentHealthy,
    desiredHealthy,
    expectedPods,
    observedGeneration: budget.metadata.generation ?? 0,
  };
  const status = withVerdict(counted, { reason: disruptionsAllowed > 0 ? "SufficientPods" : "InsufficientPods" }, now);
  return {
    status: { ...budget, status } as PodDisruptionBudget,
    events: eventsOf(snapshot, disrupted.overdue, unmanaged),
    ...(disrupted.recheckAt !== undefined && { wakeAt: disrupted.recheckAt }),
  };
}
