// Rules of controller revisions.
import { type Check, required } from "@knots/machinery";

/** A revision without a state is none. */
export const dataGiven: Check<{ readonly data?: unknown }> = function* ({ data }, { path }) {
  if (data === undefined) yield required(path.child("data"), "data is mandatory");
};
