// Runs controllers: snapshot, plan, apply, and a wait for the copies to show it before the same key is planned again.
import { isApiError, type KubeObject } from "@knots/machinery";
import { type Clock, createMetrics, deepEqual, type Logger, type Metrics, type Random } from "@knots/std";
import type { Client } from "../client.ts";
import type { EventRecorder } from "../events/recorder.ts";
import type { Informers } from "../informer/informer.ts";
import { applyWrites, type Ended } from "./apply-writes.ts";
import type { Controller, Key } from "./controller.ts";
import { type ControllerCaches, createControllerCaches } from "./controller-caches.ts";
import { type ControllerMetrics, createControllerMetrics } from "./controller-metrics.ts";
import { createOwnWrites, type OwnWrites } from "./own-writes.ts";
import type { Plan, Write, WriteOutcome } from "./plan.ts";
import { createWorkQueue, type WorkCounts, type WorkQueue, type WorkResult } from "./work-queue.ts";
import { createNameChooser } from "./write-name.ts";

/** What controllers need from outside. */
export interface RuntimeOptions {
  readonly client: Client;
  readonly informers: Informers;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  readonly recorder: EventRecorder;
  /** Where rounds and writes are counted. */
  readonly metrics?: Metrics;
  /** Aborting it is the same as `close`. */
  readonly signal?: AbortSignal;
}

/** A controller at work. */
export interface RunningController {
  readonly name: string;
  readonly counts: WorkCounts;
  /** Whether the copies are complete and no work is queued, running, held or waiting for a retry. */
  idle(): boolean;
  /** Resolves at the first idle moment. */
  settled(): Promise<void>;
  /** Begins no further rounds and waits for those that are running. */
  close(): Promise<void>;
}

/** Everything that a round uses. */
interface Runtime {
  readonly controller: Controller;
  readonly caches: ControllerCaches;
  readonly own: OwnWrites;
  readonly options: RuntimeOptions;
  readonly log: Logger;
  readonly metrics: ControllerMetrics;
  /** Writes of unknown outcome by key; they are looked at before the next plan. */
  readonly unknown: Map<Key, readonly Write[]>;
}

const isUncertain = (ended: Ended): boolean =>
  ended.state === "unknown" ||
  // The server broke down or ran out of time: the write may have been done, or may still be.
  (ended.state === "refused" && (ended.error?.code === 500 || ended.error?.code === 504));

const outcomesOf = (ended: readonly Ended[]): readonly WriteOutcome[] =>
  ended.filter((one) => one.state === "done" || one.state === "refused");

const statusOf = (object: KubeObject): unknown => (object as { readonly status?: unknown }).status;

/** The newest version of the primary object that is known: one of our own writes, or the copy's. */
function latestPrimary({ controller, caches }: Runtime, wanted: KubeObject, ended: readonly Ended[]) {
  const { namespace = "", name = "", uid } = wanted.metadata;
  const written = ended.flatMap((one) => (one.state === "done" && one.object ? [one.object] : []));
  const own = written.findLast(({ metadata }) => metadata.uid === uid);
  if (own) return { object: own, ours: true };
  const object = caches.of(controller.primary).get(namespace, name) as KubeObject | undefined;
  return object?.metadata.uid === uid ? { object, ours: false } : undefined;
}

/** Writes the status when it differs; an own write to the primary just before does not make it stale. */
async function writeStatus(runtime: Runtime, status: KubeObject, ended: readonly Ended[]): Promise<readonly Ended[]> {
  const { controller, options } = runtime;
  const latest = latestPrimary(runtime, status, ended);
  if (!latest?.object || deepEqual(statusOf(latest.object), statusOf(status))) return [];
  const object = latest.ours ? ({ ...latest.object, status: statusOf(status) } as KubeObject) : status;
  const write: Write = { verb: "update", kind: controller.primary, object, subresource: "status" };
  const names = createNameChooser([], options.random);
  return applyWrites(options.client, [write], names);
}

/** Looks at the writes of unknown outcome; answers the creates that have not (yet) taken effect. */
async function lookBack({ unknown, own }: Runtime, key: Key): Promise<readonly Write[]> {
  const writes = unknown.get(key) ?? [];
  const exists = await Promise.all(writes.map((write) => own.look(write)));
  unknown.delete(key);
  return writes.filter((_write, at) => !exists[at]);
}

async function applyPlan(runtime: Runtime, plan: Plan, missing: readonly Write[]): Promise<readonly Ended[]> {
  const { controller, options } = runtime;
  const writes = await applyWrites(options.client, plan.writes ?? [], createNameChooser(missing, options.random));
  const report = plan.report?.(outcomesOf(writes)) ?? {};
  const status = report.status ?? plan.status;
  const ended = [...writes, ...(status ? await writeStatus(runtime, status, writes) : [])];
  const succeeded = writes.every(({ state }) => state === "done" || state === "skipped");
  for (const event of [...(succeeded ? (plan.events ?? []) : []), ...(report.events ?? [])])
    options.recorder.record(controller.component, event);
  return ended;
}

/** Says once what went wrong; a lost race is no news. */
function logFailures({ log }: Runtime, key: Key, ended: readonly Ended[]): boolean {
  const failed = ended.filter(({ state }) => state !== "done" && state !== "skipped");
  for (const one of failed) {
    const error = one.state === "refused" ? one.error : "cause" in one ? one.cause : undefined;
    const race = isApiError(error, "Conflict", "NotFound", "AlreadyExists");
    const fields = { key, verb: one.write.verb, kind: one.write.kind.kind, error };
    if (race) log.debug("write lost a race", fields);
    else log.warn("write failed", fields);
  }
  return failed.length > 0;
}

/** Writes to look at before the next round: those of unknown outcome now, and earlier ones that were not settled by being repeated. */
function openWrites(ended: readonly Ended[], missing: readonly Write[]): readonly Write[] {
  const settled = new Set(ended.filter(({ state }) => state === "done").map(({ write }) => write.object.metadata.name));
  const uncertain = ended.filter(isUncertain).map(({ write }) => write);
  const names = new Set(uncertain.map(({ object }) => object.metadata.name));
  const earlier = missing.filter(
    ({ object: { metadata } }) => !settled.has(metadata.name) && !names.has(metadata.name),
  );
  return [...uncertain, ...earlier];
}

async function round(runtime: Runtime, key: Key): Promise<WorkResult> {
  const { controller, caches, own, options, metrics, unknown } = runtime;
  const missing = await lookBack(runtime, key);
  const snapshot = controller.snapshot(key, caches);
  if (snapshot === undefined) return {};
  const plan = controller.plan(snapshot, options.clock.now());
  const ended = await applyPlan(runtime, plan, missing);
  metrics.writes(ended);
  const retry = logFailures(runtime, key, ended);
  if (retry) unknown.set(key, openWrites(ended, missing));
  const { wakeAt } = plan;
  return { retry, hold: own.shown(ended), ...(wakeAt !== undefined && { wakeAt }) };
}

async function guardedRound(runtime: Runtime, key: Key): Promise<WorkResult> {
  try {
    return await round(runtime, key);
  } catch (error) {
    runtime.log.error("round failed", { key, error });
    return { retry: true };
  }
}

/** Feeds the queue from the copies and starts it when they are complete. */
function connect({ caches, own, log }: Runtime, queue: WorkQueue): () => void {
  const disconnect = caches.subscribe(({ object, deleted, keys }) => {
    own.observe(object, deleted);
    for (const key of keys) queue.add(key);
  });
  caches.synced().then(
    () => queue.start(),
    (error: unknown) => log.debug("caches were closed before they were complete", { error }),
  );
  return disconnect;
}

/** Starts one controller. Its caches outlive it: they belong to `informers`. */
export function runController(controller: Controller, options: RuntimeOptions): RunningController {
  const stop = new AbortController();
  const log = options.log.child({ controller: controller.name });
  const caches = createControllerCaches(controller, options.informers);
  const own = createOwnWrites(options.client, (kind) => caches.find(kind), stop.signal);
  const metrics = createControllerMetrics(options.metrics ?? createMetrics(), controller.name);
  const runtime: Runtime = { controller, caches, own, options, log, metrics, unknown: new Map() };
  const work = (key: Key): Promise<WorkResult> => guardedRound(runtime, key);
  const { workers = 1 } = controller;
  const queue = createWorkQueue({ clock: options.clock, workers, work, observer: metrics.queue });
  const disconnect = connect(runtime, queue);
  const close = async (): Promise<void> => {
    options.signal?.removeEventListener("abort", onAbort);
    disconnect();
    stop.abort(new Error(`controller ${controller.name} was stopped`));
    await queue.close();
  };
  const onAbort = (): void => void close();
  options.signal?.addEventListener("abort", onAbort, { once: true });
  return {
    name: controller.name,
    get counts() {
      return queue.counts;
    },
    idle: () => queue.idle,
    settled: () => queue.settled(),
    close,
  };
}

/** Starts several controllers and treats them as one. */
export function runControllers(controllers: readonly Controller[], options: RuntimeOptions): RunningController {
  const running = controllers.map((controller) => runController(controller, options));
  const idle = (): boolean => running.every((one) => one.idle());
  const sum = (pick: (counts: WorkCounts) => number): number =>
    running.reduce((total, { counts }) => total + pick(counts), 0);
  return {
    name: controllers.map(({ name }) => name).join(","),
    get counts() {
      return {
        queued: sum(({ queued }) => queued),
        running: sum((counts) => counts.running),
        held: sum(({ held }) => held),
        retrying: sum(({ retrying }) => retrying),
      };
    },
    idle,
    async settled() {
      // One controller's last write may be the next one's work.
      while (!idle()) await Promise.all(running.map((one) => one.settled()));
    },
    async close() {
      await Promise.all(running.map((one) => one.close()));
    },
  };
}
