// Reading one's own writes: waits until the copies show what this controller has written (kubernetes#129795, #59848).
import { type AnyKind, isApiError, type KubeObject } from "@knots/machinery";
import { type Deferred, deferred } from "@knots/std";
import type { Client } from "../client.ts";
import type { Informer } from "../informer/informer.ts";
import { type Ended, keyOfObject } from "./apply-writes.ts";
import type { Write } from "./plan.ts";

/** The copy of a kind, when the controller watches it. */
export type FindInformer = (kind: AnyKind) => Informer<KubeObject> | undefined;

/** Waits for the copies; nothing here rejects for other reasons than the signal. */
export interface OwnWrites {
  /** Resolves when the copies show the effect of these writes; also when the signal aborts. */
  shown(ended: readonly Ended[]): Promise<void>;
  /** Reads the object of a write whose outcome is unknown and waits until the copy is as new. Answers whether it exists. */
  look(write: Write): Promise<boolean>;
  /** To be called with every deleted object, and every updated one, of the watched kinds. */
  observe(object: KubeObject, deleted: boolean): void;
}

/** Creates the waiting side of one controller. */
export function createOwnWrites(client: Client, find: FindInformer, signal: AbortSignal): OwnWrites {
  const leaving = new Map<string, Deferred<void>>();

  const isThere = ({ kind, object }: Write): boolean => {
    const { namespace = "", name = "", uid } = object.metadata;
    const seen = find(kind)?.get(namespace, name);
    return seen !== undefined && seen.metadata.uid === uid && seen.metadata.deletionTimestamp === undefined;
  };
  const gone = (write: Write): Promise<void> => {
    const { uid = "" } = write.object.metadata;
    if (!isThere(write)) return Promise.resolve();
    const waiter = leaving.get(uid) ?? deferred();
    leaving.set(uid, waiter);
    return waiter.promise;
  };
  const reached = async (kind: AnyKind, object: KubeObject): Promise<void> => {
    await find(kind)?.reached(object.metadata.resourceVersion ?? "", signal);
  };
  signal.addEventListener("abort", () => {
    for (const waiter of leaving.values()) waiter.resolve();
    leaving.clear();
  });
  return {
    async shown(ended) {
      const waits = ended.map(async (one) => {
        if (one.state !== "done") return;
        if (one.object) await reached(one.write.kind, one.object);
        else if (one.write.verb === "delete") await gone(one.write);
      });
      await Promise.allSettled(waits);
    },
    async look(write) {
      const found = await client
        .get(write.kind, keyOfObject(write.object), { signal })
        .catch((error: unknown) => (isApiError(error, "NotFound") ? undefined : Promise.reject(error)));
      if (found) await reached(write.kind, found);
      else if (write.verb !== "create") await gone(write);
      return found !== undefined;
    },
    observe(object, deleted) {
      if (!deleted && object.metadata.deletionTimestamp === undefined) return;
      const { uid = "" } = object.metadata;
      leaving.get(uid)?.resolve();
      leaving.delete(uid);
    },
  };
}
