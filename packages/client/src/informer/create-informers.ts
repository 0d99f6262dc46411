// Shared informers of one client: equal kinds and scopes have one copy and one watch.
import type { AnyKind, ObjectOf } from "@knots/machinery";
import type { Clock, Logger, Random } from "@knots/std";
import type { Client } from "../client.ts";
import type { Informer, InformerOptions, Informers } from "./informer.ts";
import { reflect } from "./reflector.ts";
import { createSharedInformer, type SharedInformer } from "./shared-informer.ts";

export interface InformersOptions {
  readonly client: Client;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  /** Most objects that one copy may hold; default one million. */
  readonly maxObjects?: number;
  /** Whether lists are asked for as streams of events; default false. */
  readonly streamLists?: boolean;
}

interface Running {
  readonly shared: SharedInformer;
  readonly done: Promise<void>;
}

function nameOf(kind: AnyKind, { namespace, labelSelector, fieldSelector }: InformerOptions): string {
  return JSON.stringify([kind.group, kind.version, kind.plural, namespace, labelSelector, fieldSelector]);
}

/** Creates the set; informers start when they are first asked for. */
export function createInformers(options: InformersOptions): Informers {
  const { log, maxObjects = 1_000_000, streamLists = false } = options;
  const running = new Map<string, Running>();
  const stop = new AbortController();

  const start = (kind: AnyKind, scope: InformerOptions): Running => {
    if (stop.signal.aborted) throw new Error("the informers were closed");
    const shared = createSharedInformer(kind, { log, maxObjects });
    const done = reflect({ ...options, kind, scope, sink: shared.sink, signal: stop.signal, streamLists });
    return { shared, done };
  };
  return {
    informer<K extends AnyKind>(kind: K, scope: InformerOptions = {}): Informer<ObjectOf<K>> {
      const name = nameOf(kind, scope);
      const entry = running.get(name) ?? start(kind, scope);
      running.set(name, entry);
      // The copy holds what the client's typed list and watch of this very kind answered.
      return entry.shared.informer as Informer<ObjectOf<K>>;
    },
    async close() {
      stop.abort(new Error("the informers were closed"));
      for (const { shared } of running.values()) shared.close();
      await Promise.all([...running.values()].map(({ done }) => done));
    },
  };
}
