// The runtime port over the wire's messages: which calls are made, in which order, and how answers are read.
import assert from "node:assert/strict";
import { test } from "node:test";
import { type GrpcClient, GrpcError, type Method } from "@knots/host";
import { type Channel, createChannel, deferred, realClock } from "@knots/std";
import { readEnvelope } from "./containerd-events.ts";
import { createCriRuntime } from "./cri-runtime.ts";
import { RuntimeError } from "./runtime.ts";

type Answer = (request: Record<string, unknown>) => unknown;

/** A connection that answers by method name; messages pass through their codecs, as on the wire. */
function connection(answers: Readonly<Record<string, Answer>>) {
  const calls: string[] = [];
  const streams: Channel<unknown>[] = [];
  const nameOf = (path: string): string => path.slice(path.lastIndexOf("/") + 1);
  const client: GrpcClient = {
    async call<Q, R>({ path, request, response }: Method<Q, R>, value: Q): Promise<R> {
      const name = nameOf(path);
      const wired = request.decode(request.encode(value)) as Record<string, unknown>;
      if (name !== "Publish") calls.push(name);
      const answer = (await answers[name]?.(wired)) ?? {};
      if (name === "Publish") for (const stream of streams) stream.push({ topic: wired["topic"] });
      return response.decode(response.encode(answer as R));
    },
    stream<_Q, R>(): AsyncIterable<R> {
      const stream = createChannel<R>(100);
      streams.push(stream);
      return stream;
    },
    close: () => {},
  };
  return { client, calls, tell: (message: unknown): void => streams[0]?.push(message) };
}

/** A task's exit as containerd encodes it: container id in field 1, process id in field 2, then the pid. */
function exitOf(container: string, process = container) {
  const text = (field: number, value: string): number[] => [field * 8 + 2, value.length, ...Buffer.from(value)];
  const bytes = [...text(1, container), ...text(2, process), 3 * 8, 42];
  return { topic: "/tasks/exit", event: { value: Buffer.from(bytes).toString("base64") } };
}

test("the end of a container is told, that of a command inside it is not", () => {
  assert.deepEqual(readEnvelope(exitOf("c1")), { id: "c1", type: "exited" });
  assert.equal(readEnvelope(exitOf("c1", "exec-7")), undefined);
});

test("an exit is told after its start was answered and the runtime has taken note of it", async () => {
  const started = deferred();
  const { client, calls, tell } = connection({
    StartContainer: () => started.promise,
    ContainerStatus: () => ({ status: { id: "c1", state: 1 } }),
  });
  const runtime = createCriRuntime({ client, clock: realClock });
  const stop = new AbortController();
  const events = (await runtime.subscribe(stop.signal))[Symbol.asyncIterator]();
  const starting = runtime.startContainer("c1");
  tell(exitOf("c1"));
  const told = events.next();
  assert.deepEqual(calls, ["StartContainer"]);
  started.resolve();
  await starting;
  assert.deepEqual((await told).value, { id: "c1", type: "exited" });
  assert.deepEqual(calls, ["StartContainer", "ContainerStatus", "StopContainer"]);
  stop.abort(new Error("enough"));
});

test("in a runtime of others, what we make is marked, only that is listed, and only that is ever stopped", async () => {
  const foreign = { podSandboxId: "s9" };
  const seen: unknown[] = [];
  const list = (request: Record<string, unknown>): unknown => {
    seen.push(request["filter"]);
    return {};
  };
  const make = (request: Record<string, unknown>): unknown => {
    seen.push((request["config"] as { readonly labels?: unknown }).labels);
    return foreign;
  };
  const { client, calls, tell } = connection({
    ListPodSandbox: list,
    ListContainers: list,
    RunPodSandbox: make,
    CreateContainer: make,
    ContainerStatus: ({ containerId }) =>
      containerId === "c9" ? { status: { id: "c9", state: 1, labels: { app: "theirs" } } } : {},
    PodSandboxStatus: () => ({ status: { id: "s9", state: 0, labels: { app: "theirs" } } }),
  });
  const runtime = createCriRuntime({ client, clock: realClock, cluster: "1a2b3c" });
  const mark = { "knots.dev/cluster": "1a2b3c" };
  await runtime.pods();
  await runtime.pod("u1");
  await runtime.runSandbox({ labels: { app: "web" } });
  await runtime.createContainer("s1", {}, {});
  const uid = { "io.kubernetes.pod.uid": "u1" };
  const filters = [mark, mark, { ...mark, ...uid }, { ...mark, ...uid }].map((labelSelector) => ({ labelSelector }));
  assert.deepEqual(seen, [...filters, { app: "web", ...mark }, mark]);
  const stop = new AbortController();
  const events = (await runtime.subscribe(stop.signal))[Symbol.asyncIterator]();
  for (const id of ["c9", "s9"]) {
    tell(exitOf(id));
    assert.deepEqual((await events.next()).value, { id, type: "exited" });
  }
  assert.deepEqual(
    calls.filter((name) => name.startsWith("Stop")),
    [],
  );
  stop.abort(new Error("enough"));
});

test("times in nanoseconds become milliseconds, and the zero time none", async () => {
  const status = {
    id: "c1",
    metadata: { name: "app", attempt: 3 },
    state: 2,
    createdAt: 1_767_268_800_000_000_000,
    finishedAt: 1_767_268_805_500_000_000,
    exitCode: 7,
    imageRef: "sha256:1",
    annotations: { "io.kubernetes.container.restartCount": "3", "io.kubernetes.container.hash": "ab" },
  };
  const { client } = connection({
    ListPodSandbox: () => ({
      items: [{ id: "s1", state: 0, createdAt: 5_000_000, metadata: { attempt: 2 }, labels: { a: "b" } }],
    }),
    PodSandboxStatus: () => ({ status: { network: { ip: "10.244.0.9", additionalIps: [{ ip: "fd00::9" }] } } }),
    ListContainers: () => ({ containers: [{ id: "c1", podSandboxId: "s1" }] }),
    ContainerStatus: () => ({ status }),
  });
  const pod = await createCriRuntime({ client, clock: realClock }).pod("u1");
  const [sandbox] = pod.sandboxes;
  assert.deepEqual([sandbox?.ready, sandbox?.attempt, sandbox?.ips], [true, 2, ["10.244.0.9", "fd00::9"]]);
  const [run] = pod.instances;
  assert.deepEqual([run?.phase, run?.restartCount, run?.exitCode, run?.hash], ["exited", 3, 7, "ab"]);
  assert.deepEqual(
    [run?.createdAt, run?.startedAt, run?.finishedAt],
    [1_767_268_800_000, undefined, 1_767_268_805_500],
  );
});

test("what is not there is removed already; other refusals keep the runtime's words", async () => {
  const refuse = (code: number, details: string) => () => {
    throw new GrpcError("/x", Object.assign(new Error(details), { code, details }));
  };
  const { client } = connection({
    RemoveContainer: refuse(5, "no such container"),
    PullImage: refuse(2, "no route to host"),
  });
  const runtime = createCriRuntime({ client, clock: realClock });
  await runtime.removeContainer("c1");
  await assert.rejects(runtime.pullImage("x"), (error: unknown) => {
    assert.ok(error instanceof RuntimeError);
    assert.deepEqual([error.code, error.message], ["UNKNOWN", "rpc error: code = Unknown desc = no route to host"]);
    return true;
  });
});
