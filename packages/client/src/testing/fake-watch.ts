// The open watches of the in-memory API: what each begins with, which changes it sees, how it ends.
import {
  type AnyKind,
  apiVersionOf,
  everything,
  type FieldRequirement,
  failure,
  type KubeObject,
  parseFieldSelector,
  parseLabelSelector,
} from "@knots/machinery";
import { type Channel, type Clock, createChannel, deepFreeze } from "@knots/std";
import type { ApiRequest, WatchEvent } from "../transport/transport.ts";
import type { Change, FakeObjects } from "./fake-objects.ts";

const UNREAD_EVENTS = 100_000;
const INITIAL_EVENTS_END = { "k8s.io/initial-events-end": "true" };

/** Whether a request's namespace and selectors choose an object. */
export type Matcher = (object: KubeObject) => boolean;

interface OpenWatch {
  readonly request: ApiRequest;
  readonly kind: AnyKind;
  readonly matches: Matcher;
  readonly channel: Channel<WatchEvent>;
}

function fieldOf(kind: AnyKind, object: KubeObject, field: string): string | undefined {
  if (field === "metadata.name") return object.metadata.name;
  if (field === "metadata.namespace") return object.metadata.namespace ?? "";
  return kind.selectable[field]?.(object);
}

/** Reads the scope of a list, watch or deletecollection. */
export function matcherOf(kind: AnyKind, { namespace, options = {} }: ApiRequest): Matcher {
  const labels = options.labelSelector ? parseLabelSelector(options.labelSelector) : everything;
  const fields = options.fieldSelector ? parseFieldSelector(options.fieldSelector) : [];
  const holds = (object: KubeObject, { field, equal, value }: FieldRequirement): boolean =>
    (fieldOf(kind, object, field) === value) === equal;
  return (object) =>
    (namespace === undefined || object.metadata.namespace === namespace) &&
    labels.matches(object.metadata.labels) &&
    fields.every((requirement) => holds(object, requirement));
}

/** A change as a watch with a selector sees it: moving into the selection is ADDED, out of it DELETED. */
function eventOf(change: Change, matches: Matcher): WatchEvent | undefined {
  const before = change.previous !== undefined && matches(change.previous);
  const after = change.type !== "DELETED" && matches(change.object);
  if (!before && !after) return undefined;
  const type = after ? (before ? "MODIFIED" : "ADDED") : "DELETED";
  return { type, object: change.object };
}

function bookmarkOf(kind: AnyKind, revision: number, annotations?: Readonly<Record<string, string>>): WatchEvent {
  const metadata = { resourceVersion: String(revision), ...(annotations && { annotations }) };
  return deepFreeze({ type: "BOOKMARK", object: { apiVersion: apiVersionOf(kind), kind: kind.kind, metadata } });
}

/** Watches of one fake API. */
export interface FakeWatches {
  readonly size: number;
  open(kind: AnyKind, request: ApiRequest, signal?: AbortSignal): AsyncIterable<WatchEvent>;
  /** Sends the changes after revision `from`. */
  publish(from: number): void;
  bookmark(): void;
  disconnect(): void;
}

/** Creates the set of watches over `objects`. */
export function createFakeWatches(objects: FakeObjects, clock: Clock): FakeWatches {
  const watches = new Set<OpenWatch>();
  return {
    get size() {
      return watches.size;
    },
    open(kind, request, signal) {
      const { channel, close } = openChannel(clock, request, signal);
      const open: OpenWatch = { request, kind, matches: matcherOf(kind, request), channel };
      startWatch(objects, open);
      watches.add(open);
      close.push(() => watches.delete(open));
      return channel;
    },
    publish(from) {
      for (const change of objects.history.filter(({ revision }) => revision > from))
        for (const { kind, matches, channel } of watches) {
          const event = kind === change.kind ? eventOf(change, matches) : undefined;
          if (event) channel.push(event);
        }
    },
    bookmark() {
      for (const { request, kind, channel } of watches)
        if (request.options?.allowWatchBookmarks) channel.push(bookmarkOf(kind, objects.revision));
    },
    disconnect() {
      for (const { channel } of watches) channel.fail(new Error("connection reset"));
    },
  };
}

function openChannel(clock: Clock, request: ApiRequest, signal?: AbortSignal) {
  const close: (() => void)[] = [];
  const channel = createChannel<WatchEvent>(UNREAD_EVENTS, () => {
    for (const step of close) step();
  });
  const stop = (): void => channel.fail(signal?.reason);
  signal?.addEventListener("abort", stop, { once: true });
  close.push(() => signal?.removeEventListener("abort", stop));
  const seconds = request.options?.timeoutSeconds;
  if (seconds) {
    const timer = clock.setTimer(seconds * 1000, () => channel.end());
    close.push(() => timer.cancel());
  }
  return { channel, close };
}

/** Queues what a new watch begins with: the history after its revision, or the present objects. */
function startWatch(objects: FakeObjects, { request, kind, matches, channel }: OpenWatch): void {
  const { resourceVersion = "", sendInitialEvents = false } = request.options ?? {};
  if (sendInitialEvents || resourceVersion === "" || resourceVersion === "0") {
    for (const object of objects.list(kind).filter(matches)) channel.push({ type: "ADDED", object });
    if (sendInitialEvents) channel.push(bookmarkOf(kind, objects.revision, INITIAL_EVENTS_END));
    return;
  }
  const from = Number(resourceVersion);
  if (from < objects.compacted) {
    const message = `too old resource version: ${from} (${objects.compacted})`;
    channel.push({ type: "ERROR", object: failure(410, "Expired", message) });
    channel.end();
    return;
  }
  for (const change of objects.history) {
    const event = change.kind === kind && change.revision > from ? eventOf(change, matches) : undefined;
    if (event) channel.push(event);
  }
}
