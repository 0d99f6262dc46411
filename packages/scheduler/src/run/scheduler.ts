// The scheduler at work: takes pods from the queue one after another, decides, and binds in the background.
import { type Deferred, deferred, settle } from "@knots/std";
import { type Decision, decide } from "../decision/decide.ts";
import { explain } from "../decision/explain.ts";
import { defaultPlugins } from "../plugins/defaults.ts";
import { createQueue, type Queue, type Waiting } from "../queue/queue.ts";
import { type Cache, createCache } from "../snapshot/cache.ts";
import { type Bound, bind } from "./bind.ts";
import type { SchedulerOptions } from "./options.ts";
import { reportPlaced, reportUnplaced } from "./report.ts";
import { follow, surroundingsOf } from "./watch.ts";

/** Most bindings and condition writes that are under way at once. */
const WRITES_AT_ONCE = 64;
/** Decisions between two breaths of the event loop. */
const BREATH = 32;

interface Scheduler {
  readonly options: SchedulerOptions;
  readonly name: string;
  readonly cache: Cache;
  readonly queue: Queue;
  readonly writes: Set<Promise<void>>;
}

function startWrite({ writes, options }: Scheduler, work: Promise<void>): void {
  const tracked = work
    .catch((error: unknown) => options.log.error("scheduler: a write failed in an unforeseen way", { error }))
    .finally(() => writes.delete(tracked));
  writes.add(tracked);
}

/** The pod is back in the queue; whatever room it held is free again. */
function giveBack(scheduler: Scheduler, waiting: Waiting, error: unknown): void {
  const { cache, queue, options } = scheduler;
  cache.forget(waiting.pod);
  queue.notice({ type: "pod-gone", pod: waiting.pod });
  queue.retry(waiting);
  options.log.warn("binding failed", { pod: waiting.pod.pod.metadata.name, error });
}

async function place(scheduler: Scheduler, waiting: Waiting, node: string): Promise<void> {
  const { options, cache, name } = scheduler;
  const failed = (error: unknown): Bound => ({ state: "failed", error });
  const outcome = await bind(options.client, waiting.pod, node).catch(failed);
  if (outcome.state === "bound") reportPlaced({ ...options, name }, waiting.pod, node);
  else if (outcome.state === "gone") cache.forget(waiting.pod);
  if (outcome.state !== "failed") return;
  giveBack(scheduler, waiting, outcome.error);
  const text = outcome.error instanceof Error ? outcome.error.message : String(outcome.error);
  await reportUnplaced({ ...options, name }, waiting.pod, "SchedulerError", `binding rejected: ${text}`);
}

const refusersOf = ({ refusals }: Decision): ReadonlySet<string> =>
  new Set([...refusals.values()].map(({ plugin }) => plugin));

function scheduleOne(scheduler: Scheduler, waiting: Waiting): void {
  const { options, cache, queue, name } = scheduler;
  const decision = decide(waiting.pod, cache, { plugins: options.plugins ?? defaultPlugins, random: options.random });
  options.onDecision?.(decision);
  if (decision.node !== undefined) {
    cache.assume(waiting.pod, decision.node);
    startWrite(scheduler, place(scheduler, waiting, decision.node));
    return;
  }
  queue.failed(waiting, refusersOf(decision));
  startWrite(scheduler, reportUnplaced({ ...options, name }, waiting.pod, "Unschedulable", explain(decision, cache)));
}

/** Works until the signal aborts. */
async function work(scheduler: Scheduler, woken: { promise: Deferred<void> }): Promise<void> {
  const { options, queue, writes } = scheduler;
  for (let count = 1; !options.signal.aborted; count++) {
    const waiting = queue.pop();
    if (!waiting) {
      await woken.promise.promise;
      woken.promise = deferred();
      continue;
    }
    scheduleOne(scheduler, waiting);
    if (writes.size >= WRITES_AT_ONCE) await Promise.race(writes);
    if (count % BREATH === 0) await settle();
  }
}

/** Runs the scheduler until `signal` aborts; resolves when its last write has ended. */
export async function runScheduler(options: SchedulerOptions): Promise<void> {
  const { clock, informers, signal } = options;
  const woken = { promise: deferred() };
  const wake = (): void => woken.promise.resolve();
  const around = surroundingsOf(informers);
  const queue = createQueue({ clock, plugins: options.plugins ?? defaultPlugins, wake });
  const name = options.name ?? "default-scheduler";
  const scheduler: Scheduler = { options, name, cache: createCache(around.surroundings), queue, writes: new Set() };
  signal.addEventListener("abort", wake, { once: true });
  const unfollow = follow(informers, { cache: scheduler.cache, queue, name });
  try {
    const aborted = new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
    await Promise.race([around.synced(), aborted]);
    await work(scheduler, woken);
  } finally {
    unfollow();
    queue.close();
    await Promise.all(scheduler.writes);
  }
}
