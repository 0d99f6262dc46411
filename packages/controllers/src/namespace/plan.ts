// What is left of a namespace that is being deleted, what to delete next, and how to say it.
import type { Namespace, NamespaceCondition } from "@knots/api";
import { type AnyKind, type KubeObject, withCondition } from "@knots/machinery";
import { formatTime } from "@knots/std";
import { sum } from "../shared/sum.ts";

/** The finalizer that this controller takes away at the end. */
export const FINALIZER = "kubernetes";

/** Objects of one kind in the namespace, as a live list found them. */
export interface Contents {
  readonly kind: AnyKind;
  readonly items: readonly KubeObject[];
}
export interface Snapshot {
  readonly namespace: Namespace;
  readonly contents: readonly Contents[];
  /** Refusals of the deletions of the last round, or of the lists. */
  readonly failures: readonly string[];
}
export interface NamespacePlan {
  /** Kinds whose objects to delete now. */
  readonly sweep: readonly AnyKind[];
  readonly status: NonNullable<Namespace["status"]>;
  /** Everything is gone: the finalizer can be taken away. */
  readonly finished: boolean;
}

const isPods = ({ group, plural }: AnyKind): boolean => group === "" && plural === "pods";

function tally(names: readonly string[]): readonly (readonly [string, number])[] {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts].sort(([a], [b]) => (a < b ? -1 : 1));
}

type Verdict = readonly [type: string, status: "True" | "False", reason: string, message: string];

function remaining(contents: readonly Contents[]): Verdict {
  const left = contents.filter(({ items }) => items.length > 0);
  if (left.length === 0)
    return ["NamespaceContentRemaining", "False", "ContentRemoved", "All content successfully removed"];
  const parts = left
    .map(({ kind, items }) => `${kind.plural}.${kind.group} has ${items.length} resource instances`)
    .sort();
  return [
    "NamespaceContentRemaining",
    "True",
    "SomeResourcesRemain",
    `Some resources are remaining: ${parts.join(", ")}`,
  ];
}

function finalizers(contents: readonly Contents[]): Verdict {
  const type = "NamespaceFinalizersRemaining";
  const names = contents.flatMap(({ items }) => items.flatMap(({ metadata }) => metadata.finalizers ?? []));
  if (names.length === 0)
    return [type, "False", "ContentHasNoFinalizers", "All content-preserving finalizers finished"];
  const parts = tally(names).map(([name, count]) => `${name} in ${count} resource instances`);
  const message = `Some content in the namespace has finalizers remaining: ${parts.join(", ")}`;
  return [type, "True", "SomeFinalizersRemain", message];
}

function deletions(failures: readonly string[], left: number): Verdict {
  const type = "NamespaceDeletionContentFailure";
  const fine = "All content successfully deleted, may be waiting on finalization";
  if (failures.length === 0) return [type, "False", "ContentDeleted", fine];
  const message = `Failed to delete all resource types, ${left} remaining: ${[...new Set(failures)].sort().join(", ")}`;
  return [type, "True", "ContentDeletionFailed", message];
}

const DISCOVERED: readonly Verdict[] = [
  ["NamespaceDeletionDiscoveryFailure", "False", "ResourcesDiscovered", "All resources successfully discovered"],
  [
    "NamespaceDeletionGroupVersionParsingFailure",
    "False",
    "ParsedGroupVersions",
    "All legacy kube types successfully parsed",
  ],
];

/** Pods go first, so that nothing they depend on is taken from them while they stop. */
export function plan({ namespace, contents, failures }: Snapshot, now: number): NamespacePlan {
  const left = contents.filter(({ items }) => items.length > 0);
  const pods = left.filter(({ kind }) => isPods(kind));
  const sweepable = (pods.length > 0 ? pods : left).filter(({ items }) =>
    items.some(({ metadata }) => metadata.deletionTimestamp === undefined),
  );
  const verdicts = [...DISCOVERED, deletions(failures, left.length), remaining(contents), finalizers(contents)];
  const lastTransitionTime = formatTime(now);
  const conditions = verdicts.reduce<readonly NamespaceCondition[]>(
    (list, [type, status, reason, message]) =>
      withCondition(list, { type, status, reason, message, lastTransitionTime }),
    namespace.status?.conditions ?? [],
  );
  return {
    sweep: sweepable.map(({ kind }) => kind),
    status: { ...namespace.status, phase: "Terminating", conditions },
    finished: failures.length === 0 && sum(contents, ({ items }) => items.length) === 0,
  };
}
