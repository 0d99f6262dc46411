// The loop of one pod: reads what is, plans, writes the status, acts; woken by the API, the runtime, probes and time.
import type { Pod, PodStatus } from "@knots/api";
import { backoffDelay, type Deferred, deferred, formatTime, type Timer } from "@knots/std";
import type { Instance, RuntimePod } from "../runtime/runtime.ts";
import type { PodAction, PodPlan } from "./actions.ts";
import type { Backoff } from "./backoff.ts";
import type { PodContext } from "./context.ts";
import { withWritten } from "./observed.ts";
import { Operations } from "./operations.ts";
import { outcomeOf } from "./outcome.ts";
import { planPod } from "./plan.ts";
import { createSandbox, deleteObject, giveBack } from "./pod-scope.ts";
import { probedRuns } from "./probed-runs.ts";
import { startContainer } from "./start-container.ts";
import { podStatus } from "./status.ts";
import { overlaid } from "./status-patch.ts";
import { createStatusWriter, type StatusWriter } from "./status-writer.ts";
import { stopContainer } from "./stop-container.ts";
import { allContainers, currentSandbox, type PodView, type Verdict } from "./view.ts";
import { newlyWaiting } from "./waiting-events.ts";

export interface WorkerOptions {
  readonly context: PodContext;
  readonly pod: Pod;
  /** Whether the server knows the pod; one that it does not know is only to be removed. */
  readonly known: boolean;
  /** Told of what the runtime has of this pod whenever that was read. */
  readonly seen: (read: RuntimePod) => void;
  readonly signal: AbortSignal;
}

export interface PodWorker {
  /** A new version of the pod from the server. */
  update(pod: Pod): void;
  /** The server has the pod no more. */
  forget(): void;
  /** Something may have changed. */
  wake(): void;
  /** Ends the pod for good, with little patience; it stays, as failed, with this message. */
  evict(message: string): void;
  /** Resolves when nothing of the pod is left on this node, or the signal aborts. */
  readonly done: Promise<void>;
}

/** Waits after the runtime did not answer, in milliseconds. */
const RETRY = { base: 200, max: 10_000 };

class Worker implements PodWorker {
  readonly #context: PodContext;
  readonly #options: WorkerOptions;
  readonly #uid: string;
  readonly #writer: StatusWriter;
  readonly #operations: Operations;
  readonly #crashes = new Map<string, Backoff>();
  readonly #words = new Map<string, string>();
  readonly #finished: Deferred<void> = deferred();
  #known: boolean;
  #released = false;
  #evicted: string | undefined;
  #mine: PodStatus | undefined;
  #stoppingSince: number | undefined;
  #view: PodView | undefined;
  #timer: Timer | undefined;
  #running = false;
  #again = false;
  #failures = 0;

  constructor(options: WorkerOptions) {
    const { context, pod, known, signal } = options;
    this.#options = options;
    this.#context = context;
    this.#known = known;
    this.#uid = pod.metadata.uid;
    this.#writer = createStatusWriter({ ...context, signal }, pod);
    const perform = (action: PodAction, stopped: AbortSignal): Promise<void> => this.#perform(action, stopped);
    this.#operations = new Operations(context, { perform, ended: () => this.wake(), signal });
    signal.addEventListener("abort", () => this.#finish(), { once: true });
  }

  get done(): Promise<void> {
    return this.#finished.promise;
  }

  update(pod: Pod): void {
    this.#writer.seen(pod);
    this.wake();
  }

  forget(): void {
    this.#known = false;
    this.wake();
  }

  wake(): void {
    this.#again = true;
    if (this.#running || this.#options.signal.aborted) return;
    this.#running = true;
    void this.#run();
  }

  evict(message: string): void {
    if (this.#evicted !== undefined) return;
    this.#evicted = message;
    this.#context.events(this.#writer.latest, "Warning", "Evicted", message);
    this.wake();
  }

  #finish(): void {
    this.#timer?.cancel();
    this.#context.probes.stop(this.#uid);
    this.#finished.resolve();
  }

  async #run(): Promise<void> {
    while (this.#again && !this.#options.signal.aborted) {
      this.#again = false;
      try {
        await this.#round();
        this.#failures = 0;
      } catch (error) {
        this.#failures++;
        if (this.#failures === 1) this.#context.log.warn("a pod could not be looked after", { pod: this.#uid, error });
        this.#wakeAt(this.#context.clock.now() + backoffDelay(RETRY, this.#failures));
      }
    }
    this.#running = false;
  }

  async #round(): Promise<void> {
    if (this.#released) {
      if (!this.#known) this.#finish();
      return;
    }
    const { settings, clock } = this.#context;
    const view = await this.#look();
    this.#view = view;
    if (this.#known) {
      const status = podStatus(view, settings.hostIPs);
      newlyWaiting(this.#context.events, view.pod, { before: this.#mine, now: status });
      this.#mine = status;
      this.#writer.want(status);
    }
    if (this.#stoppingSince !== undefined) this.#operations.cancelStarts();
    this.#carryOut(planPod({ ...view, now: clock.now() }));
  }

  /** The pod as the server has it with our newest status; marked for deletion when the server has it no more. */
  #pod(): Pod {
    const pod = this.#writer.latest;
    const status = overlaid(pod.status ?? {}, this.#mine);
    if (this.#known || pod.metadata.deletionTimestamp !== undefined) return { ...pod, status };
    const deletionTimestamp = formatTime(this.#context.clock.now());
    return { ...pod, status, metadata: { ...pod.metadata, deletionTimestamp } };
  }

  async #look(): Promise<PodView> {
    const { runtime, clock, probes } = this.#context;
    const read = await this.#withWords(await runtime.pod(this.#uid));
    this.#options.seen(read);
    const now = clock.now();
    const pod = this.#pod();
    const observed = withWritten(pod, read, now);
    const bare = { pod, runtime: observed, verdicts: new Map<string, Verdict>(), now };
    const busy = this.#operations.busy;
    const evicted = this.#evicted;
    const crashes = this.#crashes;
    const memory = { crashes, failures: this.#operations.failures, busy, ...(evicted !== undefined && { evicted }) };
    const ending = pod.metadata.deletionTimestamp !== undefined || outcomeOf({ ...bare, memory }).state !== "active";
    if (ending) this.#stoppingSince ??= now;
    probes.sync(pod, probedRuns(pod, observed, this.#context.settings.hostIPs), ending);
    const verdicts = new Map(observed.instances.map(({ id }) => [id, probes.verdict(id)] as const));
    const known = [...verdicts].flatMap(([id, verdict]) => (verdict ? [[id, verdict] as const] : []));
    const since = this.#stoppingSince;
    return {
      ...bare,
      verdicts: new Map(known),
      memory: { ...memory, ...(since !== undefined && { stoppingSince: since }) },
    };
  }

  /** Adds to ended runs what they left in their files; each is read once. */
  async #withWords(read: RuntimePod): Promise<RuntimePod> {
    const instances = await Promise.all(
      read.instances.map(async (run): Promise<Instance> => {
        if (run.phase !== "exited" || run.terminationLog === undefined) return run;
        const words = this.#words.get(run.id) ?? (await this.#lastWords(run, run.terminationLog));
        this.#words.set(run.id, words);
        return words === "" ? run : { ...run, message: words };
      }),
    );
    return { ...read, instances };
  }

  #lastWords(run: Instance, path: string): Promise<string> {
    const declared = allContainers(this.#writer.latest).find(({ spec }) => spec.name === run.name);
    const fallback = declared?.spec.terminationMessagePolicy === "FallbackToLogsOnError" && run.exitCode !== 0;
    return this.#context.files.lastWords(path, fallback ? run.logPath : undefined);
  }

  #carryOut({ actions, wakeAt }: PodPlan): void {
    for (const action of actions) {
      if (action.type === "start" && action.crash) this.#crashes.set(action.container.spec.name, action.crash);
      this.#operations.begin(action);
    }
    this.#wakeAt(wakeAt);
  }

  #wakeAt(at: number | undefined): void {
    const { clock } = this.#context;
    this.#timer?.cancel();
    this.#timer = at === undefined ? undefined : clock.setTimer(Math.max(0, at - clock.now()), () => this.wake());
  }

  async #perform(action: PodAction, signal: AbortSignal): Promise<void> {
    const context = this.#context;
    const pod = this.#view?.pod ?? this.#pod();
    switch (action.type) {
      case "create-sandbox":
        return await createSandbox(context, { pod, attempt: action.attempt, signal });
      case "stop-sandbox":
        return await context.runtime.stopSandbox(action.id);
      case "remove-sandbox":
        return await context.runtime.removeSandbox(action.id);
      case "remove-container":
        return await this.#removeContainer(action.id);
      case "start":
        return await this.#start(action, pod, signal);
      case "stop":
        return await this.#stop(action, pod, signal);
      case "release":
        return await this.#release(pod);
    }
  }

  async #removeContainer(id: string): Promise<void> {
    const { runtime, files } = this.#context;
    const path = this.#view?.runtime.instances.find((run) => run.id === id)?.logPath;
    await runtime.removeContainer(id);
    if (path !== undefined) await files.removeLog(path);
  }

  async #start(action: PodAction & { type: "start" }, pod: Pod, signal: AbortSignal): Promise<void> {
    const sandbox = this.#view?.runtime.sandboxes.find(({ id }) => id === action.sandboxId);
    if (!sandbox) return;
    await startContainer(this.#context, { pod, action, sandbox, signal }, () => this.wake());
  }

  async #stop(action: PodAction & { type: "stop" }, pod: Pod, signal: AbortSignal): Promise<void> {
    const container = allContainers(pod).find(({ spec }) => spec.name === action.name)?.spec;
    const sandbox = this.#view && currentSandbox(this.#view.runtime);
    const ips = pod.spec.hostNetwork ? this.#context.settings.hostIPs : (sandbox?.ips ?? []);
    await stopContainer(this.#context, { pod, action, container, ip: ips[0] ?? "", signal });
  }

  async #release(pod: Pod): Promise<void> {
    await giveBack(this.#context, pod);
    await this.#context.files.removeLogs(this.#uid);
    if (this.#known) {
      await this.#writer.flushed();
      await deleteObject(this.#context, pod);
    }
    this.#released = true;
  }
}

/** Creates the worker and starts its first round. */
export function createPodWorker(options: WorkerOptions): PodWorker {
  const worker = new Worker(options);
  worker.wake();
  return worker;
}
