// The garbage collector: removes what has lost its last owner, and lets owners go that wait for their dependents.
import { createWorkQueue, type RunningController, type WorkResult } from "@knots/client";
import { isApiError, type KubeObject } from "@knots/machinery";
import { deepEqual } from "@knots/std";
import { type Change, followKinds, kindName, type LoopOptions, runLoop } from "../shared/loop.ts";
import { type Collector, collect } from "./collect.ts";
import { createGraph, type Found, type Graph } from "./graph.ts";
import { isLeaving, waitsForDependents } from "./owners.ts";

const keyOf = ({ kind, object }: Found): string =>
  [kindName(kind), object.metadata.namespace ?? "", object.metadata.name].join(" ");

/** Whether a change of metadata concerns the collector. */
function matters(object: KubeObject, previous: KubeObject | undefined): boolean {
  const shape = ({ metadata }: KubeObject) => [
    metadata.ownerReferences,
    metadata.deletionTimestamp,
    metadata.finalizers,
  ];
  return !previous || !deepEqual(shape(object), shape(previous));
}

/** Owners, of now or before, that wait for this object to go. */
function waitingOwners(graph: Graph, { object, previous }: Change): readonly Found[] {
  const references = [...(object.metadata.ownerReferences ?? []), ...(previous?.metadata.ownerReferences ?? [])];
  return references.flatMap(({ uid }): readonly Found[] => {
    const owner = graph.find(uid);
    return owner && waitsForDependents(owner.object) ? [owner] : [];
  });
}

/** Objects to look at after a change: the object itself, its dependents when it is gone, and owners that wait for it. */
function concerned(graph: Graph, change: Change): readonly Found[] {
  const { kind, object, previous, deleted } = change;
  if (deleted) return [...waitingOwners(graph, change), ...graph.dependents(object.metadata.uid ?? "")];
  if (!matters(object, previous)) return [];
  const subject = isLeaving(object) || (object.metadata.ownerReferences ?? []).length > 0;
  return [...waitingOwners(graph, change), ...(subject ? [{ kind, object }] : [])];
}

/** Starts the loop over every kind that is served. */
export function runGarbageCollector(options: LoopOptions): RunningController {
  const { clock, log, informers } = options;
  const graph = createGraph(informers, options.kinds);
  const queue = createWorkQueue({ clock, workers: 16, work: (key) => round(key) });
  const look = (found: Found): void => queue.add(keyOf(found));
  const collector: Collector = { options, graph, look };
  const find = (key: string): Found | undefined => {
    const [name, namespace = "", object = ""] = key.split(" ");
    const kind = options.kinds().find((each) => kindName(each) === name);
    const found: KubeObject | undefined = kind && informers.informer(kind).get(namespace, object);
    return kind && found && { kind, object: found };
  };
  const round = async (key: string): Promise<WorkResult> => {
    const found = find(key);
    if (!found) return {};
    try {
      return await collect(collector, found);
    } catch (error) {
      if (isApiError(error, "NotFound")) return {};
      if (!isApiError(error, "Conflict")) log.warn("garbage was not collected", { key, error });
      return { retry: true };
    }
  };
  const follower = followKinds(options, (change) => {
    for (const found of concerned(graph, change)) look(found);
  });
  return runLoop("garbagecollector", queue, { follower, log });
}
