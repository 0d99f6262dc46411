// Pods on a real containerd, with a real API server and the agent in a process of its own: what people see, and that nothing is left.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { type Container, type ContainerStatus, Lease, Node, Pod, type PodSpec } from "@knots/api";
import { isConditionTrue } from "@knots/machinery";
import { insideMachine } from "../../testkit/machine/machine.node.ts";
import { testInMachine } from "../../testkit/machine/tests.node.ts";
import { type Bench, NODE, prepare, startBench } from "./kubelet/bench.ts";

const kept = process.env["KNOTS_TEST_DATA"];
const dataDir = kept ?? mkdtempSync(join(tmpdir(), "knots-e2e-"));
if (!insideMachine() && kept === undefined) after(() => rmSync(dataDir, { recursive: true, force: true }));

const timeout = { timeout: 20_000 };
const shell = (script: string, change: Partial<Container> = {}): Container => ({
  name: "app",
  image: "busybox:1.36",
  command: ["sh", "-c", script],
  ...change,
});
/** Runs until it is asked to end, and does so at once. */
const service = "trap 'exit 0' TERM; sleep 3600 & wait";
const statusOf = (pod: Pod, name = "app"): ContainerStatus | undefined =>
  [...(pod.status?.initContainerStatuses ?? []), ...(pod.status?.containerStatuses ?? [])].find(
    (status) => status.name === name,
  );
const ready = (pod: Pod): boolean => isConditionTrue(pod.status?.conditions, "Ready");
const waitsFor =
  (reason: string) =>
  (pod: Pod): boolean =>
    statusOf(pod)?.state?.waiting?.reason === reason;

function define(): void {
  let bench: Bench;
  before(async () => {
    bench = await startBench(dataDir);
    bench.startAgent();
  });
  after(() => bench.close());

  const log = (pod: Pod, container: string, run: number): Promise<string> =>
    readFile(join(bench.logs, `default_${pod.metadata.name}_${pod.metadata.uid}`, container, `${run}.log`), "utf8");
  const ctr = async (...args: string[]): Promise<string[]> => {
    const { stdout } = await bench.containerd.ctr(["--namespace", "k8s.io", ...args]);
    return stdout.split("\n").filter((line) => line !== "");
  };
  const running = (name: string, spec: PodSpec): Promise<Pod> =>
    bench.create(name, spec).then(() => bench.until(name, ready));
  const remove = async (name: string, grace?: number): Promise<void> => {
    const options = grace === undefined ? {} : { gracePeriodSeconds: grace };
    await bench.client.delete(Pod, { namespace: "default", name }, options);
    await bench.gone(name);
  };
  const idOf = (pod: Pod): string => statusOf(pod)?.containerID?.slice("containerd://".length) ?? "";

  test("the node registers, is ready, and renews its lease", timeout, async () => {
    const pod = await running("first", { containers: [shell(service)] });
    assert.equal(pod.status?.hostIP, "192.0.2.10");
    const node = await bench.client.get(Node, { name: NODE });
    assert.equal(isConditionTrue(node.status?.conditions, "Ready"), true);
    assert.equal(node.metadata.labels?.["kubernetes.io/hostname"], NODE);
    assert.match(node.status?.nodeInfo?.containerRuntimeVersion ?? "", /^containerd:\/\/1\./);
    const lease = await bench.client.get(Lease, { namespace: "kube-node-lease", name: NODE });
    assert.equal(lease.spec?.holderIdentity, NODE);
    await remove("first");
  });

  test("a pod runs, has an address and a log, and its deletion leaves nothing", timeout, async () => {
    const pod = await running("hello", { containers: [shell(`echo hello from $HOSTNAME; ${service}`)] });
    assert.match(pod.status?.podIP ?? "", /^10\.244\.0\.\d+$/);
    assert.equal(pod.status?.phase, "Running");
    assert.equal(statusOf(pod)?.image, "docker.io/library/busybox:1.36");
    assert.match(await log(pod, "app", 0), / stdout F hello from hello\n/);
    await remove("hello");
    assert.deepEqual(await ctr("containers", "list", "--quiet"), []);
    assert.deepEqual(await readdir(bench.logs), []);
    assert.deepEqual(await readdir(join(dataDir, "kubelet/pods")), []);
  });

  test("a container that is killed comes back, with the count and the reason", timeout, async () => {
    await running("phoenix", { containers: [shell(service)] });
    await ctr("tasks", "kill", "--signal", "SIGKILL", idOf(await bench.until("phoenix", ready)));
    const pod = await bench.until("phoenix", (each) => ready(each) && statusOf(each)?.restartCount === 1);
    assert.equal(statusOf(pod)?.lastState?.terminated?.exitCode, 137);
    await remove("phoenix");
  });

  test("a container that ends again and again waits longer each time", timeout, async () => {
    await bench.create("crash", { containers: [shell("echo oops > /dev/termination-log; exit 3")] });
    const pod = await bench.until("crash", waitsFor("CrashLoopBackOff"));
    const { lastState, restartCount, state } = statusOf(pod) ?? {};
    assert.deepEqual([lastState?.terminated?.exitCode, lastState?.terminated?.message], [3, "oops\n"]);
    assert.deepEqual([restartCount, state?.waiting?.message?.slice(0, 28)], [1, "back-off 10s restarting fail"]);
    await remove("crash");
  });

  test("a failed liveness probe restarts the container", timeout, async () => {
    const livenessProbe = { exec: { command: ["test", "-e", "/alive"] }, periodSeconds: 1, failureThreshold: 1 };
    await running("sick", { containers: [shell(`touch /alive; ${service}`, { livenessProbe })] });
    await ctr("tasks", "exec", "--exec-id", "x", idOf(await bench.until("sick", ready)), "rm", "/alive");
    const pod = await bench.until("sick", (each) => (statusOf(each)?.restartCount ?? 0) === 1);
    assert.equal(pod.status?.phase, "Running");
    await remove("sick");
  });

  test("readiness follows its probe over HTTP", timeout, async () => {
    const readinessProbe = { httpGet: { path: "/ok", port: "web" }, periodSeconds: 1, failureThreshold: 1 };
    const ports = [{ name: "web", containerPort: 8080 }];
    const script = "mkdir /www; httpd -p 8080 -h /www; sleep 1; touch /www/ok; sleep 3600 & trap 'exit 0' TERM; wait";
    await bench.create("web", { containers: [shell(script, { readinessProbe, ports })] });
    const unready = await bench.until("web", (pod) => statusOf(pod)?.state?.running !== undefined);
    assert.deepEqual([ready(unready), statusOf(unready)?.ready], [false, false]);
    const pod = await bench.until("web", ready);
    await ctr("tasks", "exec", "--exec-id", "x", idOf(pod), "rm", "/www/ok");
    await bench.until("web", (each) => !ready(each));
    await remove("web");
  });

  test("init containers run in order before the others", timeout, async () => {
    const volumes = [{ name: "shared", emptyDir: {} }];
    const volumeMounts = [{ name: "shared", mountPath: "/shared" }];
    const step = (name: string) => shell(`echo ${name} >> /shared/order`, { name, volumeMounts });
    const main = shell(`cat /shared/order; ${service}`, { volumeMounts });
    const pod = await running("steps", { volumes, initContainers: [step("one"), step("two")], containers: [main] });
    assert.match(await log(pod, "app", 0), /F one\n[^\n]*F two\n/);
    assert.equal(statusOf(pod, "two")?.state?.terminated?.reason, "Completed");
    await remove("steps");
  });

  test("a pod that never restarts succeeds or fails by its exit code", timeout, async () => {
    await bench.create("good", { restartPolicy: "Never", containers: [shell("true")] });
    await bench.create("bad", { restartPolicy: "Never", containers: [shell("exit 4")] });
    const good = await bench.until("good", (pod) => pod.status?.phase === "Succeeded");
    const bad = await bench.until("bad", (pod) => pod.status?.phase === "Failed");
    assert.equal(statusOf(good)?.state?.terminated?.reason, "Completed");
    assert.equal(statusOf(bad)?.state?.terminated?.exitCode, 4);
    await Promise.all([remove("good"), remove("bad")]);
  });

  test("preStop runs before the stop signal, and the grace period ends with the kill", timeout, async () => {
    const volumes = [{ name: "host", hostPath: { path: dataDir } }];
    const volumeMounts = [{ name: "host", mountPath: "/host" }];
    const lifecycle = { preStop: { exec: { command: ["sh", "-c", "echo hook >> /host/order"] } } };
    const script = "trap 'echo signal >> /host/order' TERM; echo up; while true; do sleep 1 & wait; done";
    await running("stubborn", { volumes, containers: [shell(script, { lifecycle, volumeMounts })] });
    const begun = performance.now();
    await remove("stubborn", 3);
    const took = performance.now() - begun;
    assert.ok(took > 2500 && took < 6000, `the deletion took ${took} ms`);
    assert.equal(await readFile(join(dataDir, "order"), "utf8"), "hook\nsignal\n");
    rmSync(join(dataDir, "order"));
  });

  test("what cannot be started says why", timeout, async () => {
    const one = (name: string, change: Partial<Container>) =>
      bench.create(name, { containers: [shell(service, change)] });
    const env = [{ name: "X", valueFrom: { configMapKeyRef: { name: "missing", key: "x" } } }];
    await one("invalid", { image: "Not A Name" });
    await one("never", { image: "busybox:none", imagePullPolicy: "Never" });
    await one("unreachable", { image: "127.0.0.1:9/x:1" });
    await one("config", { env });
    await one("program", { command: ["/no/such/program"] });
    await bench.until("invalid", waitsFor("InvalidImageName"));
    await bench.until("never", waitsFor("ErrImageNeverPull"));
    await bench.until("unreachable", waitsFor("ErrImagePull"));
    const config = await bench.until("config", waitsFor("CreateContainerConfigError"));
    assert.equal(statusOf(config)?.state?.waiting?.message, 'configmap "missing" not found');
    await bench.until("program", waitsFor("RunContainerError"));
    await Promise.all(["invalid", "never", "unreachable", "config", "program"].map((name) => remove(name)));
  });

  test(
    "an agent that is killed with SIGKILL leaves the pods alone, and its successor adopts them",
    timeout,
    async () => {
      const readinessProbe = { exec: { command: ["true"] }, periodSeconds: 1 };
      const before = await running("steady", { containers: [shell(service, { readinessProbe })] });
      await running("doomed", { containers: [shell(service)] });
      await bench.stopAgent("SIGKILL");
      await ctr("tasks", "kill", "--signal", "SIGKILL", idOf(await bench.until("doomed", ready)));
      let flaps = 0;
      const watching = bench.until("steady", (pod) => {
        if (!ready(pod)) flaps++;
        return pod.metadata.annotations?.["seen"] === "yes";
      });
      bench.startAgent();
      const doomed = await bench.until("doomed", (pod) => ready(pod) && statusOf(pod)?.restartCount === 1);
      assert.equal(doomed.status?.phase, "Running");
      const body = { metadata: { annotations: { seen: "yes" } } };
      const patch = { type: "application/merge-patch+json", body } as const;
      await bench.client.patch(Pod, { namespace: "default", name: "steady" }, patch);
      const steady = await watching;
      assert.equal(idOf(steady), idOf(before));
      assert.equal(flaps, 0);
      await Promise.all([remove("steady"), remove("doomed")]);
      assert.deepEqual(await ctr("containers", "list", "--quiet"), []);
    },
  );

  test("a pod that is deleted by force while the agent is away is removed by its successor", timeout, async () => {
    await running("lost", { containers: [shell(service)] });
    await bench.stopAgent("SIGKILL");
    await remove("lost", 0);
    bench.startAgent();
    await running("next", { containers: [shell(service)] });
    await remove("next");
    assert.deepEqual(await ctr("tasks", "list", "--quiet"), []);
  });
}

testInMachine(import.meta, () => void describe("pods", define), {
  prepare: () => prepare(dataDir),
  timeout: 110_000,
  env: { KNOTS_TEST_DATA: dataDir },
});
