// All pods of this node: one worker each, fed by the API and by the runtime's events; what belongs to no pod is removed.
import type { Pod } from "@knots/api";
import type { Informer } from "@knots/client";
import { backoffDelay, formatTime, sleep } from "@knots/std";
import type { RuntimeEvent, RuntimePodName } from "../runtime/runtime.ts";
import type { PodContext } from "./context.ts";
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
}

/** Waits between tries to hear the runtime, in milliseconds. */
const RETRY = { base: 200, max: 5000 };
/** How many strangers are remembered; other users of the runtime make events too. */
const MOST_EARLY = 1000;
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

class AllPods implements Pods {
  readonly #options: PodsOptions;
  readonly #workers = new Map<string, PodWorker>();
  readonly #uids = new Set<string>();
  /** Which pod a container or sandbox belongs to. */
  readonly #owners = new Map<string, string>();
  /** Containers of which something was heard before anybody had read that they exist. */
  readonly #early = new Set<string>();

  constructor(options: PodsOptions) {
    this.#options = options;
  }

  get count(): number {
    return this.#workers.size;
  }

  wake(uid: string): void {
    this.#workers.get(uid)?.wake();
  }

  /** Runs until the signal aborts. */
  async run(): Promise<void> {
    const { pods, signal, context } = this.#options;
    await pods.synced();
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
    if (uid === undefined) this.#remember(id);
    if (uid === undefined) return;
    if (type === "oom") this.#context.log.info("a container ran out of memory", { pod: uid, container: id });
    this.wake(uid);
  }

  #remember(id: string): void {
    this.#early.add(id);
    const [oldest] = this.#early;
    if (this.#early.size > MOST_EARLY && oldest !== undefined) this.#early.delete(oldest);
  }

  get #context(): PodContext {
    return this.#options.context;
  }

  /** Wakes everyone, and finds what runs although no pod wants it. */
  async #adopt(): Promise<void> {
    const { runtime, clock, volumes } = this.#context;
    const present = await runtime.pods();
    for (const name of present) if (!this.#workers.has(name.uid)) this.#add(orphan(name, clock.now()), false);
    for (const worker of this.#workers.values()) worker.wake();
    // The set lives on: pods that come while it is used are safe.
    await volumes.sweep(this.#uids);
  }

  #update(pod: Pod): void {
    const known = this.#workers.get(pod.metadata.uid);
    if (known) known.update(pod);
    else this.#add(pod, true);
  }

  #add(pod: Pod, known: boolean): void {
    const { uid } = pod.metadata;
    const { context, signal } = this.#options;
    let ids: readonly string[] = [];
    const seen = (now: readonly string[]): void => {
      for (const id of ids) this.#owners.delete(id);
      for (const id of now) this.#owners.set(id, uid);
      ids = now;
      // What was read may be older than what was heard.
      if (now.filter((id) => this.#early.delete(id)).length > 0) this.wake(uid);
    };
    const worker = createPodWorker({ context, pod, known, seen, signal });
    this.#workers.set(uid, worker);
    this.#uids.add(uid);
    void worker.done.then(() => {
      seen([]);
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
