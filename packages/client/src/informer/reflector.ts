// Keeps a copy equal to what the server holds: list once, watch from there, survive whatever ends a watch.
import { type AnyKind, ApiError, isApiError, type KubeObject } from "@knots/machinery";
import { type BackoffOptions, backoffDelay, type Clock, type Logger, type Random, sleep } from "@knots/std";
import type { Client } from "../client.ts";
import type { WatchEvent } from "../transport/transport.ts";
import type { InformerOptions } from "./informer.ts";
import { compareRevisions } from "./revision.ts";
import { openWatch, type WatchLimits } from "./watch-stream.ts";

/** Where the reflector writes to; calls are synchronous and come in the server's order. */
export interface ReflectorSink {
  /** Revision that the copy has reached; "" before the first list. */
  readonly revision: string;
  replace(objects: readonly KubeObject[], revision: string): void;
  change(type: "ADDED" | "MODIFIED" | "DELETED", object: KubeObject): void;
  bookmark(revision: string): void;
}

export interface ReflectorOptions {
  readonly client: Client;
  readonly kind: AnyKind;
  readonly scope: InformerOptions;
  readonly sink: ReflectorSink;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  readonly signal: AbortSignal;
  /** Whether the first list comes as a stream of events (falls back to a list where the server cannot). */
  readonly streamLists: boolean;
}

const BACKOFF: BackoffOptions = { base: 100, max: 30_000, jitter: 0.5 };
/** How often a list older than the copy is refused before it is believed: then the server was restored from a backup. */
const OLDER_LISTS_REFUSED = 5;
/** A watch that ends without an event within this time counts as a failure (milliseconds). */
const SHORT_WATCH = 1000;
/** How long a streamed list may be silent before it is asked for as an ordinary list (milliseconds). */
const SILENT_STREAM = 10_000;

/** What the loop remembers between two attempts. */
interface Progress {
  listed: boolean;
  streaming: boolean;
  failures: number;
  olderLists: number;
}

/** Runs until the signal aborts; never throws. */
export async function reflect(options: ReflectorOptions): Promise<void> {
  const { signal, clock, log } = options;
  const progress: Progress = { listed: false, streaming: options.streamLists, failures: 0, olderLists: 0 };
  while (!signal.aborted) {
    try {
      if (progress.listed) await follow(options, progress);
      else if (progress.streaming) await followWithList(options, progress);
      else await list(options, progress);
    } catch (error) {
      if (signal.aborted) return;
      const delay = afterFailure(options, progress, error);
      // A refusal lasts until somebody mends it; a broken connection mends itself.
      const level = isApiError(error, "Forbidden", "Unauthorized", "NotFound") ? "warn" : "debug";
      log[level]("list and watch interrupted", { kind: options.kind.kind, error, delay });
      await sleep(clock, delay, signal).catch(() => {});
    }
  }
}

/** Decides what the failure means for the next attempt, and its delay in milliseconds. */
function afterFailure({ random }: ReflectorOptions, progress: Progress, error: unknown): number {
  progress.failures++;
  const expired = isApiError(error, "Expired", "Gone") || (error instanceof ApiError && error.code === 410);
  if (expired) progress.listed = false;
  if (expired && progress.failures === 1) return 0;
  const asked = error instanceof ApiError ? (error.status.details?.retryAfterSeconds ?? 0) * 1000 : 0;
  return Math.max(asked, backoffDelay(BACKOFF, progress.failures, random));
}

function checkAge({ sink }: ReflectorOptions, progress: Progress, revision: string): void {
  const older = compareRevisions(revision, sink.revision) < 0;
  progress.olderLists = older ? progress.olderLists + 1 : 0;
  if (older && progress.olderLists <= OLDER_LISTS_REFUSED)
    throw new Error(`the list is of revision ${revision}, but the copy has reached ${sink.revision}`);
}

/** Lists without a revision: the answer is as new as every write that was acknowledged before. */
async function list(options: ReflectorOptions, progress: Progress): Promise<void> {
  const { client, kind, scope, sink, signal } = options;
  const { metadata, items } = await client.list(kind, { ...scope, signal });
  const revision = metadata.resourceVersion ?? "";
  checkAge(options, progress, revision);
  sink.replace(items, revision);
  progress.listed = true;
}

function limitsOf({ clock, random, signal }: ReflectorOptions): WatchLimits {
  return { clock, signal, timeoutSeconds: 300 + random.below(300) };
}

/** Watches from the copy's revision until the watch ends. */
async function follow(options: ReflectorOptions, progress: Progress): Promise<void> {
  const { client, kind, scope, sink, clock } = options;
  const opened = clock.monotonic();
  const before = sink.revision;
  const position = { resourceVersion: before, allowWatchBookmarks: true };
  for await (const event of openWatch({ client, kind, scope: { ...scope, ...position } }, limitsOf(options)))
    apply(sink, event, progress);
  const idle = sink.revision === before && clock.monotonic() - opened < SHORT_WATCH;
  if (idle) throw new Error("the watch ended at once");
}

function apply(sink: ReflectorSink, event: WatchEvent, progress: Progress): void {
  if (event.type === "ERROR") throw new ApiError(event.object);
  progress.failures = 0;
  if (event.type === "BOOKMARK") sink.bookmark(event.object.metadata.resourceVersion ?? "");
  else sink.change(event.type, event.object);
}

const endsList = (object: KubeObject): boolean => object.metadata.annotations?.["k8s.io/initial-events-end"] === "true";

/** Gathers the events of a streamed list; answers true when the copy has been replaced by them. */
function gatherer(options: ReflectorOptions, progress: Progress): (event: WatchEvent) => boolean {
  const { sink } = options;
  const initial: KubeObject[] = [];
  return (event) => {
    if (event.type === "ERROR") throw new ApiError(event.object);
    if (event.type === "ADDED") initial.push(event.object);
    if (event.type !== "BOOKMARK" || !endsList(event.object)) return false;
    const revision = event.object.metadata.resourceVersion ?? "";
    checkAge(options, progress, revision);
    sink.replace(initial, revision);
    return true;
  };
}

/** Takes the present objects and what follows from one stream. */
async function followWithList(options: ReflectorOptions, progress: Progress): Promise<void> {
  const { client, kind, scope, sink } = options;
  const gather = gatherer(options, progress);
  const asked = { sendInitialEvents: true, resourceVersionMatch: "NotOlderThan", allowWatchBookmarks: true } as const;
  const limits = { ...limitsOf(options), silence: SILENT_STREAM };
  const stream = openWatch({ client, kind, scope: { ...scope, ...asked } }, limits);
  try {
    for await (const event of stream) {
      if (progress.listed) apply(sink, event, progress);
      else if (gather(event)) {
        progress.listed = true;
        stream.allowSilence();
      }
    }
  } catch (error) {
    const cannot = stream.silent || isApiError(error, "Invalid", "BadRequest");
    if (cannot && !progress.listed) progress.streaming = false;
    throw error;
  }
}
