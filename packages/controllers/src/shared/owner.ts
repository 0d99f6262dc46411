// Ownership between a controller's object and its dependents: references, claiming, adoption and release.
import type { Write } from "@knots/client";
import { type AnyKind, apiVersionOf, type KubeObject, type OwnerReference, type Selector } from "@knots/machinery";

/** The reference of the one owner that manages `object`, if it has one. */
export function controllerRefOf(object: KubeObject): OwnerReference | undefined {
  return object.metadata.ownerReferences?.find((reference) => reference.controller === true);
}

/** Whether `owner` (the very object, not a namesake) manages `object`. */
export function isControlledBy(object: KubeObject, owner: KubeObject): boolean {
  return controllerRefOf(object)?.uid === owner.metadata.uid;
}

/** A reference that makes `owner` the managing owner of what carries it. */
export function controllerRefTo(kind: AnyKind, owner: KubeObject): OwnerReference {
  return {
    apiVersion: apiVersionOf(kind),
    kind: kind.kind,
    name: owner.metadata.name ?? "",
    uid: owner.metadata.uid ?? "",
    controller: true,
    blockOwnerDeletion: true,
  };
}

/** Index of objects by the UID of their managing owner. */
export const byControllerUid = (object: KubeObject): readonly string[] => {
  const uid = controllerRefOf(object)?.uid;
  return uid === undefined ? [] : [uid];
};
/** Index of objects that nobody manages, by namespace. */
export const orphansByNamespace = (object: KubeObject): readonly string[] =>
  controllerRefOf(object) ? [] : [object.metadata.namespace ?? ""];

/** Who claims, and what it selects. */
export interface Claimant {
  readonly ownerKind: AnyKind;
  readonly owner: KubeObject;
  readonly selector: Selector;
  /** What it manages beside the selector's word; everything when absent. */
  readonly admits?: (object: KubeObject) => boolean;
}
/** Objects that belong to the claimant after `writes`, and those writes: adoptions and releases. */
export interface Claims<T> {
  readonly claimed: readonly T[];
  readonly writes: readonly Write[];
}

function ownersPatch(kind: AnyKind, object: KubeObject, owners: readonly OwnerReference[]): Write {
  const { uid, resourceVersion } = object.metadata;
  return {
    verb: "patch",
    kind,
    object,
    body: { metadata: { uid, resourceVersion, ownerReferences: owners.length > 0 ? owners : null } },
  };
}

function release(kind: AnyKind, object: KubeObject, owner: KubeObject): Write {
  const owners = object.metadata.ownerReferences ?? [];
  return ownersPatch(
    kind,
    object,
    owners.filter(({ uid }) => uid !== owner.metadata.uid),
  );
}

function adopt(kind: AnyKind, object: KubeObject, { ownerKind, owner }: Claimant): Write {
  const owners = [...(object.metadata.ownerReferences ?? []), controllerRefTo(ownerKind, owner)];
  return { ...ownersPatch(kind, object, owners), onlyIfLive: { kind: ownerKind, object: owner } };
}

/**
 * Sorts `objects` (of `kind`, in the claimant's namespace) into what the claimant manages: its own that still match stay,
 * its own that no longer match are released, matching ones without a manager are adopted. A claimant that is being
 * deleted neither adopts nor releases; an object that is being deleted is not adopted.
 */
export function claim<T extends KubeObject>(claimant: Claimant, kind: AnyKind, objects: readonly T[]): Claims<T> {
  const { owner, selector } = claimant;
  const leaving = owner.metadata.deletionTimestamp !== undefined;
  const claimed: T[] = [];
  const writes: Write[] = [];
  for (const object of objects) {
    const reference = controllerRefOf(object);
    const matches = selector.matches(object.metadata.labels) && (claimant.admits?.(object) ?? true);
    if (reference && reference.uid !== owner.metadata.uid) continue;
    if (reference && matches) claimed.push(object);
    else if (reference && !leaving) writes.push(release(kind, object, owner));
    else if (!reference && matches && !leaving && object.metadata.deletionTimestamp === undefined) {
      claimed.push(object);
      writes.push(adopt(kind, object, claimant));
    }
  }
  return { claimed, writes };
}
