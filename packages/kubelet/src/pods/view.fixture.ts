// Builds views of pods for tests of plan and status, and prints plans as short lines.
import type { Container, Pod } from "@knots/api";
import { formatTime } from "@knots/std";
import type { Instance, RuntimePod, Sandbox } from "../runtime/runtime.ts";
import type { PodAction, PodPlan } from "./actions.ts";
import { containerHash } from "./hash.ts";
import { NO_MEMORY, type PodMemory, type PodView, type StartFailure, type Verdict } from "./view.ts";

/** Where tests count from. */
const NOON = 1_767_268_800_000;
/** Milliseconds since the epoch, `seconds` after noon. */
export const after = (seconds: number): number => NOON + seconds * 1000;

export const app: Container = { name: "app", image: "busybox" };
export const sidecar: Container = { name: "proxy", image: "busybox", restartPolicy: "Always" };

export interface Change {
  readonly spec?: Partial<Pod["spec"]>;
  readonly meta?: Partial<Pod["metadata"]>;
  readonly status?: NonNullable<Pod["status"]>;
  readonly sandboxes?: readonly Sandbox[];
  readonly runs?: readonly Instance[];
  readonly verdicts?: Readonly<Record<string, Partial<Verdict>>>;
  readonly memory?: Partial<PodMemory>;
  /** Seconds after noon. */
  readonly now?: number;
}

export function aSandbox(attempt: number, change: Partial<Sandbox> = {}): Sandbox {
  const ips = [`10.244.0.${attempt + 2}`];
  return { id: `s${attempt}`, podUid: "web-uid", attempt, ready: true, createdAt: after(attempt), ips, ...change };
}

/** A run of a container in sandbox 0; `id` is the name with the restart count. */
export function aRun(name: string, restartCount: number, change: Partial<Instance> = {}): Instance {
  return {
    id: `${name}-${restartCount}`,
    name,
    sandboxId: "s0",
    restartCount,
    hash: containerHash({ name, image: "busybox" }),
    phase: "running",
    createdAt: after(restartCount),
    startedAt: after(restartCount),
    image: "docker.io/library/busybox:latest",
    imageId: "sha256:1234",
    ...change,
  };
}

/** A run that ended `seconds` after noon. */
export const ended = (name: string, restartCount: number, exitCode: number, seconds = 0): Instance =>
  aRun(name, restartCount, { phase: "exited", exitCode, finishedAt: after(seconds) });

export const aFailure = (reason: string, change: Partial<StartFailure> = {}): StartFailure => ({
  reason,
  message: "it went wrong",
  at: after(0),
  retryAt: after(10),
  count: 1,
  hash: containerHash(app),
  ...change,
});

export function aView(change: Change): PodView {
  const { spec, meta, status = {}, sandboxes = [], runs = [], verdicts = {}, memory = {}, now = 0 } = change;
  const creationTimestamp = formatTime(NOON);
  const metadata = {
    name: "web",
    namespace: "default",
    uid: "web-uid",
    resourceVersion: "1",
    creationTimestamp,
    ...meta,
  };
  const pod: Pod = {
    apiVersion: "v1",
    kind: "Pod",
    metadata,
    spec: { nodeName: "node-1", containers: [app], ...spec },
    status,
  };
  const runtime: RuntimePod = { uid: "web-uid", sandboxes, instances: runs };
  const fine: Verdict = { started: true, ready: true };
  const judged = runs.map(({ id }) => [id, { ...fine, ...verdicts[id] }] as const);
  return { pod, runtime, verdicts: new Map(judged), memory: { ...NO_MEMORY, ...memory }, now: after(now) };
}

function actionLine(action: PodAction, now: number): string {
  switch (action.type) {
    case "create-sandbox":
      return `create sandbox ${action.attempt}`;
    case "start":
      return `start ${action.container.spec.name} ${action.restartCount}`;
    case "stop":
      return `stop ${action.id} within ${(action.deadline - now) / 1000}s${action.hurry ? " in a hurry" : ""}`;
    case "release":
      return "release";
    case "stop-sandbox":
    case "remove-sandbox":
    case "remove-container":
      return `${action.type.replace("-", " ")} ${action.id}`;
  }
}

/** `start app 0; wake at 10s`; nothing is "". */
export function planText({ actions, wakeAt }: PodPlan, now: number): string {
  const wake = wakeAt === undefined ? [] : [`wake at ${(wakeAt - NOON) / 1000}s`];
  return [...actions.map((action) => actionLine(action, now)), ...wake].join("; ");
}
