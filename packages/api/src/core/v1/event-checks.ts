// Rules of an event: it lives where its object lives.
import { type Check, fieldPath, invalid, type ObjectMeta } from "@knots/machinery";
import type { ObjectReference } from "./reference.ts";

interface EventView {
  readonly metadata?: ObjectMeta;
  readonly involvedObject: ObjectReference;
}

/** Events about cluster-wide objects live in the namespace `default`. */
export const besideItsObject: Check<EventView> = function* ({ metadata, involvedObject }) {
  const [home, namespace = ""] = [metadata?.namespace ?? "", involvedObject.namespace];
  if (home === namespace || (namespace === "" && (home === "default" || home === ""))) return;
  yield invalid(fieldPath("involvedObject").child("namespace"), namespace, "does not match event.namespace");
};
