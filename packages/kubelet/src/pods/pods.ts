// All pods of this node: one worker each, fed by the API and by the runtime's events; what belongs to no pod is removed.
import type { Pod } from "@knots/api";
import type { Informer } from "@knots/client";
import { backoffDelay, formatTime, sleep } from "@knots/std";
import type { Instance, RuntimeEvent, RuntimePod, RuntimePodName } from "../runtime/runtime.ts";
import type { PodContext } from "./context.ts";
import type { LoggedRun } from "./log-rotation.ts";
import { createPodWorker, type PodWorker } from "./worker.ts";

export interface PodsOptions {
  readonly context: PodContext;
  /** Pods that are bound to this node. */
  readonly pods: Informer<Pod>;
  readonly signal: AbortSignal;
}

/** The pods of a running agent. */
export interface Pods {
  /** Another look at one pod. */
  wake(uid: string): void;
  readonly count: number;
  /** Runs that write logs. */
  logged(): readonly LoggedRun[];
  /** Runs of one pod as last read, newest first. */
  runs(uid: string): readonly Instance[];
  /** Ends a pod for good. */
  evict(uid: string, message: string): void;
}

/** Waits between tries to hear the runtime, in milliseconds. */
const RETRY = { base: 200, max: 5000 };
/** Seconds for containers of a pod that nobody knows any more. */
const ORPHAN_GRACE = 1;

/** A pod that only the runtime knows: enough to take it away. */
function orphan({ uid, name, namespace }: RuntimePodName, now: number): Pod {
  const time = formatTime(now);
  const metadata = { uid, name, namespace, resourceVersion: "0", creationTimestamp: time };
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { ...metadata, deletionTimestamp: time, deletionGracePeriodSeconds: ORPHAN_GRACE },
    spec: { containers: [] },
  };
}

const loggedRun = ({ id, phase, logPath }: Instance): readonly LoggedRun[] =>
  phase === "running" && logPath !== undefined ? [{ id, logPath }] : [];

/** True when `work` is done, false when the signal aborts first. */
function unlessAborted(work: Promise<void>, signal: AbortSignal): Promise<boolean> {
  const aborted = new Promise<boolean>((resolve) => {
    if (signal.aborted) resolve(false);
    signal.addEventListener("abort", () => resolve(false), { once: true });
  });
  return Promise.race([work.then(() => true), aborted]);
}

class AllPods implements Pods {
  readonly #options: PodsOptions;
  readonly #workers = new Map<string, PodWorker>();
  readonly #uids = new Set<string>();
  /** Which pod a container or sandbox belongs to. */
  readonly #owners = new Map<string, string>();
  readonly #ids = new Map<string, readonly string[]>();
  readonly #runs = new Map<string, readonly Instance[]>();

  constructor(options: PodsOptions) {
    this.#options = options;
  }

  get count(): number {
    return this.#workers.size;
  }

  logged(): readonly LoggedRun[] {
    return [...this.#runs.values()].flat().flatMap(loggedRun);
  }

  runs(uid: string): readonly Instance[] {
    return this.#runs.get(uid) ?? [];
  }

  evict(uid: string, message: string): void {
    this.#workers.get(uid)?.evict(message);
  }

  wake(uid: string): void {
    this.#workers.get(uid)?.wake();
  }

  /** Runs until the signal aborts. */
  async run(): Promise<void> {
    const { pods, signal, context } = this.#options;
    if (!(await unlessAborted(pods.synced(), signal))) return;
    pods.subscribe({
      added: (pod) => this.#update(pod),
      updated: (pod) => this.#update(pod),
      deleted: (pod) => {
        this.#workers.get(pod.metadata.uid)?.update(pod);
        this.#workers.get(pod.metadata.uid)?.forget();
      },
    });
    for (let failures = 0; !signal.aborted; ) {
      try {
        const events = await context.runtime.subscribe(signal);
        await this.#adopt();
        failures = 0;
        for await (const event of events) this.#take(event);
      } catch (error) {
        if (signal.aborted) return;
        failures++;
        context.log.warn("the container runtime is not heard", { error });
        await sleep(context.clock, backoffDelay(RETRY, failures), signal).catch(() => {});
      }
    }
  }

  #take({ id, type }: RuntimeEvent): void {
    const uid = this.#owners.get(id);
    // Of a stranger: or of a run so young that its start will be followed by another look.
    if (uid === undefined) return;
    if (type === "oom") this.#context.log.info("a container ran out of memory", { pod: uid, container: id });
    this.wake(uid);
  }

  get #context(): PodContext {
    return this.#options.context;
  }

  /** Wakes everyone, and finds what runs although no pod wants it. */
  async #adopt(): Promise<void> {
    const { runtime, clock, volumes, log } = this.#context;
    const present = await runtime.pods();
    for (const name of present) if (!this.#workers.has(name.uid)) this.#add(orphan(name, clock.now()), false);
    for (const worker of this.#workers.values()) worker.wake();
    // The set lives on: pods that come while it is used are safe.
    await volumes.sweep(this.#uids).catch((error: unknown) => {
      log.warn("what earlier pods left could not be removed", { error });
    });
  }

  /** Takes note of what belongs to the pod; nothing when it is gone. */
  #read(uid: string, read: RuntimePod | undefined): void {
    for (const id of this.#ids.get(uid) ?? []) this.#owners.delete(id);
    const ids = [...(read?.sandboxes ?? []), ...(read?.instances ?? [])].map(({ id }) => id);
    for (const id of ids) this.#owners.set(id, uid);
    if (read) {
      this.#ids.set(uid, ids);
      this.#runs.set(uid, read.instances);
    } else {
      this.#ids.delete(uid);
      this.#runs.delete(uid);
    }
  }

  #update(pod: Pod): void {
    const known = this.#workers.get(pod.metadata.uid);
    if (known) known.update(pod);
    else this.#add(pod, true);
  }

  #add(pod: Pod, known: boolean): void {
    const { uid } = pod.metadata;
    const { context, signal } = this.#options;
    const seen = (read: RuntimePod | undefined): void => this.#read(uid, read);
    const worker = createPodWorker({ context, pod, known, seen, signal });
    this.#workers.set(uid, worker);
    this.#uids.add(uid);
    void worker.done.then(() => {
      seen(undefined);
      this.#workers.delete(uid);
      this.#uids.delete(uid);
    });
  }
}

/** Starts the pods; `done` resolves when the signal has aborted. Containers go on running. */
export function runPods(options: PodsOptions): { readonly pods: Pods; readonly done: Promise<void> } {
  const pods = new AllPods(options);
  return { pods, done: pods.run() };
}
