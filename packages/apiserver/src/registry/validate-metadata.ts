// Rules of metadata that hold for every kind.
import {
  type AnyKind,
  type FieldError,
  type FieldPath,
  fieldPath,
  forbidden,
  invalid,
  labelValue,
  type OwnerReference,
  qualifiedName,
  required,
  tooLong,
} from "@knots/machinery";
import type { AnyObject } from "./objects.ts";

const METADATA = fieldPath("metadata");
/** Bytes of all annotation keys and values together. */
const MAX_ANNOTATIONS = 256 * 1024;

function* nameErrors(kind: AnyKind, { metadata }: AnyObject): Iterable<FieldError> {
  const { name, generateName } = metadata;
  if (!name) {
    yield required(METADATA.child("name"), "name or generateName is required");
    return;
  }
  const fault = kind.checkName(name);
  if (fault) yield invalid(METADATA.child("name"), name, fault);
  const prefix = generateName?.replace(/-+$/, "");
  const prefixFault = prefix ? kind.checkName(prefix) : undefined;
  if (prefixFault) yield invalid(METADATA.child("generateName"), generateName, prefixFault);
}

function* labelErrors(labels: Readonly<Record<string, string>> = {}): Iterable<FieldError> {
  const path = METADATA.child("labels");
  for (const [key, value] of Object.entries(labels)) {
    const keyFault = qualifiedName(key);
    if (keyFault) yield invalid(path, key, keyFault);
    const fault = labelValue(value);
    if (fault) yield invalid(path, value, fault);
  }
}

function* annotationErrors(annotations: Readonly<Record<string, string>> = {}): Iterable<FieldError> {
  const path = METADATA.child("annotations");
  let size = 0;
  for (const [key, value] of Object.entries(annotations)) {
    const fault = qualifiedName(key.toLowerCase());
    if (fault) yield invalid(path, key, fault);
    size += key.length + value.length;
  }
  if (size > MAX_ANNOTATIONS) yield tooLong(path, MAX_ANNOTATIONS);
}

const shortName = ({ kind, name }: OwnerReference): string => `${kind}/${name}`;

function* emptyErrors(path: FieldPath, owner: OwnerReference): Iterable<FieldError> {
  for (const field of ["kind", "name", "uid"] as const)
    if (!owner[field]) yield invalid(path.child(field), owner[field] ?? "", "must not be empty");
}

function* ownerErrors(owners: readonly OwnerReference[] = []): Iterable<FieldError> {
  const path = METADATA.child("ownerReferences");
  for (const owner of owners) {
    if (!owner.apiVersion) yield invalid(path.child("apiVersion"), owner.apiVersion ?? "", "version must not be empty");
    yield* emptyErrors(path, owner);
    if (owner.kind === "Event" && owner.apiVersion === "v1")
      yield invalid(path, "/v1, Kind=Event", "/v1, Kind=Event is disallowed from being an owner");
  }
  const [first, second] = owners.filter(({ controller }) => controller);
  if (first && second)
    yield invalid(
      path,
      owners,
      `Only one reference can have Controller set to true. Found "true" in references for ${shortName(first)} and ${shortName(second)}`,
    );
}

function* finalizerErrors({ metadata }: AnyObject, old?: AnyObject): Iterable<FieldError> {
  const path = METADATA.child("finalizers");
  const finalizers = metadata.finalizers ?? [];
  for (const finalizer of finalizers) {
    const fault = qualifiedName(finalizer);
    if (fault) yield invalid(path, finalizer, fault);
  }
  if (finalizers.includes("orphan") && finalizers.includes("foregroundDeletion"))
    yield invalid(path, finalizers, "finalizer orphan and foregroundDeletion cannot be both set");
  if (!old?.metadata.deletionTimestamp) return;
  const before = new Set(old.metadata.finalizers);
  const added = finalizers.filter((finalizer) => !before.has(finalizer));
  if (added.length > 0)
    yield forbidden(
      path,
      `no new finalizers can be added if the object is being deleted, found new finalizers []string{${added.map((name) => JSON.stringify(name)).join(", ")}}`,
    );
}

/** Faults in an object's metadata. `old` is absent on create. */
export function* metadataErrors(kind: AnyKind, object: AnyObject, old?: AnyObject): Iterable<FieldError> {
  if (!old) yield* nameErrors(kind, object);
  if (kind.scope === "Namespaced" && !object.metadata.namespace) yield required(METADATA.child("namespace"));
  yield* labelErrors(object.metadata.labels);
  yield* annotationErrors(object.metadata.annotations);
  yield* ownerErrors(object.metadata.ownerReferences);
  yield* finalizerErrors(object, old);
}
