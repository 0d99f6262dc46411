// One informer: the copy, its handlers and its revision behind one face; the reflector feeds it.
import type { AnyKind, KubeObject } from "@knots/machinery";
import { deferred, type Logger } from "@knots/std";
import type { Informer, InformerHandler } from "./informer.ts";
import { createObjectStore, type ObjectStore, type StoreChange } from "./object-store.ts";
import type { ReflectorSink } from "./reflector.ts";
import { compareRevisions, createRevisionGate, type RevisionGate } from "./revision.ts";

/** An informer together with the side that the reflector writes to. */
export interface SharedInformer {
  readonly informer: Informer<KubeObject>;
  readonly sink: ReflectorSink;
  /** Lets go of everyone who waits. */
  close(): void;
}

function tell(handler: InformerHandler<KubeObject>, change: StoreChange): void {
  if (change.type === "added") handler.added?.(change.object);
  else if (change.type === "updated") handler.updated?.(change.object, change.previous);
  else handler.deleted?.(change.object);
}

/** One subscription; a handler that is subscribed twice has two. */
interface Entry {
  readonly handler: InformerHandler<KubeObject>;
}

/** Handlers in order of subscription; one that throws is logged and stays. */
function createHandlers(log: Logger) {
  const entries = new Set<Entry>();
  const guarded = ({ handler }: Entry, change: StoreChange): void => {
    try {
      tell(handler, change);
    } catch (error) {
      log.error("informer handler failed", { error });
    }
  };
  return {
    subscribe(handler: InformerHandler<KubeObject>, present: readonly KubeObject[]) {
      const entry = { handler };
      entries.add(entry);
      for (const object of present) guarded(entry, { type: "added", object });
      return () => {
        entries.delete(entry);
      };
    },
    tellAll(changes: readonly StoreChange[]): void {
      if (changes.length === 0) return;
      // Who subscribes while changes are told was shown the copy with all of them.
      const present = [...entries];
      for (const change of changes) for (const entry of present) if (entries.has(entry)) guarded(entry, change);
    },
  };
}

interface Parts {
  readonly store: ObjectStore;
  readonly gate: RevisionGate;
  readonly tellAll: (changes: readonly StoreChange[]) => void;
  readonly listed: () => void;
}

/** The writing side: the copy first, then the handlers, then those who wait for the revision. */
function sinkOf({ store, gate, tellAll, listed }: Parts): ReflectorSink {
  return {
    get revision() {
      return gate.revision;
    },
    replace(objects, revision) {
      tellAll(store.replace(objects));
      gate.move(revision);
      listed();
    },
    change(type, object) {
      const { resourceVersion = "" } = object.metadata;
      // A server that goes back in time (etcd-io/etcd#15271) must not bring the dead to life.
      if (compareRevisions(resourceVersion, gate.revision) < 0) return;
      tellAll(type === "DELETED" ? store.remove(object) : store.put(object));
      gate.move(resourceVersion);
    },
    bookmark(revision) {
      if (compareRevisions(revision, gate.revision) > 0) gate.move(revision);
    },
  };
}

/** Creates an informer that has seen nothing. */
export function createSharedInformer(kind: AnyKind, options: { readonly log: Logger; readonly maxObjects: number }) {
  const { log, maxObjects } = options;
  const store = createObjectStore(maxObjects);
  const gate = createRevisionGate();
  const handlers = createHandlers(log);
  const synced = deferred();
  synced.promise.catch(() => {}); // whoever waits sees the rejection; nobody has to wait

  const informer: Informer<KubeObject> = {
    kind,
    get resourceVersion() {
      return gate.revision;
    },
    synced: () => synced.promise,
    reached: (revision, signal) => gate.reached(revision, signal),
    get: (namespace, name) => store.get(namespace, name),
    list: (namespace) => store.list(namespace),
    byIndex: (index, value) => store.byIndex(index, value),
    addIndex: (name, indexer) => store.addIndex(name, indexer),
    index: (indexer) => store.index(indexer),
    subscribe: (handler) => handlers.subscribe(handler, store.list()),
  };
  const shared: SharedInformer = {
    informer,
    sink: sinkOf({ store, gate, tellAll: (changes) => handlers.tellAll(changes), listed: () => synced.resolve() }),
    close() {
      const reason = new Error("the informer was closed");
      synced.reject(reason);
      gate.close(reason);
    },
  };
  return shared;
}
