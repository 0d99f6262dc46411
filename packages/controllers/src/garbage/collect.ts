// One look at one object: does it wait for dependents, are its owners gone, and what follows from that.
import type { WorkResult } from "@knots/client";
import { isApiError, type KubeObject, type OwnerReference } from "@knots/machinery";
import type { LoopOptions } from "../shared/loop.ts";
import { type Found, type Graph, isInReach, referenceTo } from "./graph.ts";
import {
  type Decision,
  decide,
  FOREGROUND,
  hasFinalizer,
  isLeaving,
  type JudgedOwner,
  kindOfReference,
  ORPHAN,
  type OwnerState,
  referenceText,
  waitsForDependents,
} from "./owners.ts";

export interface Collector {
  readonly options: LoopOptions;
  readonly graph: Graph;
  /** Asks for a look at another object. */
  readonly look: (found: Found) => void;
}

const keyOf = ({ metadata }: KubeObject) => ({
  name: metadata.name ?? "",
  ...(metadata.namespace && { namespace: metadata.namespace }),
});

/** Changes metadata, guarded by UID and version. */
async function patchMeta({ options }: Collector, { kind, object }: Found, change: object): Promise<void> {
  const { uid, resourceVersion } = object.metadata;
  const body = { metadata: { uid, resourceVersion, ...change } };
  await options.client.patch(kind, keyOf(object), { type: "application/merge-patch+json", body: body as never });
}

const dropFinalizer = (collector: Collector, found: Found, name: string): Promise<void> =>
  patchMeta(collector, found, { finalizers: (found.object.metadata.finalizers ?? []).filter((each) => each !== name) });

function dropOwners(collector: Collector, found: Found, lost: ReadonlySet<string>): Promise<void> {
  const owners = (found.object.metadata.ownerReferences ?? []).filter(({ uid }) => !lost.has(uid));
  return patchMeta(collector, found, { ownerReferences: owners.length > 0 ? owners : null });
}

/** Takes the object's name off its dependents, then lets it go. */
async function orphan(collector: Collector, found: Found): Promise<void> {
  const { uid = "" } = found.object.metadata;
  const dependents = collector.graph.dependents(uid).filter(({ object }) => isInReach(object, found));
  await Promise.all(
    dependents.map(async (dependent) => {
      try {
        await dropOwners(collector, dependent, new Set([uid]));
      } catch (error) {
        if (!isApiError(error, "NotFound")) throw error;
      }
    }),
  );
  await dropFinalizer(collector, found, ORPHAN);
}

/** Lets the object go when no dependent holds it back; otherwise sees to the dependents. */
async function processDependents(collector: Collector, found: Found): Promise<void> {
  const { uid = "" } = found.object.metadata;
  const dependents = collector.graph.dependents(uid).filter(({ object }) => isInReach(object, found));
  const blocking = dependents.filter(({ object }) => referenceTo(object, uid)?.blockOwnerDeletion === true);
  if (blocking.length === 0) await dropFinalizer(collector, found, FOREGROUND);
  for (const dependent of dependents) collector.look(dependent);
}

/** Only a live read can say that an owner is gone: copies of different kinds may be of different moments. */
async function liveState(collector: Collector, found: Found, reference: OwnerReference): Promise<OwnerState> {
  const { options } = collector;
  const { namespace } = found.object.metadata;
  const kind = kindOfReference(options.kinds(), reference);
  // An owner of unknown kind, or one that a cluster-wide object cannot have, is never taken for gone.
  if (!kind || (kind.scope === "Namespaced" && !namespace)) return "solid";
  const scope = kind.scope === "Namespaced" && namespace ? { namespace } : {};
  const owner = await options.client.find(kind, { ...scope, name: reference.name });
  if (!owner || owner.metadata.uid !== reference.uid) return "absent";
  return waitsForDependents(owner) && reference.blockOwnerDeletion ? "waiting" : "solid";
}

async function judge(collector: Collector, found: Found, reference: OwnerReference): Promise<JudgedOwner> {
  const { graph, options } = collector;
  const cached = graph.find(reference.uid);
  if (!cached) return { reference, state: await liveState(collector, found, reference) };
  if (isInReach(found.object, cached)) {
    const waiting = waitsForDependents(cached.object) && reference.blockOwnerDeletion === true;
    return { reference, state: waiting ? "waiting" : "solid" };
  }
  const { namespace = "" } = found.object.metadata;
  const message = `ownerRef ${referenceText(reference, namespace)} does not exist in namespace "${namespace}"`;
  const regarding = found.object;
  options.recorder.record("garbage-collector-controller", {
    regarding,
    type: "Warning",
    reason: "OwnerRefInvalidNamespace",
    message,
  });
  return { reference, state: await liveState(collector, found, reference) };
}

async function remove(
  collector: Collector,
  found: Found,
  decision: Decision & { readonly action: "delete" },
): Promise<void> {
  const { kind, object } = found;
  if (decision.unblock) {
    const ownerReferences = (object.metadata.ownerReferences ?? []).map((each) => ({
      ...each,
      blockOwnerDeletion: false,
    }));
    await patchMeta(collector, found, { ownerReferences });
  }
  const { uid } = object.metadata;
  const preconditions = uid === undefined ? {} : { uid };
  await collector.options.client.delete(kind, keyOf(object), { propagationPolicy: decision.policy, preconditions });
}

/** Judges the owners of the live object and acts on it. */
async function collectIfLost(collector: Collector, seen: Found): Promise<void> {
  const { client } = collector.options;
  const owners = seen.object.metadata.ownerReferences ?? [];
  const first = await Promise.all(owners.map((reference) => judge(collector, seen, reference)));
  if (first.every(({ state }) => state === "solid")) return;
  const object: KubeObject | undefined = await client.find(seen.kind, keyOf(seen.object));
  if (!object || object.metadata.uid !== seen.object.metadata.uid || isLeaving(object)) return;
  const found: Found = { kind: seen.kind, object };
  const judged = await Promise.all(
    (object.metadata.ownerReferences ?? []).map((each) => judge(collector, found, each)),
  );
  const dependents = collector.graph
    .dependents(object.metadata.uid ?? "")
    .filter((each) => isInReach(each.object, found));
  const waiting = dependents.some((each) => waitsForDependents(each.object));
  const decision = decide(object, judged, { any: dependents.length > 0, waiting });
  if (decision.action === "disown") await dropOwners(collector, found, decision.lost);
  if (decision.action === "delete") await remove(collector, found, decision);
}

/** One round for one object. */
export async function collect(collector: Collector, found: Found): Promise<WorkResult> {
  const { object } = found;
  if (isLeaving(object)) {
    if (hasFinalizer(object, ORPHAN)) await orphan(collector, found);
    else if (hasFinalizer(object, FOREGROUND)) await processDependents(collector, found);
    return {};
  }
  if ((object.metadata.ownerReferences ?? []).length > 0) await collectIfLost(collector, found);
  return {};
}
