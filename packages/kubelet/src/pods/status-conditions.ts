// The conditions of a pod that the node agent writes, in upstream's order and words.
import type { ContainerStatus, Pod, PodCondition } from "@knots/api";
import { conditionOf, withCondition } from "@knots/machinery";
import { formatTime } from "@knots/std";
import { isInitialized, type Outcome } from "./outcome.ts";
import { usableSandbox } from "./plan.ts";
import { initContainers, type PodView } from "./view.ts";

interface Finding {
  readonly type: string;
  readonly status: "True" | "False";
  readonly reason?: string;
  readonly message?: string;
}

const yes = (type: string, reason?: string): Finding => ({ type, status: "True", ...(reason && { reason }) });
const no = (type: string, reason: string, message?: string): Finding => ({
  type,
  status: "False",
  reason,
  ...(message && { message }),
});
const named = (statuses: readonly ContainerStatus[]): string => `[${statuses.map(({ name }) => name).join(" ")}]`;

/** What the conditions are computed from. */
export interface ConditionInput {
  readonly view: PodView;
  readonly outcome: Outcome;
  readonly inits: readonly ContainerStatus[];
  readonly mains: readonly ContainerStatus[];
}

function initialized({ view, outcome, inits }: ConditionInput): Finding {
  if (outcome.state === "succeeded") return yes("Initialized", "PodCompleted");
  if (isInitialized(view)) return yes("Initialized");
  const roles = new Map(initContainers(view.pod).map(({ spec, role }) => [spec.name, role]));
  const open = inits.filter(({ name, ready, started }) => (roles.get(name) === "sidecar" ? !started : !ready));
  return no("Initialized", "ContainersNotInitialized", `containers with incomplete status: ${named(open)}`);
}

function containersReady({ view, outcome, inits, mains }: ConditionInput): Finding {
  if (outcome.state === "succeeded") return no("ContainersReady", "PodCompleted");
  if (outcome.state === "failed") return no("ContainersReady", "PodFailed");
  const roles = new Map(initContainers(view.pod).map(({ spec, role }) => [spec.name, role]));
  const counted = [...inits.filter(({ name }) => roles.get(name) === "sidecar"), ...mains];
  const unready = counted.filter(({ ready }) => !ready);
  if (unready.length === 0) return yes("ContainersReady");
  return no("ContainersReady", "ContainersNotReady", `containers with unready status: ${named(unready)}`);
}

function closedGates(pod: Pod): string[] {
  return (pod.spec.readinessGates ?? []).flatMap(({ conditionType }) => {
    const condition = conditionOf(pod.status?.conditions, conditionType);
    if (!condition) return [`corresponding condition of pod readiness gate "${conditionType}" does not exist.`];
    if (condition.status === "True") return [];
    return [`the status of pod readiness gate "${conditionType}" is not "True", but ${condition.status}`];
  });
}

function ready(pod: Pod, containers: Finding): Finding {
  if (containers.status !== "True") return { ...containers, type: "Ready" };
  const closed = closedGates(pod);
  return closed.length === 0 ? yes("Ready") : no("Ready", "ReadinessGatesNotReady", closed.join(", "));
}

/** The pod's conditions with ours brought up to date; those of other writers stay as they are. */
export function podConditions(input: ConditionInput): readonly PodCondition[] {
  const { pod, now } = input.view;
  const sandbox = usableSandbox(input.view) !== undefined;
  const containers = containersReady(input);
  const findings: readonly Finding[] = [
    { type: "PodReadyToStartContainers", status: sandbox ? "True" : "False" },
    initialized(input),
    ready(pod, containers),
    containers,
    yes("PodScheduled"),
  ];
  const { generation } = pod.metadata;
  const stamp = {
    lastTransitionTime: formatTime(now),
    ...(generation !== undefined && { observedGeneration: generation }),
  };
  return findings.reduce<readonly PodCondition[]>(
    (conditions, finding) => withCondition(conditions, { ...finding, ...stamp }),
    pod.status?.conditions ?? [],
  );
}
