// What became of an object's owners: still there, gone, or waiting for their dependents to go first.
import type { AnyKind, KubeObject, OwnerReference } from "@knots/machinery";

export type OwnerState = "solid" | "absent" | "waiting";
export interface JudgedOwner {
  readonly reference: OwnerReference;
  readonly state: OwnerState;
}

export const FOREGROUND = "foregroundDeletion";
export const ORPHAN = "orphan";

export const hasFinalizer = ({ metadata }: KubeObject, name: string): boolean =>
  metadata.finalizers?.includes(name) ?? false;
export const isLeaving = ({ metadata }: KubeObject): boolean => metadata.deletionTimestamp !== undefined;
/** Being deleted, and waiting for its dependents to go first. */
export const waitsForDependents = (object: KubeObject): boolean =>
  isLeaving(object) && hasFinalizer(object, FOREGROUND);

/** What to do with an object whose owners are judged. */
export type Decision =
  | { readonly action: "keep" }
  /** Some owner is left: drop the references to those that are not. */
  | { readonly action: "disown"; readonly lost: ReadonlySet<string> }
  /** No owner is left. `unblock` first lets its owners go, because it waits for something that waits for them. */
  | { readonly action: "delete"; readonly policy: "Orphan" | "Background" | "Foreground"; readonly unblock: boolean };

interface Dependents {
  readonly any: boolean;
  /** Whether one of them waits for its own dependents: then the owners may be waiting in a circle. */
  readonly waiting: boolean;
}

/** Pure: the rule of collection. */
export function decide(object: KubeObject, owners: readonly JudgedOwner[], dependents: Dependents): Decision {
  const lost = owners.filter(({ state }) => state !== "solid");
  if (lost.length === 0) return { action: "keep" };
  if (lost.length < owners.length)
    return { action: "disown", lost: new Set(lost.map(({ reference }) => reference.uid)) };
  if (owners.some(({ state }) => state === "waiting") && dependents.any) {
    return { action: "delete", policy: "Foreground", unblock: dependents.waiting };
  }
  const policy = hasFinalizer(object, ORPHAN)
    ? "Orphan"
    : hasFinalizer(object, FOREGROUND)
      ? "Foreground"
      : "Background";
  return { action: "delete", policy, unblock: false };
}

/** A reference in the words of the event that refuses it. */
export const referenceText = (reference: OwnerReference, namespace: string): string =>
  `[${reference.apiVersion}/${reference.kind}, namespace: ${namespace}, name: ${reference.name}, uid: ${reference.uid}]`;

/** The kind that a reference names, in any served version of its group. */
export function kindOfReference(kinds: readonly AnyKind[], { apiVersion, kind }: OwnerReference): AnyKind | undefined {
  const slash = apiVersion.indexOf("/");
  const group = slash < 0 ? "" : apiVersion.slice(0, slash);
  return kinds.find((each) => each.group === group && each.kind === kind);
}
