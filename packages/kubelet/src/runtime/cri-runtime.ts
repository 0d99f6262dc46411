// The runtime port over CRI v1, with containerd's own events.
import { CLUSTER_LABEL, type GrpcCallOptions, type GrpcClient, GrpcError, type Method } from "@knots/host";
import type { Clock } from "@knots/std";
import { cri } from "../cri/calls.ts";
import { subscribeToTasks } from "./containerd-events.ts";
import { imageOf, instanceOf, sandboxOf } from "./convert.ts";
import { POD_UID, podOfLabels, type Texts } from "./labels.ts";
import { type Instance, type Runtime, RuntimeError, type RuntimePodName, type Sandbox } from "./runtime.ts";

const SECOND = 1000;
/** Networks may be slow to set up; images slow to pull. Milliseconds. */
const SANDBOX_TIMEOUT = 240 * SECOND;
const PULL_TIMEOUT = 3600 * SECOND;
/** What an answer may take beyond the time that the call itself asks for. */
const SLACK = 120 * SECOND;
const RUNNING = 1;

type Call = <Q, R>(method: Method<Q, R>, request: Q, options?: GrpcCallOptions) => Promise<R>;

/** `NOT_FOUND` as upstream writes it: `NotFound`. */
const codeName = (code: string): string =>
  code.toLowerCase().replaceAll(/(?:^|_)([a-z])/g, (_match, letter: string) => letter.toUpperCase());

function asRuntimeError(error: unknown): unknown {
  if (!(error instanceof GrpcError)) return error;
  const details = (error.cause as { details?: string }).details ?? error.message;
  return new RuntimeError(error.code, `rpc error: code = ${codeName(error.code)} desc = ${details}`, { cause: error });
}

export const callWith =
  (client: GrpcClient): Call =>
  async (method, request, options = {}) => {
    try {
      return await client.call(method, request, options);
    } catch (error) {
      throw asRuntimeError(error);
    }
  };

const isMissing = (error: unknown): boolean => error instanceof RuntimeError && error.code === "NOT_FOUND";

async function unlessMissing<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

const newestFirst = <T extends { readonly createdAt: number }>(items: readonly T[]): readonly T[] =>
  items.toSorted((a, b) => b.createdAt - a.createdAt);

/** Labels that everything of ours has; none where nobody else uses the runtime. */
type Mark = Texts;

const isMarked = (labels: Texts | undefined, mark: Mark): boolean =>
  Object.entries(mark).every(([name, value]) => labels?.[name] === value);

async function readSandboxes(call: Call, mark: Mark, uid: string): Promise<readonly Sandbox[]> {
  const { items = [] } = await call(cri.listPodSandbox, { filter: { labelSelector: { ...mark, [POD_UID]: uid } } });
  const read = items.map(async (item) => {
    const answer = await unlessMissing(call(cri.podSandboxStatus, { podSandboxId: item.id ?? "" }));
    return answer ? [sandboxOf(item, answer.status)] : [];
  });
  return newestFirst((await Promise.all(read)).flat());
}

async function readInstances(call: Call, mark: Mark, uid: string): Promise<readonly Instance[]> {
  const { containers = [] } = await call(cri.listContainers, {
    filter: { labelSelector: { ...mark, [POD_UID]: uid } },
  });
  const read = containers.map(async (item) => {
    const answer = await unlessMissing(call(cri.containerStatus, { containerId: item.id ?? "" }));
    return answer?.status ? [instanceOf(item, answer.status)] : [];
  });
  return newestFirst((await Promise.all(read)).flat());
}

async function podNames(call: Call, mark: Mark): Promise<readonly RuntimePodName[]> {
  const filter = { labelSelector: mark };
  const [sandboxes, containers] = await Promise.all([
    call(cri.listPodSandbox, { filter }),
    call(cri.listContainers, { filter }),
  ]);
  const labels = [...(sandboxes.items ?? []), ...(containers.containers ?? [])].map((item) => item.labels);
  const names = labels.flatMap((each) => podOfLabels(each) ?? []);
  return [...new Map(names.map((name) => [name.uid, name])).values()];
}

/** Starts that were not answered yet, by container. */
type Starting = Map<string, Promise<unknown>>;

/**
 * Waits until the runtime interface itself knows that a process has ended. It learns that from the same event as we do:
 * to stop what has ended changes nothing and returns when its state is written. Before its start was answered it is
 * not even known to have run. What others run is left alone.
 */
async function settle(call: Call, { starting, mark }: { starting: Starting; mark: Mark }, id: string): Promise<void> {
  await starting.get(id)?.catch(() => {});
  const container = await unlessMissing(call(cri.containerStatus, { containerId: id }));
  if (container?.status?.state === RUNNING && isMarked(container.status.labels, mark))
    await unlessMissing(call(cri.stopContainer, { containerId: id, timeout: 10 }));
  if (container) return;
  const sandbox = await unlessMissing(call(cri.podSandboxStatus, { podSandboxId: id }));
  if (sandbox && (sandbox.status?.state ?? 0) === 0 && isMarked(sandbox.status?.labels, mark))
    await unlessMissing(call(cri.stopPodSandbox, { podSandboxId: id }));
}

type Streams = Pick<Runtime, "execSync" | "execUrl" | "attachUrl" | "portForwardUrl">;

function streams(call: Call): Streams {
  const url = async (answer: Promise<{ readonly url?: string }>): Promise<string> => (await answer).url ?? "";
  return {
    async execSync(id, command, timeout) {
      const request = { containerId: id, cmd: command, timeout: Math.ceil(timeout / SECOND) };
      const limit = timeout === 0 ? PULL_TIMEOUT : timeout + SECOND;
      const { exitCode = 0, stdout = "", stderr = "" } = await call(cri.execSync, request, { timeout: limit });
      return { exitCode, stdout: Buffer.from(stdout, "base64"), stderr: Buffer.from(stderr, "base64") };
    },
    execUrl: (id, cmd, options) => url(call(cri.exec, { containerId: id, cmd, ...options })),
    attachUrl: (id, options) => url(call(cri.attach, { containerId: id, ...options })),
    portForwardUrl: (id, port) => url(call(cri.portForward, { podSandboxId: id, port })),
  };
}

type Images = Pick<Runtime, "image" | "images" | "pullImage" | "removeImage">;

function images(call: Call): Images {
  return {
    async image(name) {
      const { image } = await call(cri.imageStatus, { image: { image: name } });
      return image && imageOf(image);
    },
    async images() {
      return ((await call(cri.listImages, {})).images ?? []).map(imageOf);
    },
    async pullImage(name, { auth, sandbox, signal } = {}) {
      const request = { image: { image: name }, ...(auth && { auth }), ...(sandbox && { sandboxConfig: sandbox }) };
      const options = { timeout: PULL_TIMEOUT, ...(signal && { signal }) };
      return (await call(cri.pullImage, request, options)).imageRef ?? "";
    },
    async removeImage(name) {
      await unlessMissing(call(cri.removeImage, { image: { image: name } }));
    },
  };
}

type Containers = Pick<
  Runtime,
  "createContainer" | "startContainer" | "stopContainer" | "removeContainer" | "reopenLog" | "written"
>;

function containers(call: Call, starting: Starting, mark: Mark): Containers {
  return {
    async createContainer(podSandboxId, given, sandboxConfig) {
      const config = { ...given, labels: { ...given.labels, ...mark } };
      return (await call(cri.createContainer, { podSandboxId, config, sandboxConfig })).containerId ?? "";
    },
    async startContainer(id) {
      const start = call(cri.startContainer, { containerId: id }).finally(() => starting.delete(id));
      starting.set(id, start);
      await start;
    },
    async stopContainer(id, seconds) {
      const timeout = seconds * SECOND + SLACK;
      await unlessMissing(call(cri.stopContainer, { containerId: id, timeout: Math.ceil(seconds) }, { timeout }));
    },
    async removeContainer(id) {
      await unlessMissing(call(cri.removeContainer, { containerId: id }));
    },
    async reopenLog(id) {
      await call(cri.reopenContainerLog, { containerId: id });
    },
    async written() {
      const { stats = [] } = await call(cri.listContainerStats, {});
      return new Map(
        stats.map(({ attributes, writableLayer }) => [
          attributes?.id ?? "",
          Number(writableLayer?.usedBytes?.value ?? 0),
        ]),
      );
    },
  };
}

type Sandboxes = Pick<Runtime, "runSandbox" | "stopSandbox" | "removeSandbox">;

function sandboxes(call: Call, mark: Mark): Sandboxes {
  const timeout = SANDBOX_TIMEOUT;
  return {
    async runSandbox(given, signal) {
      const config = { ...given, labels: { ...given.labels, ...mark } };
      const answer = await call(cri.runPodSandbox, { config }, { timeout, ...(signal && { signal }) });
      return answer.podSandboxId ?? "";
    },
    async stopSandbox(id) {
      await unlessMissing(call(cri.stopPodSandbox, { podSandboxId: id }, { timeout }));
    },
    async removeSandbox(id) {
      await unlessMissing(call(cri.stopPodSandbox, { podSandboxId: id }, { timeout }));
      await unlessMissing(call(cri.removePodSandbox, { podSandboxId: id }, { timeout }));
    },
  };
}

/** Health as conditions of the runtime tell it. */
async function healthOf(call: Call) {
  const conditions = (await call(cri.status, {}, { timeout: 10 * SECOND })).status?.conditions ?? [];
  const failed = conditions.filter(({ status }) => status !== true);
  const holds = (type: string): boolean => !failed.some((condition) => condition.type === type);
  const message = failed.map(({ type, reason, message: text }) => `${type}=false reason:${reason} message:${text}`);
  return { ready: holds("RuntimeReady"), networkReady: holds("NetworkReady"), message: message.join(", ") };
}

export interface CriRuntimeOptions {
  readonly client: GrpcClient;
  readonly clock: Clock;
  /** Id of our cluster, where others use the runtime too: all that we make carries it, and nothing else is seen. */
  readonly cluster?: string;
}

/** A runtime behind a connection, which it closes in the end. */
export function createCriRuntime({ client, clock, cluster }: CriRuntimeOptions): Runtime {
  const call = callWith(client);
  const starting: Starting = new Map();
  const mark: Mark = cluster === undefined ? {} : { [CLUSTER_LABEL]: cluster };
  return {
    ...sandboxes(call, mark),
    ...containers(call, starting, mark),
    ...images(call),
    ...streams(call),
    async version() {
      const { runtimeName = "", runtimeVersion = "" } = await call(cri.version, {}, { timeout: 10 * SECOND });
      return { name: runtimeName, version: runtimeVersion };
    },
    health: () => healthOf(call),
    pods: () => podNames(call, mark),
    async pod(uid) {
      const [found, runs] = await Promise.all([readSandboxes(call, mark, uid), readInstances(call, mark, uid)]);
      return { uid, sandboxes: found, instances: runs };
    },
    subscribe: (signal) =>
      subscribeToTasks(client, { clock, signal, settle: (id) => settle(call, { starting, mark }, id) }),
    close: () => client.close(),
  };
}
