// Rules of a binding: it names a node.
import { type Check, fieldPath, notSupported, required } from "@knots/machinery";
import type { ObjectReference } from "./reference.ts";

export const targetIsNode: Check<{ readonly target: ObjectReference }> = function* ({ target }) {
  const { kind = "", name = "" } = target;
  const path = fieldPath("target");
  if (kind !== "" && kind !== "Node") yield notSupported(path.child("kind"), kind, ["Node", "<empty>"]);
  if (name === "") yield required(path.child("name"));
};
