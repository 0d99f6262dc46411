// Rules of persistent volumes: one source, one size, and both stay what they are.
import { type Check, dns1123Subdomain, fieldPath, forbidden, invalid, notSupported, required } from "@knots/machinery";
import { deepEqual } from "@knots/std";
import { checkText, checkUnchanged } from "../../checks.ts";
import { isNegative, isPositive } from "./amounts.ts";
import { checkAccessModes } from "./claim-checks.ts";

interface Spec {
  readonly capacity?: Readonly<Record<string, string>>;
  readonly accessModes?: readonly string[];
  readonly persistentVolumeReclaimPolicy?: string;
  readonly storageClassName?: string;
  readonly nodeAffinity?: { readonly required?: unknown };
  readonly volumeMode?: string;
  readonly hostPath?: { readonly path: string };
  readonly local?: unknown;
}

const NO_SOURCE = new Set([
  "capacity",
  "accessModes",
  "claimRef",
  "persistentVolumeReclaimPolicy",
  "storageClassName",
  "mountOptions",
  "volumeMode",
  "nodeAffinity",
  "volumeAttributesClassName",
]);
const sourcesOf = (spec: Spec): readonly (readonly [string, unknown])[] =>
  Object.entries(spec).filter(([name, value]) => value !== undefined && !NO_SOURCE.has(name));

const sizes: Check<Spec> = function* ({ capacity = {} }, { path }) {
  const at = path.child("capacity");
  const names = Object.keys(capacity);
  if (names.length === 0) yield required(at);
  if (capacity["storage"] === undefined || names.length > 1) yield notSupported(at, capacity, ["storage"]);
  for (const [name, amount] of Object.entries(capacity)) {
    if (isNegative(amount)) yield invalid(at.key(name), amount, "must be a valid resource quantity");
    if (!isPositive(amount)) yield invalid(at.key(name), amount, "must be greater than zero");
  }
};

const sources: Check<Spec> = function* (spec, { path }) {
  const [first, ...more] = sourcesOf(spec);
  if (!first) yield required(path, "must specify a volume type");
  for (const [name] of more) yield forbidden(path.child(name), "may not specify more than 1 volume type");
  if (spec.hostPath?.path === "/" && spec.persistentVolumeReclaimPolicy === "Recycle") {
    const detail = "may not be 'recycle' for a hostPath mount of '/'";
    yield forbidden(path.child("persistentVolumeReclaimPolicy"), detail);
  }
};

/** A size, modes and one source. */
export const completeVolume: Check<Spec> = function* (spec, context) {
  const { path } = context;
  const modes = path.child("accessModes");
  if ((spec.accessModes ?? []).length === 0) yield required(modes);
  yield* checkAccessModes(modes, spec.accessModes ?? []);
  yield* sizes(spec, context);
  yield* sources(spec, context);
  const affinity = spec.nodeAffinity;
  if (affinity && affinity.required === undefined) {
    yield required(path.child("nodeAffinity", "required"), "must specify required node constraints");
  }
  if (spec.local !== undefined && !affinity) {
    yield required(fieldPath("metadata").child("annotations"), "Local volume requires node affinity");
  }
  yield* checkText(path.child("storageClassName"), spec.storageClassName, dns1123Subdomain);
};

/** Source, mode and reach of a volume are for ever. */
export const volumeStays: Check<Spec> = function* (spec, { path, old }) {
  if (!old) return;
  if (!deepEqual(Object.fromEntries(sourcesOf(spec)), Object.fromEntries(sourcesOf(old)))) {
    yield forbidden(path.child("persistentvolumesource"), "spec.persistentvolumesource is immutable after creation");
  }
  yield* checkUnchanged(path.child("volumeMode"), spec.volumeMode, old.volumeMode);
  if (old.nodeAffinity) yield* checkUnchanged(path.child("nodeAffinity"), spec.nodeAffinity, old.nodeAffinity);
};
