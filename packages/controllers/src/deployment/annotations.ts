// Annotations that tie ReplicaSets to their Deployment: revision, history, and the sizes they were scaled for.
import type { Deployment, ReplicaSet } from "@knots/api";
import type { KubeObject } from "@knots/machinery";
import { maxSurge, wanted } from "./numbers.ts";

export const REVISION = "deployment.kubernetes.io/revision";
export const REVISION_HISTORY = "deployment.kubernetes.io/revision-history";
export const DESIRED_REPLICAS = "deployment.kubernetes.io/desired-replicas";
export const MAX_REPLICAS = "deployment.kubernetes.io/max-replicas";
const NOT_COPIED = new Set([
  "kubectl.kubernetes.io/last-applied-configuration",
  "deprecated.deployment.rollback.to",
  REVISION,
  REVISION_HISTORY,
  DESIRED_REPLICAS,
  MAX_REPLICAS,
]);
/** Longest text of old revision numbers that is kept. */
const HISTORY_LENGTH = 2000;

type Annotations = Readonly<Record<string, string>>;

function numberIn(object: KubeObject, annotation: string): number | undefined {
  const text = object.metadata.annotations?.[annotation];
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined;
}
/** The revision of a set or Deployment; 0 when it has none. */
export const revisionOf = (object: KubeObject): number => numberIn(object, REVISION) ?? 0;
/** The Deployment's size for which the set was last scaled. */
export const desiredReplicas = (set: ReplicaSet): number | undefined => numberIn(set, DESIRED_REPLICAS);
/** The most pods that the Deployment might have had when the set was last scaled. */
export const maxReplicas = (set: ReplicaSet): number | undefined => numberIn(set, MAX_REPLICAS);

export const sizeAnnotations = (deployment: Deployment): Annotations => ({
  [DESIRED_REPLICAS]: String(wanted(deployment)),
  [MAX_REPLICAS]: String(wanted(deployment) + maxSurge(deployment)),
});

function copied(deployment: Deployment): Annotations {
  const entries = Object.entries(deployment.metadata.annotations ?? {});
  return Object.fromEntries(entries.filter(([key]) => !NOT_COPIED.has(key)));
}

/** Appends the revision that a set leaves, dropping the oldest ones that no longer fit. */
function history(old: Annotations): string {
  const past = old[REVISION_HISTORY]?.split(",") ?? [];
  const all = [...past, old[REVISION] ?? ""];
  while (all.length > 1 && all.join(",").length > HISTORY_LENGTH) all.shift();
  return all.join(",");
}

/** The annotations of the set of the current template. A set that was rolled back to gets the newest revision; its old one goes to the history. */
export function newSetAnnotations(deployment: Deployment, old: Annotations | undefined, revision: number): Annotations {
  const merged = { ...old, ...copied(deployment) };
  if (!old) return { ...merged, ...sizeAnnotations(deployment), [REVISION]: String(revision) };
  const current = Number(old[REVISION] ?? 0);
  if (!(current < revision)) return merged;
  const past = current > 0 ? { [REVISION_HISTORY]: history(old) } : {};
  return { ...merged, ...past, [REVISION]: String(revision) };
}
