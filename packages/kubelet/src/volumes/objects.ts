// Local copies of the ConfigMaps and Secrets that pods of this node refer to, and of nothing else.
import { ConfigMap, type Pod, Secret } from "@knots/api";
import { type Client, createInformers, type Informer, type Informers } from "@knots/client";
import type { KubeObject } from "@knots/machinery";
import type { Clock, Logger, Random } from "@knots/std";
import { referencesOf } from "../env/references.ts";
import { VolumeError } from "./error.ts";

/** Reads objects by name; waits until the copy is complete, undefined when there is no such object. */
export interface VolumeObjects {
  configMap(namespace: string, name: string): Promise<ConfigMap | undefined>;
  secret(namespace: string, name: string): Promise<Secret | undefined>;
}

export interface ReferencedObjects extends VolumeObjects {
  /** Keeps copies of what the pod refers to, until it is released; a newer version of the pod replaces the older. */
  hold(pod: Pod): void;
  /** Resolves when nothing is watched any more for this pod alone. */
  release(uid: string): Promise<void>;
  close(): Promise<void>;
}

export interface ReferencedObjectsOptions {
  readonly client: Client;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  /** Told when an object changed, came or went that pods hold: their uids. */
  readonly changed: (uids: readonly string[]) => void;
  /** Milliseconds until a copy must be complete (default 30,000). */
  readonly timeout?: number;
}

interface Copy {
  readonly informers: Informers;
  readonly holders: Set<string>;
  get(): Promise<KubeObject | undefined>;
}

type Sort = "configmap" | "secret";
const idOf = (sort: Sort, namespace: string, name: string): string => `${sort}/${namespace}/${name}`;

/** Creates the copies' holder; each object is watched by its name alone, which is all that a node may do. */
export function createReferencedObjects(options: ReferencedObjectsOptions): ReferencedObjects {
  const copies = new Map<string, Copy>();
  const held = new Map<string, ReadonlySet<string>>();
  const closing = new Set<Promise<void>>();

  const drop = (id: string, uid: string): void => {
    const copy = copies.get(id);
    copy?.holders.delete(uid);
    if (!copy || copy.holders.size > 0) return;
    copies.delete(id);
    const closed = copy.informers.close().finally(() => closing.delete(closed));
    closing.add(closed);
  };
  const hold = (pod: Pod): void => {
    const { uid, namespace } = pod.metadata;
    const { configMaps, secrets } = referencesOf(pod);
    const ids = new Set([
      ...[...configMaps].map((name) => idOf("configmap", namespace, name)),
      ...[...secrets].map((name) => idOf("secret", namespace, name)),
    ]);
    for (const id of ids) {
      const copy = copies.get(id) ?? openCopy(options, id);
      copies.set(id, copy);
      copy.holders.add(uid);
    }
    for (const id of held.get(uid) ?? []) if (!ids.has(id)) drop(id, uid);
    held.set(uid, ids);
  };
  const release = async (uid: string): Promise<void> => {
    for (const id of held.get(uid) ?? []) drop(id, uid);
    held.delete(uid);
    await Promise.all(closing);
  };
  const read = async (sort: Sort, namespace: string, name: string): Promise<KubeObject | undefined> =>
    copies.get(idOf(sort, namespace, name))?.get();
  return {
    hold,
    release,
    // A copy holds what the list and watch of its own kind answered.
    configMap: (namespace, name) => read("configmap", namespace, name) as Promise<ConfigMap | undefined>,
    secret: (namespace, name) => read("secret", namespace, name) as Promise<Secret | undefined>,
    async close() {
      await Promise.all([...held.keys()].map(release));
    },
  };
}

function openCopy(options: ReferencedObjectsOptions, id: string): Copy {
  const [sort = "", namespace = "", name = ""] = id.split("/");
  const informers = createInformers(options);
  const scope = { namespace, fieldSelector: `metadata.name=${name}` };
  const informer: Informer<KubeObject> =
    sort === "secret" ? informers.informer(Secret, scope) : informers.informer(ConfigMap, scope);
  const holders = new Set<string>();
  const tell = (): void => options.changed([...holders]);
  informer.subscribe({ added: tell, updated: tell, deleted: tell });
  return {
    informers,
    holders,
    async get() {
      await complete(informer, options, sort);
      return informer.get(namespace, name);
    },
  };
}

async function complete(
  informer: Informer<KubeObject>,
  options: ReferencedObjectsOptions,
  sort: string,
): Promise<void> {
  const late = Promise.withResolvers<never>();
  const timer = options.clock.setTimer(options.timeout ?? 30_000, () =>
    late.reject(new VolumeError(`failed to sync ${sort} cache: timed out waiting for the condition`)),
  );
  try {
    await Promise.race([informer.synced(), late.promise]);
  } finally {
    timer.cancel();
  }
}
