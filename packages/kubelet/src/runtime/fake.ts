// A container runtime in memory: programs are scripts on a clock, every call is written down. For tests of the agent.
import { type Channel, type Clock, createChannel, type Deferred, deferred, type Timer } from "@knots/std";
import type { ContainerConfig } from "../cri/messages/container.ts";
import type { PodSandboxConfig } from "../cri/messages/sandbox.ts";
import { CONTAINER_HASH, podOfLabels, RESTART_COUNT } from "./labels.ts";
import {
  type ExecResult,
  type Instance,
  type Runtime,
  RuntimeError,
  type RuntimeEvent,
  type RuntimeHealth,
  type RuntimeImage,
  type RuntimePod,
  type RuntimePodName,
  type Sandbox,
} from "./runtime.ts";

/** What the program of a container does; times in milliseconds. */
export interface FakeProgram {
  /** Ends by itself after this time. */
  readonly runsFor?: number;
  readonly exitCode?: number;
  /** How long it takes to end after the stop signal; never, when infinite. Default 0. */
  readonly stopsAfter?: number;
}

export interface FakeRuntimeOptions {
  readonly clock: Clock;
  readonly program?: (container: string, restartCount: number) => FakeProgram;
  /** Answers commands; success when absent. */
  readonly exec?: (container: string, command: readonly string[]) => Promise<Partial<ExecResult>>;
  /** Names of images that are present or can be pulled; all when absent. */
  readonly images?: ReadonlySet<string>;
}

/** The runtime's other side, for tests to look at and to disturb. */
export interface FakeRuntime {
  readonly runtime: Runtime;
  /** What was done, such as `start app 0`, in order. */
  readonly calls: readonly string[];
  /** Ends the process of a running container from outside. */
  kill(container: string, exitCode?: number): void;
  /** Ends the sandbox of a pod, by the pod's name. */
  killSandbox(pod: string): void;
  /** Breaks every stream of events; nothing is told until somebody subscribes again. */
  disconnect(): void;
  /** The next call that is written down as `call` is rejected with this, once. */
  fail(call: string, error: Error): void;
  /**
   * The next call that is written down as `call` waits for the answer's release, once, after it took effect; `read`
   * is the reading of a pod, whose answer is then as old as its call.
   */
  hold(call: string): Deferred<void>;
  health: RuntimeHealth;
}

interface FakeSandbox {
  readonly id: string;
  readonly name: RuntimePodName;
  readonly attempt: number;
  readonly createdAt: number;
  readonly ip: string;
  ready: boolean;
}

interface FakeContainer {
  readonly config: ContainerConfig;
  readonly name: string;
  readonly restartCount: number;
  readonly podUid: string;
  readonly program: FakeProgram;
  readonly ended: Deferred<void>;
  instance: Instance;
  timer?: Timer;
}

const GONE = new RuntimeError("UNAVAILABLE", "rpc error: code = Unavailable desc = the runtime is gone");
const notFound = (id: string): RuntimeError =>
  new RuntimeError("NOT_FOUND", `rpc error: code = NotFound desc = ${id}: not found`);

const newestFirst = <T extends { readonly createdAt: number }>(items: readonly T[]): readonly T[] =>
  items.toSorted((a, b) => b.createdAt - a.createdAt);

class Fake implements FakeRuntime {
  readonly calls: string[] = [];
  health: RuntimeHealth = { ready: true, networkReady: true, message: "" };
  readonly runtime: Runtime;
  readonly #options: FakeRuntimeOptions;
  readonly #sandboxes = new Map<string, FakeSandbox>();
  readonly #containers = new Map<string, FakeContainer>();
  readonly #streams = new Set<Channel<RuntimeEvent>>();
  readonly #failing = new Map<string, Error>();
  readonly #held = new Map<string, Deferred<void>>();
  readonly #pulled = new Set<string>();
  #count = 0;

  constructor(options: FakeRuntimeOptions) {
    this.#options = options;
    this.runtime = this.#port();
  }

  kill(container: string, exitCode = 137): void {
    for (const [id, each] of this.#containers) if (each.name === container) this.#end(id, exitCode);
  }

  killSandbox(pod: string): void {
    for (const sandbox of this.#sandboxes.values()) {
      if (sandbox.name.name !== pod || !sandbox.ready) continue;
      sandbox.ready = false;
      for (const [id, each] of this.#containers) if (each.instance.sandboxId === sandbox.id) this.#end(id, 137);
      this.#tell({ id: sandbox.id, type: "exited" });
    }
  }

  disconnect(): void {
    for (const stream of this.#streams) stream.fail(GONE);
    this.#streams.clear();
  }

  fail(call: string, error: Error): void {
    this.#failing.set(call, error);
  }

  hold(call: string): Deferred<void> {
    const held = deferred();
    this.#held.set(call, held);
    return held;
  }

  #tell(event: RuntimeEvent): void {
    for (const stream of this.#streams) stream.push(event);
  }

  /** Writes a call down, lets it fail when a test wants that, and gives its work. */
  async #called<T>(call: string, work: () => T): Promise<T> {
    this.calls.push(call);
    const error = this.#failing.get(call);
    this.#failing.delete(call);
    if (error) throw error;
    const result = work();
    await this.#release(call);
    return result;
  }

  async #release(call: string): Promise<void> {
    const held = this.#held.get(call);
    this.#held.delete(call);
    await held?.promise;
  }

  #read(uid: string): RuntimePod {
    const sandboxes = [...this.#sandboxes.values()].filter(({ name }) => name.uid === uid);
    const instances = [...this.#containers.values()].filter((each) => each.podUid === uid);
    return {
      uid,
      sandboxes: newestFirst(sandboxes.map((sandbox) => this.#shownSandbox(sandbox))),
      instances: newestFirst(instances.map(({ instance }) => instance)),
    };
  }

  #end(id: string, exitCode: number): void {
    const container = this.#containers.get(id);
    if (container?.instance.phase !== "running") return;
    container.timer?.cancel();
    container.instance = { ...container.instance, phase: "exited", exitCode, finishedAt: this.#options.clock.now() };
    container.ended.resolve();
    this.#tell({ id, type: "exited" });
  }

  #create(sandboxId: string, config: ContainerConfig): string {
    const id = `c${++this.#count}`;
    const { name = "", attempt = 0 } = config.metadata ?? {};
    const podUid = this.#sandboxes.get(sandboxId)?.name.uid ?? "";
    const restartCount = Number(config.annotations?.[RESTART_COUNT] ?? attempt);
    const instance: Instance = {
      id,
      name,
      sandboxId,
      restartCount,
      hash: config.annotations?.[CONTAINER_HASH] ?? "",
      phase: "created",
      // Later ones are newer even when no time passes.
      createdAt: this.#options.clock.now() + this.#count / 1000,
      image: config.image?.image ?? "",
      imageId: `sha256:${config.image?.image}`,
    };
    const program = this.#options.program?.(name, restartCount) ?? {};
    this.#containers.set(id, { config, name, restartCount, podUid, program, ended: deferred(), instance });
    return id;
  }

  #start(id: string): void {
    const { clock } = this.#options;
    const container = this.#find(id);
    container.instance = { ...container.instance, phase: "running", startedAt: clock.now() };
    this.#tell({ id, type: "started" });
    const { runsFor, exitCode = 0 } = container.program;
    if (runsFor === 0) this.#end(id, exitCode);
    else if (runsFor !== undefined) container.timer = clock.setTimer(runsFor, () => this.#end(id, exitCode));
  }

  #find(id: string): FakeContainer {
    const container = this.#containers.get(id);
    if (!container) throw notFound(id);
    return container;
  }

  async #stop(id: string, seconds: number): Promise<void> {
    const { clock } = this.#options;
    const container = this.#containers.get(id);
    if (container?.instance.phase !== "running") return;
    const { stopsAfter = 0 } = container.program;
    const kill = clock.setTimer(seconds * 1000, () => this.#end(id, 137));
    if (stopsAfter === 0) this.#end(id, 0);
    else if (Number.isFinite(stopsAfter)) clock.setTimer(stopsAfter, () => this.#end(id, 0));
    await container.ended.promise;
    kill.cancel();
  }

  #runSandbox(config: PodSandboxConfig): string {
    const name = podOfLabels(config.labels);
    if (!name) throw new Error("a sandbox needs the labels of its pod");
    const number = ++this.#count;
    const attempt = config.metadata?.attempt ?? 0;
    const createdAt = this.#options.clock.now() + number / 1000;
    const sandbox = { id: `s${number}`, name, attempt, createdAt, ip: `10.244.0.${number + 1}`, ready: true };
    this.#sandboxes.set(sandbox.id, sandbox);
    return sandbox.id;
  }

  #stopSandbox(id: string): void {
    const sandbox = this.#sandboxes.get(id);
    if (!sandbox) return;
    sandbox.ready = false;
    for (const [key, each] of this.#containers) if (each.instance.sandboxId === id) this.#end(key, 137);
  }

  #removeSandbox(id: string): void {
    this.#stopSandbox(id);
    this.#sandboxes.delete(id);
    for (const [key, each] of this.#containers) if (each.instance.sandboxId === id) this.#containers.delete(key);
  }

  #named(id: string): string {
    const container = this.#containers.get(id);
    return container ? `${container.name} ${container.restartCount}` : id;
  }

  #shownSandbox({ id, name, attempt, ready, createdAt, ip }: FakeSandbox): Sandbox {
    return { id, podUid: name.uid, attempt, ready, createdAt, ips: [ip] };
  }

  #port(): Runtime {
    return {
      version: async () => ({ name: "fake", version: "1" }),
      health: async () => this.health,
      close: () => this.disconnect(),
      subscribe: async (signal) => this.#subscribe(signal),
      ...this.#podCalls(),
      ...this.#containerCalls(),
      ...this.#streamCalls(),
      ...this.#imageCalls(),
    };
  }

  #subscribe(signal: AbortSignal): Channel<RuntimeEvent> {
    const stream = createChannel<RuntimeEvent>(10_000, () => this.#streams.delete(stream));
    this.#streams.add(stream);
    signal.addEventListener("abort", () => stream.end(), { once: true });
    return stream;
  }

  #podCalls(): Pick<Runtime, "pods" | "pod" | "runSandbox" | "stopSandbox" | "removeSandbox"> {
    return {
      pods: async () => [...new Map([...this.#sandboxes.values()].map(({ name }) => [name.uid, name])).values()],
      pod: async (uid) => {
        const read = this.#read(uid);
        await this.#release("read");
        return read;
      },
      runSandbox: (config) => {
        const { name, attempt } = config.metadata ?? {};
        return this.#called(`run sandbox ${name} ${attempt}`, () => this.#runSandbox(config));
      },
      stopSandbox: (id) => this.#called(`stop sandbox ${id}`, () => this.#stopSandbox(id)),
      removeSandbox: (id) => this.#called(`remove sandbox ${id}`, () => this.#removeSandbox(id)),
    };
  }

  #containerCalls(): Pick<
    Runtime,
    "createContainer" | "startContainer" | "stopContainer" | "removeContainer" | "reopenLog"
  > {
    return {
      createContainer: (sandbox, config) => {
        const { name, attempt } = config.metadata ?? {};
        return this.#called(`create ${name} ${attempt}`, () => this.#create(sandbox, config));
      },
      startContainer: (id) => this.#called(`start ${this.#named(id)}`, () => this.#start(id)),
      stopContainer: async (id, seconds) =>
        await this.#called(`stop ${this.#named(id)} within ${seconds}s`, () => this.#stop(id, seconds)),
      removeContainer: async (id) => {
        await this.#called(`remove ${this.#named(id)}`, () => this.#containers.delete(id));
      },
      reopenLog: (id) => this.#called(`reopen log of ${this.#named(id)}`, () => {}),
    };
  }

  #streamCalls(): Pick<Runtime, "execSync" | "execUrl" | "attachUrl" | "portForwardUrl"> {
    return {
      execSync: (id, command, timeout) => this.#exec(id, command, timeout),
      execUrl: async () => "http://127.0.0.1:1/exec",
      attachUrl: async () => "http://127.0.0.1:1/attach",
      portForwardUrl: async () => "http://127.0.0.1:1/portforward",
    };
  }

  async #exec(id: string, command: readonly string[], timeout: number): Promise<ExecResult> {
    const { clock, exec } = this.#options;
    this.calls.push(`exec ${this.#named(id)}: ${command.join(" ")}`);
    const answer = exec?.(this.#find(id).name, command) ?? Promise.resolve({});
    const limit = deferred<never>();
    const late = (): void => limit.reject(new RuntimeError("DEADLINE_EXCEEDED", "the command took too long"));
    const timer = timeout > 0 ? clock.setTimer(timeout, late) : undefined;
    const result = await Promise.race([answer, limit.promise]).finally(() => timer?.cancel());
    return { exitCode: 0, stdout: new Uint8Array(), stderr: new Uint8Array(), ...result };
  }

  #imageCalls(): Pick<Runtime, "image" | "images" | "pullImage" | "removeImage" | "written"> {
    const { images } = this.#options;
    const shown = (name: string): RuntimeImage => ({ id: name, tags: [name], digests: [], size: 1 });
    return {
      image: async (name) => (this.#pulled.has(name) || !images ? shown(name) : undefined),
      images: async () => [...this.#pulled].map(shown),
      pullImage: (name) =>
        this.#called(`pull ${name}`, () => {
          if (images && !images.has(name)) throw notFound(name);
          this.#pulled.add(name);
          return name;
        }),
      removeImage: async (name) => {
        this.#pulled.delete(name);
      },
      written: async () => new Map(),
    };
  }
}

/** Creates a runtime without pods. */
export const createFakeRuntime = (options: FakeRuntimeOptions): FakeRuntime => new Fake(options);
