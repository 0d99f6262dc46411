// What is done for a pod in each situation.
import assert from "node:assert/strict";
import { test } from "node:test";
import { at } from "../../../../testkit/objects.ts";
import { planPod } from "./plan.ts";
import { aFailure, after, app, aRun, aSandbox, aView, type Change, ended, planText, sidecar } from "./view.fixture.ts";
import { SANDBOX } from "./view.ts";

const init = (name: string) => ({ name, image: "busybox" });
const up = { sandboxes: [aSandbox(0)] };
const deleted = (grace = 30) => ({ deletionTimestamp: at(grace), deletionGracePeriodSeconds: grace });
const busy = (target: string, type: "sandbox" | "start" | "remove" | "release") => new Map([[target, { type }]]);
const stopping = (name: string, seconds: number) =>
  new Map([[name, { type: "stop", deadline: after(seconds) } as const]]);

type Row = readonly [sentence: string, change: Change, plan: string];

const starting: readonly Row[] = [
  ["a new pod gets a sandbox", {}, "create sandbox 0"],
  ["while the sandbox is made, nothing else happens", { memory: { busy: busy(SANDBOX, "sandbox") } }, ""],
  [
    "a sandbox that could not be made is tried again later",
    { memory: { failures: new Map([[SANDBOX, aFailure("FailedCreatePodSandBox")]]) } },
    "wake at 10s",
  ],
  ["in a ready sandbox the container starts", up, "start app 0"],
  ["a sandbox without an address is replaced", { sandboxes: [aSandbox(0, { ips: [] })] }, "create sandbox 1"],
  [
    "unless the pod is on the node's network",
    { spec: { hostNetwork: true }, sandboxes: [aSandbox(0, { ips: [] })] },
    "start app 0",
  ],
  ["all containers start together", { ...up, spec: { containers: [app, init("b")] } }, "start app 0; start b 0"],
  ["a container that is being started is left alone", { ...up, memory: { busy: busy("app", "start") } }, ""],
  [
    "a container that was made but not started is made anew",
    { ...up, runs: [aRun("app", 0, { phase: "created" })] },
    "remove container app-0",
  ],
  ["a running pod needs nothing", { ...up, runs: [aRun("app", 0)] }, ""],
  [
    "a failed start is tried again later, after the word has changed once",
    { ...up, memory: { failures: new Map([["app", aFailure("ErrImagePull")]]) } },
    "wake at 5s",
  ],
  [
    "then at its time",
    { ...up, now: 6, memory: { failures: new Map([["app", aFailure("ErrImagePull")]]) } },
    "wake at 10s",
  ],
  [
    "a start that failed with another image is tried at once",
    { ...up, memory: { failures: new Map([["app", aFailure("ErrImagePull", { hash: "other" })]]) } },
    "start app 0",
  ],
  [
    "a container known from an earlier status keeps counting",
    {
      ...up,
      status: {
        containerStatuses: [
          { name: "app", image: "", imageID: "", ready: true, restartCount: 4, containerID: "containerd://x" },
        ],
      },
    },
    "start app 5",
  ],
];

const restarting: readonly Row[] = [
  ["the first restart is immediate", { ...up, runs: [ended("app", 0, 1)] }, "start app 1"],
  ["Always restarts after success too", { ...up, runs: [ended("app", 0, 0)] }, "start app 1"],
  [
    "OnFailure restarts after a failure",
    { ...up, spec: { restartPolicy: "OnFailure" }, runs: [ended("app", 0, 1)] },
    "start app 1",
  ],
  [
    "OnFailure does not restart after success: the address is given back",
    { ...up, spec: { restartPolicy: "OnFailure" }, runs: [ended("app", 0, 0)] },
    "stop sandbox s0",
  ],
  [
    "Never does not restart",
    { ...up, spec: { restartPolicy: "Never" }, runs: [ended("app", 0, 1)] },
    "stop sandbox s0",
  ],
  [
    "a second crash waits 10 s from its end",
    {
      ...up,
      now: 3,
      runs: [ended("app", 1, 1, 2)],
      memory: { crashes: new Map([["app", { delay: 10_000, raisedAt: after(1) }]]) },
    },
    "wake at 12s",
  ],
  [
    "and then starts",
    {
      ...up,
      now: 12,
      runs: [ended("app", 1, 1, 2)],
      memory: { crashes: new Map([["app", { delay: 10_000, raisedAt: after(1) }]]) },
    },
    "start app 2",
  ],
  [
    "after ten good minutes a crash waits for nothing",
    {
      ...up,
      now: 700,
      runs: [ended("app", 1, 1, 700)],
      memory: { crashes: new Map([["app", { delay: 300_000, raisedAt: after(1) }]]) },
    },
    "start app 2",
  ],
  [
    "a container that failed its liveness probe is stopped with the pod's grace",
    { ...up, runs: [aRun("app", 0)], verdicts: { "app-0": { failed: { probe: "liveness" } } } },
    "stop app-0 within 30s",
  ],
  [
    "or with the probe's own",
    { ...up, runs: [aRun("app", 0)], verdicts: { "app-0": { failed: { probe: "startup", graceSeconds: 5 } } } },
    "stop app-0 within 5s",
  ],
  [
    "a stop under way is not repeated",
    {
      ...up,
      runs: [aRun("app", 0)],
      verdicts: { "app-0": { failed: { probe: "liveness" } } },
      memory: { busy: stopping("app", 30) },
    },
    "",
  ],
  [
    "a changed image stops the container",
    { ...up, spec: { containers: [{ name: "app", image: "other" }] }, runs: [aRun("app", 0)] },
    "stop app-0 within 30s",
  ],
  [
    "one container of two restarts alone",
    { ...up, spec: { containers: [app, init("b")] }, runs: [aRun("app", 0), ended("b", 0, 137)] },
    "start b 1",
  ],
  [
    "of ended runs the last two stay",
    { ...up, runs: [aRun("app", 3), ended("app", 2, 1), ended("app", 1, 1), ended("app", 0, 1)] },
    "remove container app-1; remove container app-0",
  ],
];

const sandboxes: readonly Row[] = [
  [
    "a dead sandbox is replaced",
    { sandboxes: [aSandbox(0, { ready: false })], runs: [ended("app", 0, 137)] },
    "create sandbox 1",
  ],
  [
    "first what still runs in it is stopped",
    { sandboxes: [aSandbox(0, { ready: false })], runs: [aRun("app", 0)] },
    "stop app-0 within 30s",
  ],
  [
    "in the new one the container starts again; the old one stays while its run is shown",
    { sandboxes: [aSandbox(1), aSandbox(0, { ready: false })], runs: [ended("app", 0, 137)] },
    "start app 1",
  ],
  [
    "an old sandbox goes with its last shown run",
    {
      sandboxes: [aSandbox(1), aSandbox(0, { ready: false })],
      runs: [aRun("app", 2, { sandboxId: "s1" }), { ...ended("app", 1, 1), sandboxId: "s1" }],
    },
    "remove sandbox s0",
  ],
  [
    "of two ready sandboxes the older one is stopped",
    { sandboxes: [aSandbox(1), aSandbox(0)], runs: [aRun("app", 2, { sandboxId: "s1" })] },
    "stop sandbox s0",
  ],
  [
    "a pod that never restarts does not get a second sandbox",
    { sandboxes: [aSandbox(0, { ready: false })], spec: { restartPolicy: "Never" }, runs: [ended("app", 0, 137)] },
    "",
  ],
  [
    "init containers run again in a new sandbox",
    {
      spec: { initContainers: [init("a")] },
      sandboxes: [aSandbox(1), aSandbox(0, { ready: false })],
      runs: [ended("app", 0, 137), ended("a", 0, 0)],
    },
    "start a 1",
  ],
];

const inits: readonly Row[] = [
  ["the first init container starts alone", { ...up, spec: { initContainers: [init("a"), init("b")] } }, "start a 0"],
  [
    "while it runs nothing else starts",
    { ...up, spec: { initContainers: [init("a"), init("b")] }, runs: [aRun("a", 0)] },
    "",
  ],
  [
    "when it has ended well the second starts",
    { ...up, spec: { initContainers: [init("a"), init("b")] }, runs: [ended("a", 0, 0)] },
    "start b 0",
  ],
  [
    "when all have, the others start",
    { ...up, spec: { initContainers: [init("a")] }, runs: [ended("a", 0, 0)] },
    "start app 0",
  ],
  [
    "one that failed is tried again",
    { ...up, spec: { initContainers: [init("a"), init("b")] }, runs: [ended("a", 0, 1)] },
    "start a 1",
  ],
  [
    "with Never the pod has failed",
    { ...up, spec: { restartPolicy: "Never", initContainers: [init("a")] }, runs: [ended("a", 0, 1)] },
    "stop sandbox s0",
  ],
  [
    "a sidecar that has not passed its startup probe holds the rest",
    {
      ...up,
      spec: { initContainers: [sidecar, init("a")] },
      runs: [aRun("proxy", 0)],
      verdicts: { "proxy-0": { started: false } },
    },
    "",
  ],
  [
    "then the next one starts beside it",
    { ...up, spec: { initContainers: [sidecar, init("a")] }, runs: [aRun("proxy", 0)] },
    "start a 0",
  ],
  [
    "a sidecar that ends is started again, even with Never",
    {
      ...up,
      spec: { restartPolicy: "Never", initContainers: [sidecar] },
      runs: [aRun("app", 0), ended("proxy", 0, 0)],
    },
    "start proxy 1",
  ],
  [
    "a container restarts without its init containers",
    { ...up, spec: { initContainers: [init("a")] }, runs: [ended("app", 0, 1), ended("a", 0, 0)] },
    "start app 1",
  ],
  [
    "when the containers have finished the sidecar is stopped",
    {
      ...up,
      spec: { restartPolicy: "Never", initContainers: [sidecar] },
      runs: [ended("app", 0, 0), aRun("proxy", 0)],
    },
    "stop proxy-0 within 30s",
  ],
];

const ends: readonly Row[] = [
  [
    "a deleted pod's containers are stopped within its grace",
    { ...up, meta: deleted(), runs: [aRun("app", 0)] },
    "stop app-0 within 30s",
  ],
  [
    "the grace counts from the wish",
    { ...up, now: 10, meta: deleted(), runs: [aRun("app", 0)], memory: { stoppingSince: after(4) } },
    "stop app-0 within 24s",
  ],
  [
    "a shorter grace hurries a stop under way",
    { ...up, meta: deleted(1), runs: [aRun("app", 0)], memory: { busy: stopping("app", 25) } },
    "stop app-0 within 1s in a hurry",
  ],
  [
    "sidecars are stopped after the others",
    { ...up, meta: deleted(), spec: { initContainers: [sidecar] }, runs: [aRun("app", 0), aRun("proxy", 0)] },
    "stop app-0 within 30s",
  ],
  [
    "in the reverse of their order",
    {
      ...up,
      meta: deleted(),
      spec: { initContainers: [sidecar, { ...sidecar, name: "log" }] },
      runs: [aRun("proxy", 0), aRun("log", 0)],
    },
    "stop log-0 within 30s",
  ],
  [
    "when nothing runs the sandbox is removed",
    { ...up, meta: deleted(), runs: [ended("app", 0, 0)] },
    "remove sandbox s0",
  ],
  [
    "containers without a sandbox are removed one by one",
    { meta: deleted(), runs: [ended("app", 0, 0)] },
    "remove container app-0",
  ],
  ["when nothing is left the pod is let go", { meta: deleted() }, "release"],
  ["once", { meta: deleted(), memory: { busy: busy("(release)", "release") } }, ""],
  ["a start under way is waited for", { ...up, meta: deleted(), memory: { busy: busy("app", "start") } }, ""],
  [
    "a pod behind an ingress waits for the release of its traffic",
    { ...up, meta: { ...deleted(), annotations: { "knots.dev/drain": "ingress" } }, runs: [aRun("app", 0)] },
    "wake at 5s",
  ],
  [
    "for five seconds at most",
    {
      ...up,
      now: 5,
      meta: { ...deleted(), annotations: { "knots.dev/drain": "ingress" } },
      runs: [aRun("app", 0)],
      memory: { stoppingSince: after(0) },
    },
    "stop app-0 within 25s",
  ],
  [
    "not after it was released",
    {
      ...up,
      meta: { ...deleted(), annotations: { "knots.dev/drain": "ingress" } },
      status: { conditions: [{ type: "knots.dev/traffic-released", status: "True" }] },
      runs: [aRun("app", 0)],
    },
    "stop app-0 within 30s",
  ],
  [
    "not longer than its grace allows",
    { ...up, meta: { ...deleted(1), annotations: { "knots.dev/drain": "ingress" } }, runs: [aRun("app", 0)] },
    "stop app-0 within 1s",
  ],
  [
    "a deadline rings in time",
    { ...up, spec: { activeDeadlineSeconds: 60 }, status: { startTime: at(0) }, runs: [aRun("app", 0)] },
    "wake at 60s",
  ],
  [
    "when it has passed the containers are stopped",
    { ...up, now: 60, spec: { activeDeadlineSeconds: 60 }, status: { startTime: at(0) }, runs: [aRun("app", 0)] },
    "stop app-0 within 30s",
  ],
  ["a pod whose phase is final is never started again", { status: { phase: "Failed", reason: "Evicted" } }, ""],
];

for (const [sentence, change, expected] of [...starting, ...restarting, ...sandboxes, ...inits, ...ends]) {
  test(sentence, () => {
    const view = aView(change);
    assert.equal(planText(planPod(view), view.now), expected);
  });
}
