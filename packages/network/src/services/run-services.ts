// Keeps the kernel's service rules equal to what the API says: one transaction per round, one round at a time.
import { EndpointSlice, Pod, Service } from "@knots/api";
import type { Informers } from "@knots/client";
import { backoffDelay, type Clock, type Deferred, deferred, type Logger, type Metrics, sleep } from "@knots/std";
import type { RulesKernel } from "./kernel.ts";
import { createPortTable, type PortTable } from "./port-table.ts";
import { createRulesWriter, type RulesWriter } from "./rules-writer.ts";
import { createServiceMetrics, type ServiceMetrics } from "./service-metrics.ts";
import type { RulesetOptions } from "./table.ts";

export interface ServicesOptions {
  readonly informers: Informers;
  /** Name of this node. */
  readonly node: string;
  readonly table: RulesetOptions;
  readonly kernel: RulesKernel;
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics?: Metrics;
  /** Stops the loop as `stop` does. */
  readonly signal?: AbortSignal;
}

export interface RunningServices {
  /** Resolves when the first rules are in the kernel; rejects when stopped before. */
  readonly ready: Promise<void>;
  /** Resolves when everything that the informers had told before the call is in the kernel. */
  settled(): Promise<void>;
  /** Ends the loop. The rules stay, for a successor to take over. */
  stop(): Promise<void>;
  /** Ends the loop and removes the table. */
  remove(): Promise<void>;
}

const RETRY = { base: 200, max: 30_000 };

/** What waits for a round. */
interface Wishes {
  /** When the oldest change that is not in the kernel came, on the monotonic clock. */
  since?: number | undefined;
  /** The table may not be what we wrote. */
  doubt: boolean;
  wake: () => void;
  waiting: Deferred<void>[];
}

interface Loop extends ServicesOptions {
  readonly wishes: Wishes;
  readonly signal: AbortSignal;
  readonly writer: RulesWriter;
  readonly ports: PortTable;
  readonly measured: ServiceMetrics;
}

async function round(loop: Loop): Promise<void> {
  const { wishes, writer, ports, measured } = loop;
  const { since, waiting, doubt } = wishes;
  Object.assign(wishes, { since: undefined, waiting: [], doubt: false });
  try {
    if (doubt) await writer.verify();
    const written = await measured.round(() => writer.write(ports.refresh(), ports));
    if (written && since !== undefined) measured.inKernel(since);
    if (written === "rebuilt") measured.rebuilt();
    for (const each of waiting) each.resolve();
  } catch (error) {
    wishes.since = Math.min(since ?? Number.POSITIVE_INFINITY, wishes.since ?? Number.POSITIVE_INFINITY);
    wishes.waiting.unshift(...waiting);
    throw error;
  }
}

async function runLoop(loop: Loop): Promise<void> {
  const { wishes, signal, clock, log } = loop;
  let failures = 0;
  while (!signal.aborted) {
    const next = deferred();
    wishes.wake = () => next.resolve();
    if (wishes.since === undefined && !wishes.doubt && wishes.waiting.length === 0) await next.promise;
    if (signal.aborted) return;
    try {
      await round(loop);
      failures = 0;
    } catch (error) {
      failures++;
      log.error("service rules could not be written", { error, failures });
      await sleep(clock, backoffDelay(RETRY, failures), signal).catch(() => {});
    }
  }
}

/** Somebody may remove our table (a reload of the host's firewall does); then it is written anew at once. */
async function guardTable({ kernel, table, wishes, signal, clock }: Loop): Promise<void> {
  const doubt = (name?: string): void => {
    if (name !== undefined && name !== table.table) return;
    wishes.doubt = true;
    wishes.wake();
  };
  for (let ends = 1; !signal.aborted; ends++) {
    await kernel.watch(doubt, signal);
    await sleep(clock, backoffDelay(RETRY, ends), signal).catch(() => {});
  }
}

async function work(options: ServicesOptions, wishes: Wishes, signal: AbortSignal): Promise<void> {
  const { informers, node, clock } = options;
  const sources = {
    services: informers.informer(Service),
    slices: informers.informer(EndpointSlice),
    pods: informers.informer(Pod, { fieldSelector: `spec.nodeName=${node}` }),
  };
  const stopped = new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
  await Promise.race([Promise.all(Object.values(sources).map((informer) => informer.synced())), stopped]);
  if (signal.aborted) return;
  const ports = createPortTable(sources, node, () => {
    wishes.since ??= clock.monotonic();
    wishes.wake();
  });
  const writer = createRulesWriter(options);
  const loop = { ...options, wishes, signal, ports, writer, measured: createServiceMetrics(options) };
  try {
    await Promise.all([runLoop(loop), guardTable(loop)]);
  } finally {
    ports.close();
  }
}

/** Starts the loop. Until the informers have everything, rules of a predecessor stay as they are. */
export function runServices(options: ServicesOptions): RunningServices {
  const stopping = new AbortController();
  const signal = options.signal ? AbortSignal.any([options.signal, stopping.signal]) : stopping.signal;
  const wishes: Wishes = { doubt: false, wake: () => {}, waiting: [] };
  const settled = (): Promise<void> => {
    const applied = deferred();
    if (signal.aborted) applied.reject(new Error("the service rules were stopped"));
    wishes.waiting.push(applied);
    wishes.wake();
    return applied.promise;
  };
  signal.addEventListener("abort", () => wishes.wake(), { once: true });
  const ready = settled();
  ready.catch(() => {});
  const done = work(options, wishes, signal)
    .catch((error: unknown) => options.log.error("service rules ended", { error }))
    .finally(() => {
      for (const each of wishes.waiting) each.reject(new Error("the service rules were stopped"));
    });
  const stop = (): Promise<void> => {
    stopping.abort();
    return done;
  };
  const remove = async (): Promise<void> => {
    await stop();
    await options.kernel.remove(options.table.table);
  };
  return { ready, settled, stop, remove };
}
