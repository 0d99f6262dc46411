// Rules of resource slices.
import { type Check, invalid, required } from "@knots/machinery";
import { checkNames, checkUnchanged } from "../../checks.ts";
import { reachesOf } from "./device-checks.ts";

interface SliceView {
  readonly nodeName?: string;
  readonly nodeSelector?: { readonly nodeSelectorTerms: readonly unknown[] };
  readonly allNodes?: boolean;
  readonly perDeviceNodeSelection?: boolean;
  readonly pool: { readonly name: string };
  readonly devices?: readonly { readonly name: string }[];
  readonly sharedCounters?: readonly { readonly name: string }[];
}

const MESSAGE = "exactly one of `nodeName`, `nodeSelector`, `allNodes`, `perDeviceNodeSelection` is required";

/** A slice says in one way which nodes reach its devices. */
export const oneNodeChoice: Check<SliceView> = function* (spec, { path }) {
  const found = [...reachesOf(spec), ...(spec.perDeviceNodeSelection ? ["perDeviceNodeSelection"] : [])];
  if (found.length === 0) yield required(path, MESSAGE);
  if (found.length > 1) yield invalid(path, `{${found.join(", ")}}`, MESSAGE);
};

/** A slice stays a part of its pool. */
export const sliceStays: Check<SliceView> = function* ({ pool }, { path, old }) {
  if (old) yield* checkUnchanged(path.child("pool", "name"), pool.name, old.pool.name);
};

export const devicesDiffer: Check<SliceView> = function* ({ devices = [], sharedCounters = [] }, { path }) {
  yield* checkNames(path.child("devices"), devices);
  yield* checkNames(path.child("sharedCounters"), sharedCounters);
};
