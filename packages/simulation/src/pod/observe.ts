// What a kubelet would report of a pod at a moment: phase, conditions and container states, as a pure function.
import type { ContainerStatus, Pod, PodCondition, PodStatus } from "@knots/api";
import { conditionOf } from "@knots/machinery";
import { formatTime } from "@knots/std";
import { type Ending, type Life, lifeAt } from "./container-life.ts";
import type { Behaviour } from "./script.ts";

/** When and how often the node started the pod. */
export interface Start {
  /** When the node took the pod on, or came back with it (milliseconds since the epoch). */
  readonly at: number;
  /** Restarts of all containers before that. */
  readonly restarts: number;
  /** When the containers were told to stop. */
  readonly stoppedAt?: number;
}
export interface Addresses {
  readonly hostIP: string;
  readonly podIP: string;
}
/** A report, and when it changes by itself. */
export interface Observation {
  readonly status: PodStatus;
  readonly next?: number;
}

interface Observed {
  readonly name: string;
  readonly image: string;
  readonly life: Life;
}

const stateOfEnding = ({ startedAt, finishedAt, exitCode }: Ending) => ({
  terminated: {
    exitCode,
    reason: exitCode === 0 ? "Completed" : "Error",
    startedAt: formatTime(startedAt),
    finishedAt: formatTime(finishedAt),
  },
});

function stateOf(pod: Pod, { name, life }: Observed): NonNullable<ContainerStatus["state"]> {
  switch (life.state) {
    case "creating":
      return { waiting: { reason: "ContainerCreating" } };
    case "running":
      return { running: { startedAt: formatTime(life.startedAt) } };
    case "backing-off": {
      const { namespace, name: podName, uid } = pod.metadata;
      const message = `back-off ${life.delay / 1000}s restarting failed container=${name} pod=${podName}_${namespace}(${uid})`;
      return { waiting: { reason: "CrashLoopBackOff", message } };
    }
    case "ended":
      return stateOfEnding(life.end);
  }
}

const isReady = (life: Life, now: number): boolean => life.state === "running" && now >= life.readyAt;

function statusOf(pod: Pod, observed: Observed, now: number): ContainerStatus {
  const { name, image, life } = observed;
  const running = life.state === "running";
  return {
    name,
    image,
    imageID: `docker-pullable://${image}`,
    ready: isReady(life, now),
    started: running,
    restartCount: life.restarts,
    state: stateOf(pod, observed),
    lastState: life.last ? stateOfEnding(life.last) : {},
    ...(running && { containerID: `simulated://${pod.metadata.uid}/${name}/${life.restarts}` }),
  };
}

function phaseOf(lives: readonly Life[]): NonNullable<PodStatus["phase"]> {
  const ends = lives.flatMap((life) => (life.state === "ended" ? [life.end] : []));
  if (ends.length === lives.length) return ends.some(({ exitCode }) => exitCode !== 0) ? "Failed" : "Succeeded";
  return lives.some((life) => life.state === "creating" && life.restarts === 0) ? "Pending" : "Running";
}

/** A condition whose transition time stays while its status stays. */
function condition(pod: Pod, next: Omit<PodCondition, "lastTransitionTime">, now: number): PodCondition {
  const old = conditionOf(pod.status?.conditions, next.type);
  const since = old?.status === next.status ? old.lastTransitionTime : undefined;
  return { ...next, lastTransitionTime: since ?? formatTime(now) };
}

/** Why the pod is not ready; undefined when it is. */
function unreadiness(pod: Pod, lives: readonly Observed[], now: number) {
  const waiting = lives.filter(({ life }) => !isReady(life, now)).map(({ name }) => name);
  if (lives.every(({ life }) => life.state === "ended" && life.end.exitCode === 0))
    return { containers: { reason: "PodCompleted" } };
  if (waiting.length > 0) {
    return {
      containers: { reason: "ContainersNotReady", message: `containers with unready status: [${waiting.join(" ")}]` },
    };
  }
  const gates = (pod.spec?.readinessGates ?? []).filter(
    ({ conditionType }) => conditionOf(pod.status?.conditions, conditionType)?.status !== "True",
  );
  const message = gates
    .map(({ conditionType }) => {
      const known = conditionOf(pod.status?.conditions, conditionType);
      return `the status of pod readiness gate "${conditionType}" is not "True", but ${known?.status ?? "False"}`;
    })
    .join(", ");
  return gates.length > 0 ? { gates: { reason: "ReadinessGatesNotReady", message } } : {};
}

function conditionsOf(pod: Pod, lives: readonly Observed[], now: number): readonly PodCondition[] {
  const { containers, gates } = unreadiness(pod, lives, now);
  const cause = containers ?? gates;
  const simple = (type: string, fault?: { readonly reason: string; readonly message?: string }): PodCondition =>
    condition(pod, { type, status: fault ? "False" : "True", ...fault }, now);
  return [
    simple("PodReadyToStartContainers"),
    simple("Initialized"),
    simple("Ready", cause),
    simple("ContainersReady", containers),
    simple("PodScheduled"),
  ];
}

/** A container that was told to stop: it ends when it wants to, or is killed when the grace period is over. */
function stopped(life: Life, stopAt: number, stopAfter: number, grace: number): Life {
  if (life.state === "ended") return life;
  const startedAt = life.state === "running" ? life.startedAt : stopAt;
  const killed = stopAfter > grace;
  const end = { startedAt, finishedAt: stopAt + Math.min(stopAfter, grace), exitCode: killed ? 137 : 0 };
  return { state: "ended", restarts: life.restarts, end, ...(life.last && { last: life.last }) };
}

interface Scene {
  readonly start: Start;
  readonly behaviour: Behaviour;
  readonly addresses: Addresses;
}

/** When every container has ended after the stop signal. */
export function endOfStop(pod: Pod, behaviour: Behaviour, stoppedAt: number): number {
  const grace = (pod.metadata.deletionGracePeriodSeconds ?? pod.spec?.terminationGracePeriodSeconds ?? 30) * 1000;
  const delays = (pod.spec?.containers ?? []).map(({ name }) => behaviour(pod, name).stopAfter ?? 0);
  return stoppedAt + Math.min(grace, Math.max(0, ...delays));
}

function livesOf(pod: Pod, { start, behaviour }: Scene, now: number): readonly Observed[] {
  const policy = pod.spec?.restartPolicy ?? "Always";
  const grace = (pod.metadata.deletionGracePeriodSeconds ?? 30) * 1000;
  return (pod.spec?.containers ?? []).map(({ name, image = "" }) => {
    const script = behaviour(pod, name);
    const course = { script, policy, from: start.at, restartsBefore: start.restarts };
    const life = lifeAt(course, Math.min(now, start.stoppedAt ?? now));
    const { stopAfter = 0 } = script;
    const over = start.stoppedAt !== undefined && now >= start.stoppedAt + Math.min(stopAfter, grace);
    return { name, image, life: over ? stopped(life, start.stoppedAt ?? now, stopAfter, grace) : life };
  });
}

/** The report at `now`. */
export function observe(pod: Pod, scene: Scene, now: number): Observation {
  const lives = livesOf(pod, scene, now);
  const times = lives.map(({ life }) => life.next).filter((next) => next !== undefined);
  const { hostIP, podIP } = scene.addresses;
  const status: PodStatus = {
    phase: phaseOf(lives.map(({ life }) => life)),
    conditions: conditionsOf(pod, lives, now),
    hostIP,
    hostIPs: [{ ip: hostIP }],
    podIP,
    podIPs: [{ ip: podIP }],
    startTime: pod.status?.startTime ?? formatTime(scene.start.at),
    containerStatuses: lives.map((observed) => statusOf(pod, observed, now)),
  };
  return { status, ...(times.length > 0 && { next: Math.min(...times) }) };
}
