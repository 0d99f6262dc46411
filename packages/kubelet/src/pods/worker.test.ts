// Pods from the API to the runtime and back, on a runtime and an API in memory and a clock that only tests move.
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { Node, Pod, type PodSpec } from "@knots/api";
import { createClient, createFakeApi, createInformers } from "@knots/client";
import { isConditionTrue } from "@knots/machinery";
import { createVirtualClock, seededRandom, settle, silentLogger } from "@knots/std";
import { createImages } from "../images/images.ts";
import { check } from "../probes/check.ts";
import { createProbes } from "../probes/probes.ts";
import { createFakeRuntime, type FakeRuntimeOptions } from "../runtime/fake.ts";
import type { PodContext } from "./context.ts";
import { createLimit } from "./limit.ts";
import { type Pods, runPods } from "./pods.ts";

const app = { name: "app", image: "busybox:1.36" };
const settings = {
  nodeName: "node-1",
  hostIPs: ["192.0.2.10"],
  clusterDns: ["10.96.0.10"],
  clusterDomain: "cluster.local",
  resolver: { servers: [], searches: [], options: [] },
  groupRoot: "/kts-test",
  memoryBytes: 2 ** 32,
  logsDir: "/logs",
};

type Options = Omit<FakeRuntimeOptions, "clock">;

/** An API, a runtime, and agents that can come and go. */
function createStage(t: TestContext, options: Options = {}) {
  const clock = createVirtualClock();
  const random = seededRandom(1);
  const api = createFakeApi({ kinds: [Pod, Node], clock });
  const client = createClient(api.transport);
  const fake = createFakeRuntime({ clock, ...options });
  const given: string[] = [];
  let stop = new AbortController();

  const quiet = async (): Promise<void> => {
    for (let round = 0; round < 40; round++) await settle();
  };
  const start = async (): Promise<Pods> => {
    stop = new AbortController();
    const { signal } = stop;
    const informers = createInformers({ client, clock, random, log: silentLogger });
    const { runtime } = fake;
    let pods: Pods | undefined;
    const events = (): void => {};
    const context: PodContext = {
      client,
      runtime,
      clock,
      settings,
      events,
      log: silentLogger,
      environment: async () => ({ variables: [], skipped: [] }),
      volumes: {
        mount: async () => {},
        mountsOf: async () => [],
        terminationLog: async () => "/words",
        unmount: async (uid) => {
          given.push(uid);
        },
        sweep: async () => [],
      },
      groups: { ensure: async () => {}, remove: async () => {} },
      images: createImages({ runtime, events, clock, limit: createLimit(2) }),
      probes: createProbes({
        clock,
        check: (target, rules) => check(runtime, target, rules),
        changed: (uid) => pods?.wake(uid),
        unhealthy: () => {},
      }),
      files: {
        prepareLogs: async () => {},
        lastWords: async () => "",
        rotateLog: async () => false,
        removeLog: async () => {},
        removeLogs: async () => {},
      },
      starts: createLimit(2),
    };
    const running = runPods({ context, pods: informers.informer(Pod), signal });
    pods = running.pods;
    signal.addEventListener("abort", () => {
      context.probes.close();
      void informers.close();
    });
    await quiet();
    return pods;
  };
  const get = (name: string): Promise<Pod | undefined> => client.find(Pod, { namespace: "default", name });
  t.after(() => stop.abort(new Error("the test is over")));
  return {
    clock,
    client,
    fake,
    given,
    quiet,
    start,
    get,
    kill: async () => {
      stop.abort(new Error("killed"));
      await quiet();
    },
    create: async (name: string, spec: Partial<PodSpec> = {}, meta: object = {}) => {
      const bound = { nodeName: "node-1", containers: [app], ...spec };
      await client.create(Pod, { metadata: { name, namespace: "default", ...meta }, spec: bound });
      await quiet();
    },
    remove: async (name: string) => {
      await client.delete(Pod, { namespace: "default", name });
      await quiet();
    },
    advance: async (seconds: number) => {
      await clock.advance(seconds * 1000);
      await quiet();
    },
    container: async (name: string) => (await get(name))?.status?.containerStatuses?.[0],
    isReady: async (name: string) => isConditionTrue((await get(name))?.status?.conditions, "Ready"),
  };
}

test("a pod is started, reported, and taken away when it is deleted", async (t) => {
  const stage = createStage(t);
  const pods = await stage.start();
  await stage.create("web");
  assert.deepEqual(stage.fake.calls, ["run sandbox web 0", "create app 0", "start app 0"]);
  assert.equal(await stage.isReady("web"), true);
  assert.equal((await stage.get("web"))?.status?.podIP, "10.244.0.2");
  await stage.remove("web");
  assert.deepEqual(stage.fake.calls.slice(3), ["stop app 0 within 30s", "remove sandbox s1"]);
  assert.deepEqual([stage.given.length, pods.count], [1, 0]);
});

test("an evicted pod is stopped quickly, stays as failed with the reason, and is not started again", async (t) => {
  const stage = createStage(t);
  const pods = await stage.start();
  await stage.create("web");
  const uid = (await stage.get("web"))?.metadata.uid ?? "";
  pods.evict(uid, "too much");
  await stage.quiet();
  await stage.advance(2);
  const status = (await stage.get("web"))?.status;
  assert.deepEqual([status?.phase, status?.reason, status?.message], ["Failed", "Evicted", "too much"]);
  assert.deepEqual(stage.fake.calls.slice(3), ["stop app 0 within 2s", "stop sandbox s1"]);
  await stage.advance(600);
  assert.equal(stage.fake.calls.length, 5);
});

test("a container that crashes is restarted at once, then after 10 s, then after 20 s", async (t) => {
  const stage = createStage(t, { program: () => ({ runsFor: 1000, exitCode: 1 }) });
  await stage.start();
  await stage.create("web");
  const starts = (): number => stage.fake.calls.filter((call) => call.startsWith("start app")).length;
  await stage.advance(1);
  assert.equal(starts(), 2);
  await stage.advance(10);
  assert.equal(starts(), 2);
  assert.equal((await stage.container("web"))?.state?.waiting?.reason, "CrashLoopBackOff");
  await stage.advance(1);
  assert.equal(starts(), 3);
  await stage.advance(20);
  assert.equal(starts(), 3);
  await stage.advance(1);
  assert.equal(starts(), 4);
  assert.equal((await stage.container("web"))?.restartCount, 3);
});

test("an exit that is heard while older news are still being read is not lost", async (t) => {
  const stage = createStage(t);
  await stage.start();
  const started = stage.fake.hold("start app 0");
  await stage.create("web");
  const read = stage.fake.hold("read");
  started.resolve();
  await stage.quiet();
  stage.fake.kill("app");
  await stage.quiet();
  read.resolve();
  await stage.quiet();
  assert.equal((await stage.container("web"))?.restartCount, 1);
  assert.equal(await stage.isReady("web"), true);
});

test("a dead sandbox is replaced and its container started again", async (t) => {
  const stage = createStage(t);
  await stage.start();
  await stage.create("web");
  stage.fake.killSandbox("web");
  await stage.quiet();
  assert.deepEqual(stage.fake.calls.slice(3), ["run sandbox web 1", "create app 1", "start app 1"]);
  assert.equal(await stage.isReady("web"), true);
});

test("readiness waits for its probe, and a failing liveness probe restarts the container", async (t) => {
  let healthy = false;
  const stage = createStage(t, { exec: async () => ({ exitCode: healthy ? 0 : 1 }) });
  await stage.start();
  const exec = { command: ["test"] };
  const readinessProbe = { exec, periodSeconds: 1 };
  const livenessProbe = { exec, periodSeconds: 10, initialDelaySeconds: 5, failureThreshold: 2 };
  await stage.create("web", { containers: [{ ...app, readinessProbe, livenessProbe }] });
  assert.equal(await stage.isReady("web"), false);
  healthy = true;
  await stage.advance(1);
  assert.equal(await stage.isReady("web"), true);
  healthy = false;
  await stage.advance(3);
  assert.equal(await stage.isReady("web"), false);
  await stage.advance(11);
  assert.equal((await stage.container("web"))?.restartCount, 1);
  assert.ok(stage.fake.calls.includes("stop app 0 within 30s"));
});

test("a successor adopts what runs and goes on counting", async (t) => {
  const stage = createStage(t);
  await stage.start();
  await stage.create("web");
  const before = await stage.container("web");
  await stage.kill();
  await stage.start();
  assert.equal(stage.fake.calls.length, 3);
  assert.equal((await stage.container("web"))?.containerID, before?.containerID);
  stage.fake.kill("app");
  await stage.quiet();
  assert.equal((await stage.container("web"))?.restartCount, 1);
});

test("a pod that vanished while no agent ran is taken away by the next", async (t) => {
  const stage = createStage(t);
  await stage.start();
  await stage.create("web");
  await stage.kill();
  await stage.remove("web");
  const pods = await stage.start();
  assert.deepEqual(stage.fake.calls.slice(3), ["stop app 0 within 2s", "remove sandbox s1"]);
  assert.equal(pods.count, 0);
});

test("what ends while the runtime is not heard is noticed when it is heard again", async (t) => {
  const stage = createStage(t);
  await stage.start();
  await stage.create("web");
  stage.fake.disconnect();
  stage.fake.kill("app");
  await stage.quiet();
  assert.equal((await stage.container("web"))?.restartCount, 0);
  await stage.advance(1);
  assert.equal((await stage.container("web"))?.restartCount, 1);
});

test("an image that cannot be pulled is tried again, later each time", async (t) => {
  const stage = createStage(t, { images: new Set() });
  await stage.start();
  await stage.create("web");
  const pulls = (): number => stage.fake.calls.filter((call) => call.startsWith("pull")).length;
  const reason = async () => (await stage.container("web"))?.state?.waiting?.reason;
  assert.deepEqual([pulls(), await reason()], [1, "ErrImagePull"]);
  await stage.advance(6);
  assert.deepEqual([pulls(), await reason()], [1, "ImagePullBackOff"]);
  await stage.advance(4);
  assert.deepEqual([pulls(), await reason()], [2, "ErrImagePull"]);
  await stage.advance(19);
  assert.equal(pulls(), 2);
});

test("a sandbox that cannot be made is tried again", async (t) => {
  const stage = createStage(t);
  await stage.start();
  stage.fake.fail("run sandbox web 0", new Error("no network"));
  await stage.create("web");
  assert.equal(await stage.isReady("web"), false);
  await stage.advance(1);
  assert.equal(await stage.isReady("web"), true);
});

test("preStop and the stop signal share one grace period", async (t) => {
  const stage = createStage(t, { program: () => ({ stopsAfter: Number.POSITIVE_INFINITY }) });
  await stage.start();
  const lifecycle = { preStop: { sleep: { seconds: 4 } } };
  await stage.create("web", { terminationGracePeriodSeconds: 10, containers: [{ ...app, lifecycle }] });
  await stage.remove("web");
  await stage.advance(4);
  assert.equal(stage.fake.calls.at(-1), "stop app 0 within 6s");
  await stage.advance(6);
  assert.equal(stage.fake.calls.at(-1), "remove sandbox s1");
});

test("the stop signal waits until the traffic is released, for five seconds at most", async (t) => {
  const stage = createStage(t);
  await stage.start();
  const meta = { annotations: { "knots.dev/drain": "ingress" } };
  await stage.create("slow", {}, meta);
  await stage.remove("slow");
  await stage.advance(4);
  assert.equal(stage.fake.calls.at(-1), "start app 0");
  await stage.advance(1);
  assert.deepEqual(stage.fake.calls.slice(3, 4), ["stop app 0 within 25s"]);
});

test("while the API is away a container still comes back, and is reported later", async (t) => {
  const stage = createStage(t);
  await stage.start();
  await stage.create("web");
  const { transport } = stage.client;
  const request = transport.request.bind(transport);
  Object.assign(transport, { request: () => Promise.reject(new Error("no route to the server")) });
  stage.fake.kill("app");
  await stage.advance(3);
  assert.ok(stage.fake.calls.includes("start app 1"));
  Object.assign(transport, { request });
  await stage.advance(10);
  assert.equal((await stage.container("web"))?.restartCount, 1);
});

test("pods that never restart end once, and their address is given back", async (t) => {
  const stage = createStage(t, { program: () => ({ runsFor: 2000 }) });
  await stage.start();
  await stage.create("job", { restartPolicy: "Never" });
  await stage.advance(2);
  assert.equal((await stage.get("job"))?.status?.phase, "Succeeded");
  assert.equal(stage.fake.calls.at(-1), "stop sandbox s1");
  await stage.kill();
  await stage.start();
  await stage.advance(60);
  assert.equal(stage.fake.calls.filter((call) => call.startsWith("start")).length, 1);
});
