// Rules of one volume.
import { type Check, forbidden } from "@knots/machinery";

/** A volume has one source. */
export const oneSource: Check<object> = function* (volume, { path }) {
  const sources = Object.entries(volume).filter(([name, source]) => name !== "name" && source !== undefined);
  for (const [name] of sources.slice(1)) {
    yield forbidden(path.child(name), "may not specify more than 1 volume type");
  }
};
