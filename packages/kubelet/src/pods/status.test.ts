// What the status says in each situation, one row for each word that people meet.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { ContainerState, PodStatus } from "@knots/api";
import fc from "fast-check";
import { at } from "../../../../testkit/objects.ts";
import { podStatus } from "./status.ts";
import { aFailure, after, app, aRun, aSandbox, aView, type Change, ended, sidecar } from "./view.fixture.ts";

const up = { sandboxes: [aSandbox(0)] };
const init = { name: "a", image: "busybox" };
const crash = { crashes: new Map([["app", { delay: 10_000, raisedAt: after(1) }]]) };
const failing = (reason: string, change = {}) => ({ failures: new Map([["app", aFailure(reason, change)]]) });
const deleted = { deletionTimestamp: at(30), deletionGracePeriodSeconds: 30 };
const status = (change: Change): PodStatus => podStatus(aView(change), ["192.0.2.10"]);

function stateText(state: ContainerState | undefined): string {
  if (state?.waiting) return `waiting ${state.waiting.reason}`;
  if (state?.terminated) return `terminated ${state.terminated.reason} ${state.terminated.exitCode}`;
  return state?.running ? "running" : "-";
}

/** `Running ready: app running (was terminated Error 1) x2`. */
function summary({ phase, conditions, initContainerStatuses = [], containerStatuses = [] }: PodStatus): string {
  const ready = conditions?.find(({ type }) => type === "Ready")?.status === "True" ? " ready" : "";
  const lines = [...initContainerStatuses, ...containerStatuses].map(({ name, state, lastState, restartCount }) => {
    const before = stateText(lastState);
    return `${name} ${stateText(state)}${before === "-" ? "" : ` (was ${before})`}${restartCount > 0 ? ` x${restartCount}` : ""}`;
  });
  return `${phase}${ready}: ${lines.join(", ")}`;
}

const rows: readonly (readonly [sentence: string, change: Change, summary: string])[] = [
  ["a new pod waits", {}, "Pending: app waiting ContainerCreating"],
  [
    "behind init containers it waits with another word",
    { ...up, spec: { initContainers: [init] }, runs: [aRun("a", 0)] },
    "Pending: a running, app waiting PodInitializing",
  ],
  ["an image that cannot be pulled", { ...up, memory: failing("ErrImagePull") }, "Pending: app waiting ErrImagePull"],
  [
    "and later waits for the next try",
    { ...up, now: 6, memory: failing("ErrImagePull") },
    "Pending: app waiting ImagePullBackOff",
  ],
  [
    "a bad image name stays what it is",
    { ...up, now: 6, memory: failing("InvalidImageName") },
    "Pending: app waiting InvalidImageName",
  ],
  [
    "an image that must be there and is not",
    { ...up, memory: failing("ErrImageNeverPull") },
    "Pending: app waiting ErrImageNeverPull",
  ],
  [
    "a missing ConfigMap",
    { ...up, memory: failing("CreateContainerConfigError") },
    "Pending: app waiting CreateContainerConfigError",
  ],
  [
    "a program that cannot be started",
    {
      ...up,
      runs: [aRun("app", 0, { phase: "exited", exitCode: 128, reason: "StartError" })],
      memory: failing("RunContainerError"),
    },
    "Running: app waiting RunContainerError (was terminated StartError 128)",
  ],
  ["a running container without a probe is ready", { ...up, runs: [aRun("app", 0)] }, "Running ready: app running"],
  [
    "one whose readiness probe has not passed is not",
    { ...up, runs: [aRun("app", 0)], verdicts: { "app-0": { ready: false } } },
    "Running: app running",
  ],
  [
    "nor is one whose startup probe has not",
    { ...up, runs: [aRun("app", 0)], verdicts: { "app-0": { started: false } } },
    "Running: app running",
  ],
  [
    "nor a pod with one such container of two",
    {
      ...up,
      spec: { containers: [app, { name: "b", image: "busybox" }] },
      runs: [aRun("app", 0), aRun("b", 0)],
      verdicts: { "b-0": { ready: false } },
    },
    "Running: app running, b running",
  ],
  [
    "a readiness gate holds readiness back",
    { ...up, spec: { readinessGates: [{ conditionType: "example.com/ok" }] }, runs: [aRun("app", 0)] },
    "Running: app running",
  ],
  [
    "until its condition is true",
    {
      ...up,
      spec: { readinessGates: [{ conditionType: "example.com/ok" }] },
      status: { conditions: [{ type: "example.com/ok", status: "True" }] },
      runs: [aRun("app", 0)],
    },
    "Running ready: app running",
  ],
  [
    "a container that ended and starts again at once",
    { ...up, runs: [ended("app", 0, 1)] },
    "Running: app terminated Error 1",
  ],
  [
    "one that crashes again and again",
    { ...up, now: 3, runs: [ended("app", 1, 1, 2)], memory: crash },
    "Running: app waiting CrashLoopBackOff (was terminated Error 1) x1",
  ],
  [
    "while it is being started it waits for nothing",
    { ...up, now: 3, runs: [ended("app", 1, 1, 2)], memory: { ...crash, busy: new Map([["app", { type: "start" }]]) } },
    "Running: app terminated Error 1 x1",
  ],
  [
    "a restarted one remembers its last end",
    { ...up, runs: [aRun("app", 2), ended("app", 1, 137)] },
    "Running ready: app running (was terminated Error 137) x2",
  ],
  [
    "one that was killed for its memory",
    { ...up, runs: [aRun("app", 1), aRun("app", 0, { phase: "exited", exitCode: 137, reason: "OOMKilled" })] },
    "Running ready: app running (was terminated OOMKilled 137) x1",
  ],
  [
    "the restart count of an earlier status is kept",
    {
      ...up,
      status: { containerStatuses: [{ name: "app", image: "", imageID: "", ready: true, restartCount: 7 }] },
      runs: [aRun("app", 2)],
    },
    "Running ready: app running x7",
  ],
  [
    "all ended well",
    { spec: { restartPolicy: "Never" }, runs: [ended("app", 0, 0)] },
    "Succeeded: app terminated Completed 0",
  ],
  [
    "one ended badly",
    { spec: { restartPolicy: "Never" }, runs: [ended("app", 0, 3)] },
    "Failed: app terminated Error 3",
  ],
  [
    "a failed init container fails the pod",
    { spec: { restartPolicy: "Never", initContainers: [init] }, runs: [ended("a", 0, 1)] },
    "Failed: a terminated Error 1, app waiting PodInitializing",
  ],
  [
    "the pod goes on while its sidecar still stops",
    {
      ...up,
      spec: { restartPolicy: "Never", initContainers: [sidecar] },
      runs: [ended("app", 0, 0), aRun("proxy", 0)],
    },
    "Running: proxy running, app terminated Completed 0",
  ],
  [
    "a deleted pod that has ended is over",
    { ...up, meta: deleted, runs: [ended("app", 0, 143)] },
    "Failed: app terminated Error 143",
  ],
  [
    "a deleted pod that still runs stays ready",
    { ...up, meta: deleted, runs: [aRun("app", 0)] },
    "Running ready: app running",
  ],
];
for (const [sentence, change, expected] of rows) test(sentence, () => assert.equal(summary(status(change)), expected));

function conditionText(change: Change, type: string): string {
  const condition = status(change).conditions?.find((each) => each.type === type);
  return `${condition?.status} ${condition?.reason ?? ""} ${condition?.message ?? ""}`.trim();
}

const conditions: readonly (readonly [sentence: string, change: Change, type: string, text: string])[] = [
  [
    "who is not ready is named",
    up,
    "ContainersReady",
    "False ContainersNotReady containers with unready status: [app]",
  ],
  ["Ready says the same", up, "Ready", "False ContainersNotReady containers with unready status: [app]"],
  [
    "init containers that are open are named",
    { ...up, spec: { initContainers: [init] } },
    "Initialized",
    "False ContainersNotInitialized containers with incomplete status: [a]",
  ],
  [
    "a gate without a condition is named",
    { ...up, spec: { readinessGates: [{ conditionType: "x/y" }] }, runs: [aRun("app", 0)] },
    "Ready",
    'False ReadinessGatesNotReady corresponding condition of pod readiness gate "x/y" does not exist.',
  ],
  [
    "a completed pod is not ready",
    { spec: { restartPolicy: "Never" }, runs: [ended("app", 0, 0)] },
    "Ready",
    "False PodCompleted",
  ],
  [
    "a failed pod neither",
    { spec: { restartPolicy: "Never" }, runs: [ended("app", 0, 1)] },
    "Ready",
    "False PodFailed",
  ],
  ["without a sandbox nothing can start", {}, "PodReadyToStartContainers", "False"],
  ["with one it can", up, "PodReadyToStartContainers", "True"],
  ["conditions of others stay", { status: { conditions: [{ type: "x/y", status: "Unknown" }] } }, "x/y", "Unknown"],
];
for (const [sentence, change, type, expected] of conditions)
  test(sentence, () => assert.equal(conditionText(change, type), expected));

test("a deadline that has passed is the pod's reason", () => {
  const { phase, reason } = status({ now: 60, spec: { activeDeadlineSeconds: 60 }, status: { startTime: at(0) } });
  assert.deepEqual([phase, reason], ["Failed", "DeadlineExceeded"]);
});

test("addresses: the sandbox's, the node's on its network, and the last one when the sandbox is gone", () => {
  assert.deepEqual(status(up).podIPs, [{ ip: "10.244.0.2" }]);
  const host = { spec: { hostNetwork: true }, sandboxes: [aSandbox(0, { ips: [] })] };
  assert.deepEqual([status(host).podIP, status(host).hostIP], ["192.0.2.10", "192.0.2.10"]);
  assert.equal(status({ status: { podIP: "10.244.0.9" } }).podIP, "10.244.0.9");
});

test("a transition time changes only with its status", () => {
  const first = status({ ...up, now: 1 });
  const second = status({ ...up, now: 5, status: first });
  assert.deepEqual(second.conditions, first.conditions);
});

test("whatever the runtime has lost, restart counts never go back and nothing is ready that does not run", () => {
  const run = fc.record({ count: fc.nat(5), alive: fc.boolean(), code: fc.nat(2) });
  fc.assert(
    fc.property(fc.array(run, { maxLength: 3 }), fc.nat(9), fc.boolean(), (list, written, ready) => {
      const sorted = list.toSorted((a, b) => b.count - a.count);
      const runs = sorted.map(({ count, alive, code }, place) =>
        alive && place === 0 ? aRun("app", count) : ended("app", count, code),
      );
      const verdicts = Object.fromEntries(runs.map(({ id }) => [id, { ready }]));
      const before = {
        containerStatuses: [{ name: "app", image: "", imageID: "", ready: true, restartCount: written }],
      };
      const [now] = status({ ...up, runs, verdicts, status: before }).containerStatuses ?? [];
      assert.ok((now?.restartCount ?? 0) >= written);
      assert.equal(now?.ready, ready && runs[0]?.phase === "running");
    }),
  );
});
